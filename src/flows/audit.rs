//! Audit rows: written in the transaction of the change they tell of.

use crate::oauth::UnixTime;
use crate::oauth::audit::{AuditEvent, Origin};
use crate::storage::{StorageError, Transaction};
use std::sync::atomic::{AtomicU32, Ordering};

static SEQUENCE: AtomicU32 = AtomicU32::new(0);

/// Adds a row for `event`. `salt` keeps ids of different nodes apart.
pub(super) async fn record(
    tx: &mut Transaction,
    event: &AuditEvent,
    by: &Origin,
    salt: &str,
    now: UnixTime,
) -> Result<(), StorageError> {
    let sequence = SEQUENCE.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:010x}{sequence:08x}{salt}", now.0);
    tx.insert_audit(&id, event, by, now).await
}
