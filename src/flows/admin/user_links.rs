//! The links that administrators and operators hand to users who cannot sign in.

use super::users::require_user;
use super::{AdminError, Administrator};
use crate::flows::one_time_links::user_event;
use crate::flows::{OneTimeLink, Provider, audit};
use crate::oauth::UserId;
use crate::storage::{LinkPurpose, StorageError, User};

const DAY: i64 = 86_400;
/// How long an invitation works, in seconds: 7 days.
pub(super) const INVITATION: i64 = 7 * DAY;
/// How long a reset link that an administrator made works, in seconds: 30 minutes.
const RESET: i64 = 1_800;
/// The same for one that an operator made, who may have to carry it: 1 hour.
const CARRIED_RESET: i64 = 3_600;
/// The longest that each may work, in seconds: 60 days and 7 days.
const LONGEST_INVITATION: i64 = 60 * DAY;
const LONGEST_RESET: i64 = 7 * DAY;

/// Why there is no link to hand over.
#[derive(Debug, thiserror::Error)]
pub enum HandedLinkError {
    /// It would work for longer than such a link may.
    #[error("{what} works for {days} days at most")]
    TooLong {
        /// What kind of link it would be, in words.
        what: &'static str,
        /// How long it may work.
        days: i64,
    },
    /// The store.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Provider {
    /// Takes back the invitation of a user who has not accepted it: the link stops working.
    pub async fn remove_invitation(&self, by: &Administrator, id: &UserId) -> Result<(), AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id) = (by.clone(), id.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt) = (by.clone(), id.clone(), salt.clone());
                Box::pin(async move {
                    let user = require_user(tx, &by, &id).await?;
                    if user.password_hash.is_some() || tx.find_invitation(&id).await?.is_none() {
                        return Err(AdminError::NotFound("invitation"));
                    }
                    tx.delete_links_of(&id).await?;
                    let event = user_event(&user, "user.invitation_removed", &serde_json::json!({}));
                    Ok(audit::record(tx, &event, by.origin(), &salt, now).await?)
                })
            })
            .await
    }

    /// A link with which a user chooses a new password; the one before stops working.
    pub async fn reset_link(&self, by: &Administrator, user: &User) -> Result<OneTimeLink, StorageError> {
        let invited = user.password_hash.is_none();
        let (purpose, lifetime) =
            if invited { (LinkPurpose::Invitation, INVITATION) } else { (LinkPurpose::Reset, RESET) };
        self.make_link(user, purpose, lifetime, by.origin()).await
    }

    /// The same for an operator, who hands it over: nothing is mailed. It works for `lifetime` seconds; none: 1 hour, or 7
    /// days if it is an invitation.
    pub async fn handed_link(
        &self,
        by: &Administrator,
        user: &User,
        lifetime: Option<i64>,
    ) -> Result<OneTimeLink, HandedLinkError> {
        let (purpose, usual, longest, what) = match user.password_hash {
            None => (LinkPurpose::Invitation, INVITATION, LONGEST_INVITATION, "an invitation"),
            Some(_) => (LinkPurpose::Reset, CARRIED_RESET, LONGEST_RESET, "a link for a new password"),
        };
        let lifetime = lifetime.unwrap_or(usual);
        if lifetime > longest {
            return Err(HandedLinkError::TooLong { what, days: longest / DAY });
        }
        Ok(self.make_unmailed_link(user, purpose, lifetime, by.origin()).await?)
    }
}
