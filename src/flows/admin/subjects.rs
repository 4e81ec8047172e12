//! Subjects of tokens. A client that acts for itself has its id as the `sub`, as a user has theirs: the two are never the
//! same, in whatever letters a GUID is written.
//!
//! A claim decides between two who are added at the same instant. A node of a version before claims nothing, so what it
//! has added is looked for as well.

use super::AdminError;
use crate::oauth::{ClientId, UserId};
use crate::storage::{SubjectKind, Transaction};

/// Refuses an id for a client that a user has.
pub(super) async fn require_no_user(tx: &mut Transaction, id: &ClientId) -> Result<(), AdminError> {
    let free = tx.claim_subject(id.as_str(), SubjectKind::Client).await?;
    let user = tx.find_user(&UserId::new(id.as_str().to_ascii_lowercase())).await?;
    if free && user.is_none() { Ok(()) } else { Err(AdminError::IdTaken) }
}

/// Refuses an id for a user that a client has.
pub(super) async fn require_no_client(tx: &mut Transaction, id: &UserId) -> Result<(), AdminError> {
    if !tx.claim_subject(id.as_str(), SubjectKind::User).await? {
        return Err(AdminError::IdTaken);
    }
    for spelling in [id.as_str().to_owned(), id.as_str().to_ascii_uppercase()] {
        if tx.find_client(&ClientId::new(spelling)).await?.is_some() {
            return Err(AdminError::IdTaken);
        }
    }
    Ok(())
}
