//! Audit rows: written in the transaction of the change they tell of.

use crate::clock::order_stamp;
use crate::oauth::UnixTime;
use crate::oauth::audit::{AuditEvent, Origin};
use crate::random::Random;
use crate::storage::{Database, StorageError, Transaction};

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

/// Adds a row for what was done to the store as a whole, in a transaction of its own: by a command that has no provider
/// open, because there may be no master key.
///
/// # Errors
/// [`StorageError`], as with every change.
pub async fn record_of_store(
    database: &Database,
    random: &Random,
    event: AuditEvent,
    by: Origin,
    now: UnixTime,
) -> Result<(), StorageError> {
    let salt = random.base64url::<6>();
    database
        .write(move |tx| {
            let (event, by, salt) = (event.clone(), by.clone(), salt.clone());
            Box::pin(async move { record(tx, &event, &by, &salt, now).await })
        })
        .await
}
