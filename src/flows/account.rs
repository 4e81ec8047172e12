//! What people do with their own account: profile, password, devices.

use super::admin::AdminError;
use super::one_time_links::PasswordProblem;
use super::one_time_links::user_event;
use super::{LoginError, LoginOrigin, Provider, SignIn, SignedIn, audit};
use crate::oauth::admin_fields;
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{SessionId, UnixTime, UserClaims, UserId, password_policy};
use crate::redacted::Redacted;
use crate::storage::{StorageError, Transaction, User};

/// A browser in which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Its public id.
    pub sid: SessionId,
    /// The browser's name for itself.
    pub user_agent: String,
    /// From where it began.
    pub address: String,
    /// When it began.
    pub created_at: UnixTime,
    /// When it was last seen, to the minute.
    pub last_seen_at: UnixTime,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Why one's password was not changed.
#[derive(Debug)]
pub enum OwnPasswordError {
    /// The current one is not right, or was tried too often.
    Current(LoginError),
    /// The new one will not do; in words.
    New(PasswordProblem),
    /// Too many passwords are being hashed at this moment.
    Busy,
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for OwnPasswordError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Ends what somebody got with a password that is the user's no more: links, sessions, and all that apps were granted. The
/// user's new generation, begun before, holds against what is being given at this moment.
pub(super) async fn end_what_was_given(tx: &mut Transaction, user: &UserId, now: UnixTime) -> Result<(), StorageError> {
    tx.delete_links_of(user).await?;
    tx.delete_sessions_of(user, None).await?;
    tx.revoke_grants_of(user, None, now).await.map(drop)
}

impl SignedIn {
    /// This user, as the origin of a change.
    #[must_use]
    pub fn origin(&self, address: &str, reference: &str) -> Origin {
        let actor = Actor::User { id: self.user.id.clone(), name: self.user.email.clone() };
        Origin { actor, address: address.to_owned(), reference: reference.to_owned() }
    }
}

impl Provider {
    /// Changes one's password, for whoever knows the current one. All sessions end, and everything that apps were granted;
    /// the sign-in that comes back begins a new session. Of several changes at once with the same current password one
    /// counts.
    pub async fn change_own_password(
        &self,
        who: &SignedIn,
        current: Redacted<String>,
        new: Redacted<String>,
        from: &LoginOrigin,
    ) -> Result<SignIn, OwnPasswordError> {
        let begun = self.clock.now();
        let user =
            self.prove_password(&who.user.email, current, from, begun).await.map_err(OwnPasswordError::Current)?;
        password_policy(new.expose(), &user.email, &user.name, self.settings.password_min_length)
            .map_err(|refusal| OwnPasswordError::New(PasswordProblem(refusal.to_string())))?;
        let hash = self.hasher.hash(new).await.map_err(|_| OwnPasswordError::Busy)?;
        let (now, generation) = (self.clock.now(), user.generation);
        let (by, salt) = (who.origin(&from.address.to_string(), &from.reference), self.random.base64url::<6>());
        let mail = self.changed_letter(&who.user.email, &from.address.to_string(), now);
        let outgoing = mail.clone();
        let had_room = self
            .database
            .write::<_, OwnPasswordError, _>(move |tx| {
                let (user, hash, by, salt) = (user.clone(), hash.clone(), by.clone(), salt.clone());
                let outgoing = outgoing.clone();
                Box::pin(async move {
                    if !tx.replace_password(&user.id, generation, &hash, now).await? {
                        // Somebody else was faster; the password that was proven is not the current one any more.
                        return Err(OwnPasswordError::Current(LoginError::Refused));
                    }
                    end_what_was_given(tx, &user.id, now).await?;
                    let event = user_event(&user, "user.password_set", &serde_json::json!({ "by": "user" }));
                    audit::record(tx, &event, &by, &salt, now).await?;
                    Ok(outgoing.put(tx, now).await?)
                })
            })
            .await?;
        self.mail_was_put(mail, had_room);
        let sid = SessionId::new(self.random.base64url::<16>());
        Ok(SignIn { auth_time: now, generation: generation + 1, sid, ..who.sign_in.clone() })
    }

    /// The name of one's tenant.
    pub async fn tenant_of(&self, who: &SignedIn) -> Result<String, StorageError> {
        let tenant = self.database.read().await?.find_tenant(&who.user.tenant_id).await?;
        Ok(tenant.map(|tenant| tenant.name).unwrap_or_default())
    }

    /// One's sessions, the latest first.
    pub async fn own_sessions(&self, who: &SignedIn) -> Result<Vec<OwnSession>, StorageError> {
        let sessions = self.database.read().await?.sessions_of(&who.user.id, self.clock.now()).await?;
        let own = |session: crate::storage::WebSession| OwnSession {
            this: session.sid == who.sign_in.sid,
            sid: session.sid,
            user_agent: session.user_agent,
            address: session.address,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
        };
        Ok(sessions.into_iter().map(own).collect())
    }

    /// Ends one of one's sessions; all but the one that asks, if none is named.
    pub async fn end_own_sessions(
        &self,
        who: &SignedIn,
        sid: Option<SessionId>,
        by: &Origin,
    ) -> Result<(), StorageError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (user, own, by) = (who.user.clone(), who.sign_in.sid.clone(), by.clone());
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let (user, own, by, salt, sid) = (user.clone(), own.clone(), by.clone(), salt.clone(), sid.clone());
                Box::pin(async move {
                    let mut ended = 0_u64;
                    for session in tx.sessions_of(&user.id, now).await? {
                        let meant = sid.as_ref().map_or(session.sid != own, |sid| session.sid == *sid);
                        if meant && tx.delete_session_called(&user.id, &session.sid).await? {
                            // What was granted in that session, and no longer than it, ends with it.
                            tx.revoke_grants_of_session(&session.sid, now).await?;
                            ended += 1;
                        }
                    }
                    if ended == 0 {
                        return Ok(());
                    }
                    let event = user_event(&user, "user.signed_out", &serde_json::json!({ "sessions": ended }));
                    audit::record(tx, &event, &by, &salt, now).await
                })
            })
            .await
    }

    /// Changes one's own name and standard claims, which were made up on the user that `who` holds: if that one has changed
    /// since it was read, it is [`AdminError::Stale`]. What a person cannot change, as whether the address was verified, is
    /// among the claims, and may be another by then.
    pub async fn change_own_profile(
        &self,
        who: &SignedIn,
        name: &str,
        claims: &UserClaims,
        by: &Origin,
    ) -> Result<(), AdminError> {
        let name = admin_fields::person_name(name)?;
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let after = User { name, claims: claims.to_string(), ..who.user.clone() };
        let by = by.clone();
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (after, by, salt) = (after.clone(), by.clone(), salt.clone());
                Box::pin(async move {
                    if !tx.update_user(&after, now).await? {
                        return Err(AdminError::Stale);
                    }
                    let event = user_event(&after, "user.profile_changed", &serde_json::json!({}));
                    Ok(audit::record(tx, &event, &by, &salt, now).await?)
                })
            })
            .await
    }
}
