//! Invitations: the links with which users choose their first password. The link itself is only known to whoever got it.

use super::{LinkPurpose, Reader, StorageError};
use crate::oauth::{UnixTime, UserId};

/// An invitation that was made, still good or over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// When it was made.
    pub issued_at: UnixTime,
    /// From here on it does not work.
    pub expires_at: UnixTime,
}

impl Reader {
    /// The invitation of a user, if one was made and not used.
    pub async fn find_invitation(&mut self, user: &UserId) -> Result<Option<Invitation>, StorageError> {
        let sql = "SELECT created_at, expires_at FROM one_time_links WHERE user_id = $1 AND purpose = $2
                   ORDER BY created_at DESC LIMIT 1";
        let statement = self.query(sql).bind(user).bind(LinkPurpose::Invitation.as_str());
        let row = statement.fetch_optional::<(i64, i64)>().await?;
        Ok(row.map(|(issued, expires)| Invitation { issued_at: UnixTime(issued), expires_at: UnixTime(expires) }))
    }
}
