//! One-time links: the way back in, and the way in for who was invited.

use super::account::end_what_was_given;
use super::letters::{Letter, minute};
use super::outbox::Outgoing;
use super::throttle::Tried;
use super::{LoginOrigin, Provider, Throttled};
use crate::keys::HashError;
use crate::oauth::audit::{Actor, AuditEvent, Origin};
use crate::oauth::{TokenKind, UnixTime, browser_name, password_policy};
use crate::redacted::Redacted;
use crate::storage::{LinkPurpose, StorageError, User};
use std::sync::Arc;

/// A link that was made. Whoever has it can choose the user's password.
#[derive(Debug, Clone)]
pub struct OneTimeLink {
    /// The whole address.
    pub url: Redacted<String>,
    /// Until when it works.
    pub expires_at: UnixTime,
    /// Whose it is.
    pub email: String,
}

/// What is wrong with a password, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProblem(pub String);

/// How long a link works that somebody asked for who forgot a password, in seconds.
const RESET: i64 = 1_800;

/// The longest sealed request that a mailed link carries, in bytes: mail programs break what is longer.
const CARRIED: usize = 2_000;

/// What becomes of a user's other links when one is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    /// All stop working.
    End,
    /// Those of invitations go on working.
    KeepInvitations,
}

/// What else is done when a link is made.
struct Extra<'a> {
    others: Others,
    /// What is mailed, in the same transaction.
    letter: Letter<'a>,
    /// What is added to the address: where the link leads on to.
    onward: &'a str,
}

/// Why no link is mailed.
#[derive(Debug)]
pub enum ResetError {
    /// Asked for too often.
    Throttled(Throttled),
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for ResetError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Whom a link belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkOwner {
    /// The address that they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they have no password yet.
    pub is_new: bool,
}

/// Why a link did nothing.
#[derive(Debug)]
pub enum LinkError {
    /// Used, over, or never made.
    Dead,
    /// The new password will not do; in words.
    Password(PasswordProblem),
    /// Too many passwords are being hashed at this moment.
    Busy,
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for LinkError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<HashError> for LinkError {
    fn from(_: HashError) -> Self {
        // The policy has refused what is too long; only the queue can be full.
        Self::Busy
    }
}

impl Provider {
    /// Makes a link with which a user chooses a new password; an invitation is mailed, too. `lifetime` in seconds.
    pub async fn make_link(
        &self,
        user: &User,
        purpose: LinkPurpose,
        lifetime: i64,
        by: &Origin,
    ) -> Result<OneTimeLink, StorageError> {
        let letter = match purpose {
            LinkPurpose::Invitation => Letter::Invitation(&by.actor),
            LinkPurpose::Reset => Letter::None,
        };
        self.make_link_and(user, purpose, lifetime, by, Extra { others: Others::End, letter, onward: "" }).await
    }

    /// The same without any mail: whoever makes it hands it over.
    pub async fn make_unmailed_link(
        &self,
        user: &User,
        purpose: LinkPurpose,
        lifetime: i64,
        by: &Origin,
    ) -> Result<OneTimeLink, StorageError> {
        let extra = Extra { others: Others::End, letter: Letter::None, onward: "" };
        self.make_link_and(user, purpose, lifetime, by, extra).await
    }

    async fn make_link_and(
        &self,
        user: &User,
        purpose: LinkPurpose,
        lifetime: i64,
        by: &Origin,
        extra: Extra<'_>,
    ) -> Result<OneTimeLink, StorageError> {
        let now = self.clock.now();
        let expires_at = now.plus(lifetime);
        let token = TokenKind::OneTimeLink.format(self.random.bytes::<32>());
        let (hash, id) = (TokenKind::OneTimeLink.hash(&token), user.id.clone());
        let event = user_event(user, "user.link_made", &serde_json::json!({ "purpose": purpose.as_str() }));
        let url = format!("{}/password/new?link={token}{}", self.settings.public_url, extra.onward);
        let mail = self.letter(extra.letter, user, &url, expires_at).await?;
        let (by, salt, outgoing, others) = (by.clone(), self.random.base64url::<6>(), mail.clone(), extra.others);
        let had_room = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let (id, event, by, salt) = (id.clone(), event.clone(), by.clone(), salt.clone());
                let outgoing = outgoing.clone();
                Box::pin(async move {
                    match others {
                        Others::End => tx.delete_links_of(&id).await?,
                        Others::KeepInvitations => tx.delete_reset_links_of(&id).await?,
                    }
                    tx.insert_link(&hash, &id, purpose, now, expires_at).await?;
                    super::audit::record(tx, &event, &by, &salt, now).await?;
                    outgoing.put(tx, now).await
                })
            })
            .await?;
        self.mail_was_put(mail, had_room);
        Ok(OneTimeLink { url: Redacted::new(url), expires_at, email: user.email.clone() })
    }

