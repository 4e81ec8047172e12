//! When and from where secrets are used: gathered in memory, written at most once a minute for each secret.

use super::Provider;
use crate::oauth::{ClientId, UnixTime};
use crate::storage::StorageError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How often, in seconds, the use of one secret is written at most.
const INTERVAL: i64 = 60;
/// Most writes of one flush in one transaction.
const BATCH: usize = 500;

/// Uses not yet written. There is one entry a secret that exists, so strangers cannot fill it.
#[derive(Debug, Default)]
pub(super) struct SecretUses(Mutex<HashMap<(ClientId, i32), Use>>);

#[derive(Debug, Clone)]
struct Use {
    at: UnixTime,
    from: String,
    written: Option<UnixTime>,
    pending: bool,
}

impl SecretUses {
    pub(super) fn note(&self, client: &ClientId, secret: i32, from: &str, now: UnixTime) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = uses.entry((client.clone(), secret)).or_insert_with(|| Use {
            at: now,
            from: String::new(),
            written: None,
            pending: false,
        });
        seen.at = now;
        seen.pending = true;
        if seen.from != from {
            from.clone_into(&mut seen.from);
        }
    }

    /// Takes what is due: uses of secrets that were not written within the last minute; all of them if `everything`.
    /// Entries that have been quiet for an hour are let go.
    fn take_due(&self, now: UnixTime, everything: bool) -> Vec<((ClientId, i32), UnixTime, String)> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (key, seen) in uses.iter_mut() {
            let rested = seen.written.is_none_or(|written| now.since(written) >= INTERVAL);
            if seen.pending && (rested || everything) {
                seen.pending = false;
                seen.written = Some(now);
                due.push((key.clone(), seen.at, seen.from.clone()));
            }
        }
        uses.retain(|_, seen| seen.pending || now.since(seen.at) < 3_600);
        due
    }
}

impl Provider {
    /// Writes the uses that are due. Called every few seconds, and with `everything` at the end.
    pub async fn flush_secret_uses(&self, everything: bool) -> Result<(), StorageError> {
        let due = self.uses.take_due(self.clock.now(), everything);
        for part in due.chunks(BATCH) {
            let part = Arc::new(part.to_vec());
            self.database
                .write::<_, StorageError, _>(move |tx| {
                    let part = Arc::clone(&part);
                    Box::pin(async move {
                        for ((client, secret), at, from) in part.iter() {
                            tx.note_secret_use(client, *secret, *at, from).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_written_at_most_once_a_minute() {
        let uses = SecretUses::default();
        let client = ClientId::new("a");
        let due = |now, everything| uses.take_due(UnixTime(now), everything).len();
        uses.note(&client, 1, "x", UnixTime(0));
        uses.note(&client, 1, "y", UnixTime(1));
        uses.note(&client, 2, "x", UnixTime(1));
        assert_eq!(due(2, false), 2);
        assert_eq!(due(3, false), 0, "nothing new");
        uses.note(&client, 1, "z", UnixTime(10));
        assert_eq!(due(61, false), 0, "written 59 s ago");
        assert_eq!(due(62, false), 1);
        uses.note(&client, 1, "z", UnixTime(63));
        assert_eq!(due(64, true), 1, "the last flush takes everything");
    }
}
