//! Audit rows: written in the transaction of the change they tell of.

use crate::clock::order_stamp;
use crate::oauth::UnixTime;
use crate::oauth::audit::{AuditEvent, Origin};
use crate::storage::{StorageError, Transaction};

/// Adds a row for `event`. Ids sort rows of one second by their order, whichever process wrote them; `salt` keeps those of
/// different nodes apart.
pub(super) async fn record(
    tx: &mut Transaction,
    event: &AuditEvent,
    by: &Origin,
    salt: &str,
    now: UnixTime,
) -> Result<(), StorageError> {
    let id = format!("{:014x}{salt}", order_stamp());
    tx.insert_audit(&id, event, by, now).await
}
