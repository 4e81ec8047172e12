//! Signing in with e-mail and password.

use super::throttle::Tried;
use super::{Provider, Throttled};
use crate::keys::HasherBusy;
use crate::metrics::SignInOutcome;
use crate::oauth::admin_fields::fold;
use crate::oauth::audit::{Actor, AuditEvent, Origin};
use crate::oauth::{SessionId, TenantId, UnixTime, UserId};
use crate::redacted::Redacted;
use crate::storage::{StorageError, User};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A sign-in: what a session remembers of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Who.
    pub user_id: UserId,
    /// Of which tenant.
    pub tenant_id: TenantId,
    /// When the password was given (`auth_time`).
    pub auth_time: UnixTime,
    /// The user's generation when it was: a sign-in of an earlier one is over, however late it is kept.
    #[serde(default)]
    pub generation: i64,
    /// The session's public id (`sid`).
    pub sid: SessionId,
    /// Whether the user asked to be kept signed in.
    pub remembered: bool,
    /// The browser.
    pub user_agent: String,
    /// From where.
    pub address: String,
    /// In which browser, as a digest: a new sign-in there takes the place of this one. None if it brought no cookie.
    #[serde(default)]
    pub browser: Option<String>,
}

/// Why nobody was signed in.
#[derive(Debug)]
pub enum LoginError {
    /// Unknown, wrong, or not allowed: from outside all the same.
    Refused,
    /// Too many failures.
    Throttled(Throttled),
    /// Too many passwords are being checked at this moment.
    Busy,
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for LoginError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<HasherBusy> for LoginError {
    fn from(_: HasherBusy) -> Self {
        Self::Busy
    }
}

/// Where a try comes from.
#[derive(Debug, Clone)]
pub struct LoginOrigin {
    /// The client's address.
    pub address: IpAddr,
    /// The browser's name for itself.
    pub user_agent: String,
    /// The request's reference.
    pub reference: String,
    /// What [`Provider::device_token`] gave this browser at an earlier sign-in.
    pub device: Option<String>,
    /// The cookie that binds forms to this browser.
    pub browser: Option<String>,
}

impl Provider {
    /// Signs somebody in by e-mail and password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Redacted<String>,
        remembered: bool,
        from: &LoginOrigin,
    ) -> Result<SignIn, LoginError> {
        let now = self.clock.now();
        let user = self.prove_password(email, password, from, now).await?;
        if !self.note(Some(&user), "login.succeeded", std::slice::from_ref(&user), from, now).await? {
            // While it was checked, the password was changed, or the user disabled or removed.
            self.note(None, "login.failed", std::slice::from_ref(&user), from, now).await?;
            return Err(LoginError::Refused);
        }
        Ok(SignIn {
            user_id: user.id,
            tenant_id: user.tenant_id,
            auth_time: now,
            generation: user.generation,
            sid: SessionId::new(self.random.base64url::<16>()),
            remembered,
            user_agent: from.user_agent.chars().take(256).collect(),
            address: from.address.to_string(),
            browser: from.browser.as_ref().map(|cookie| self.sealer.mac("browser", &[cookie.as_bytes()])),
        })
    }

    /// Whose e-mail and password these are, counted.
    pub(super) async fn prove_password(
        &self,
        email: &str,
        password: Redacted<String>,
        from: &LoginOrigin,
        now: UnixTime,
    ) -> Result<User, LoginError> {
        let proven = self.check_password(email, password, from, now).await;
        let outcome = match &proven {
            Ok(_) => SignInOutcome::Succeeded,
            Err(LoginError::Refused) => SignInOutcome::Refused,
            Err(LoginError::Throttled(_)) => SignInOutcome::Throttled,
            Err(LoginError::Busy) => SignInOutcome::Busy,
            Err(LoginError::Storage(_)) => SignInOutcome::Failed,
        };
        self.metrics.sign_ins.of(outcome).add(1);
        proven
    }