    /// Mails a link for a new password to whoever has this address, if somebody does. It says nothing about that, and takes no
    /// longer if so: the work is done after the answer. `request` is the sealed request of the app that the person was on the
    /// way to, or empty: the link leads on there.
    pub async fn mail_reset_link(
        self: &Arc<Self>,
        email: &str,
        request: &str,
        from: &LoginOrigin,
    ) -> Result<(), ResetError> {
        let now = self.clock.now();
        let account = format!("reset:{}", self.account_key(None, email));
        let tried = Tried { account: &account, address: from.address, known_device: None };
        if let Some(throttled) = self.count_failure(&tried, now).await? {
            return Err(ResetError::Throttled(throttled));
        }
        let carried = request.len() <= CARRIED && self.unseal(request).is_some();
        let onward = if carried { format!("&request={request}") } else { String::new() };
        let (provider, email, from) = (Arc::clone(self), email.to_owned(), from.clone());
        self.outbox.making.spawn(async move {
            if let Err(error) = provider.mail_reset_link_now(&email, &onward, &from).await {
                tracing::warn!(event = "mail.failed", what = "reset", %error, reference = %from.reference);
            }
        });
        Ok(())
    }

    async fn mail_reset_link_now(&self, email: &str, onward: &str, from: &LoginOrigin) -> Result<(), StorageError> {
        let users = self.database.read().await?.find_users_by_email(email).await?;
        let [user] = users.as_slice() else { return Ok(()) };
        if !user.enabled {
            return Ok(());
        }
        let (address, reference) = (from.address.to_string(), from.reference.clone());
        let by = Origin { actor: Actor::System, address: address.clone(), reference };
        let Some((purpose, lifetime)) = self.way_in(user).await? else { return Ok(()) };
        // Anybody can ask for this: what an administrator sent is not theirs to end.
        let place = format!("{}, from {address} ({})", minute(self.clock.now()), browser_name(&from.user_agent));
        let letter = match purpose {
            LinkPurpose::Invitation => Letter::Invitation(&by.actor),
            LinkPurpose::Reset => Letter::Reset(&place),
        };
        let extra = Extra { others: Others::KeepInvitations, letter, onward };
        self.make_link_and(user, purpose, lifetime, &by, extra).await.map(drop)
    }

    /// What somebody gets who cannot sign in: a link for a new password; while an invitation is open, another link to it, which
    /// ends with it. Whoever has no password, and no invitation any more, gets in by an administrator alone.
    async fn way_in(&self, user: &User) -> Result<Option<(LinkPurpose, i64)>, StorageError> {
        if user.password_hash.is_some() {
            return Ok(Some((LinkPurpose::Reset, RESET)));
        }
        let left = self.database.read().await?.find_invitation(&user.id).await?;
        let left = left.map(|invitation| invitation.expires_at.since(self.clock.now())).filter(|&left| left > 0);
        Ok(left.map(|left| (LinkPurpose::Invitation, left)))
    }

    /// Whom a living link belongs to. Looking spends nothing: mail scanners open links too.
    pub async fn look_at_link(&self, token: &str) -> Result<Option<LinkOwner>, StorageError> {
        if !TokenKind::OneTimeLink.recognises(token) {
            return Ok(None);
        }
        let mut reader = self.database.read().await?;
        let owner = reader.find_link(&TokenKind::OneTimeLink.hash(token), self.clock.now()).await?;
        let Some(owner) = owner else { return Ok(None) };
        let owner = reader.find_user(&owner).await?;
        Ok(owner.map(|user| LinkOwner { email: user.email, name: user.name, is_new: user.password_hash.is_none() }))
    }

    /// Spends a link and sets the password. All sessions of the user end, and everything that apps were granted.
    pub async fn set_password_by_link(
        &self,
        token: &str,
        password: Redacted<String>,
        address: &str,
        reference: &str,
    ) -> Result<String, LinkError> {
        let Some(LinkOwner { email, name, is_new }) = self.look_at_link(token).await? else {
            return Err(LinkError::Dead);
        };
        password_policy(password.expose(), &email, &name, self.settings.password_min_length)
            .map_err(|refusal| LinkError::Password(PasswordProblem(refusal.to_string())))?;
        let hash = self.hasher.hash(password).await?;
        let (now, link) = (self.clock.now(), TokenKind::OneTimeLink.hash(token));
        let (from, reference, salt) = (address.to_owned(), reference.to_owned(), self.random.base64url::<6>());
        let mail = if is_new { Outgoing::None } else { self.changed_letter(&email, address, now) };
        let outgoing = mail.clone();
        let had_room = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let (hash, salt) = (hash.clone(), salt.clone());
                let (address, reference, outgoing) = (from.clone(), reference.clone(), outgoing.clone());
                Box::pin(async move {
                    let Some(owner) = tx.spend_link(&link, now).await? else { return Ok(None) };
                    let Some(user) = tx.find_user(&owner).await? else { return Ok(None) };
                    tx.set_password(&owner, &hash, now).await?;
                    end_what_was_given(tx, &owner, now).await?;
                    let actor = Actor::User { id: owner, name: user.email.clone() };
                    let event = user_event(&user, "user.password_set", &serde_json::json!({ "by": "link" }));
                    super::audit::record(tx, &event, &Origin { actor, address, reference }, &salt, now).await?;
                    outgoing.put(tx, now).await.map(Some)
                })
            })
            .await?
            .ok_or(LinkError::Dead)?;
        self.mail_was_put(mail, had_room);
        Ok(email)
    }
}

/// An audit event about a user.
pub(super) fn user_event(user: &User, action: &'static str, detail: &serde_json::Value) -> AuditEvent {
    AuditEvent {
        tenant_id: Some(user.tenant_id.clone()),
        action,
        target_kind: "user",
        target_id: user.id.as_str().to_owned(),
        target_name: user.email.clone(),
        detail: detail.to_string(),
    }
}
