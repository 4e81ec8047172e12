//! Subjects of tokens. A client that acts for itself has its id as the `sub`, as a user has theirs: the two are never the
//! same, in whatever letters a GUID is written.

use super::AdminError;
use crate::oauth::{ClientId, UserId};
use crate::storage::Transaction;

/// Refuses an id for a client that a user has.
pub(super) async fn require_no_user(tx: &mut Transaction, id: &ClientId) -> Result<(), AdminError> {
    let user = tx.find_user(&UserId::new(id.as_str().to_ascii_lowercase())).await?;
    if user.is_some() { Err(AdminError::IdTaken) } else { Ok(()) }
}

/// Refuses an id for a user that a client has.
pub(super) async fn require_no_client(tx: &mut Transaction, id: &UserId) -> Result<(), AdminError> {
    for spelling in [id.as_str().to_owned(), id.as_str().to_ascii_uppercase()] {
        if tx.find_client(&ClientId::new(spelling)).await?.is_some() {
            return Err(AdminError::IdTaken);
        }
    }
    Ok(())
}