    /// The failure is counted before the check and taken back if it succeeds, so
    /// that parallel guesses cannot outrun the limit. Unknown users cost the same time.
    async fn check_password(
        &self,
        email: &str,
        password: Redacted<String>,
        from: &LoginOrigin,
        now: UnixTime,
    ) -> Result<User, LoginError> {
        let users = self.database.read().await?.find_users_by_email(email).await?;
        // An address that is known in several tenants belongs to nobody here: which tenant would it be?
        let user = match users.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let account = self.account_key(user.as_ref(), email);
        let known = |device: &&str| user.as_ref().is_some_and(|user| self.is_known_device(user, device));
        let known_device = from.device.as_deref().filter(known);
        let tried = Tried { account: &account, address: from.address, known_device };
        if let Some(throttled) = self.require_unthrottled(&tried, now).await? {
            return self.throttled(user.as_ref(), from, throttled, now).await;
        }
        if let Some(throttled) = self.count_failure(&tried, now).await? {
            return self.throttled(user.as_ref(), from, throttled, now).await;
        }
        let stored = user.as_ref().and_then(|user| user.password_hash.as_ref()).map(|hash| hash.expose().clone());
        let check = match self.hasher.verify(password.clone(), stored.clone()).await {
            Ok(check) => check,
            Err(busy) => {
                // Nobody looked at the password: that is no failure of whoever sent it.
                self.uncount_failure(&tried).await?;
                return Err(busy.into());
            }
        };
        let Some(user) = user.filter(|user| check.matches && user.enabled) else {
            self.note(None, "login.failed", &users, from, now).await?;
            return Err(LoginError::Refused);
        };
        self.forget_failures(&tried).await?;
        if check.rehash
            && let Err(error) = self.rehash(&user, password, stored.unwrap_or_default()).await
        {
            // The password is right all the same; the next sign-in tries again.
            tracing::warn!(event = "password.rehash_failed", ?error, sub = %user.id, reference = %from.reference);
        }
        Ok(user)
    }

    /// What failures are counted under: the account's id; for unknown ones a digest of what was typed.
    pub(super) fn account_key(&self, user: Option<&User>, email: &str) -> String {
        user.map_or_else(|| self.sealer.mac("account", &[fold(email).as_bytes()]), |user| user.id.as_str().to_owned())
    }

    async fn throttled(
        &self,
        user: Option<&User>,
        from: &LoginOrigin,
        throttled: Throttled,
        now: UnixTime,
    ) -> Result<User, LoginError> {
        self.note(None, "login.throttled", user.map_or(&[], std::slice::from_ref), from, now).await?;
        Err(LoginError::Throttled(throttled))
    }

    async fn rehash(&self, user: &User, password: Redacted<String>, old: String) -> Result<(), LoginError> {
        let Ok(new) = self.hasher.hash(password).await else { return Err(LoginError::Busy) };
        let id = user.id.clone();
        Ok(self
            .database
            .write(move |tx| {
                let (id, old, new) = (id.clone(), old.clone(), new.clone());
                Box::pin(async move { tx.rehash_password(&id, &old, &new).await.map(drop) })
            })
            .await?)
    }

    /// Writes the audit row of a try at a known account. Tries at unknown ones go to the log only: anyone can make
    /// as many as they like. False, and nothing is written, if whoever signed in is not the user of that password any more.
    async fn note(
        &self,
        who: Option<&User>,
        action: &'static str,
        at: &[User],
        from: &LoginOrigin,
        now: UnixTime,
    ) -> Result<bool, StorageError> {
        let [target] = at else {
            tracing::info!(event = action, reference = %from.reference, "sign-in of an unknown account");
            return Ok(true);
        };
        let actor = who.map_or(Actor::System, |user| Actor::User { id: user.id.clone(), name: user.email.clone() });
        let origin = Origin { actor, address: from.address.to_string(), reference: from.reference.clone() };
        let event = AuditEvent {
            tenant_id: Some(target.tenant_id.clone()),
            action,
            target_kind: "user",
            target_id: target.id.as_str().to_owned(),
            target_name: target.email.clone(),
            detail: "{}".to_owned(),
        };
        let (salt, signed_in) = (self.random.base64url::<6>(), who.map(|user| (user.id.clone(), user.generation)));
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let (event, origin, salt, signed_in) = (event.clone(), origin.clone(), salt.clone(), signed_in.clone());
                Box::pin(async move {
                    if let Some((user, generation)) = &signed_in
                        && !tx.note_sign_in(user, *generation, now).await?
                    {
                        return Ok(false);
                    }
                    super::audit::record(tx, &event, &origin, &salt, now).await.map(|()| true)
                })
            })
            .await
    }
}
