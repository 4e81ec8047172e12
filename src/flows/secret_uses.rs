//! When and from where secrets are used: gathered in memory, written at most once a minute for each secret.

use super::Provider;
use crate::oauth::{ClientId, UnixTime};
use crate::storage::{SecretUse, StorageError, Transaction};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// How often, in seconds, the use of one secret is written at most.
const INTERVAL: i64 = 60;
/// Most addresses of one secret that are told apart in one minute.
const MOST_ADDRESSES: usize = 20;
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
    /// Uses by day and address that are not written yet.
    counts: BTreeMap<(UnixTime, String), (i64, UnixTime)>,
}

impl Use {
    fn new(at: UnixTime) -> Self {
        Self { at, from: String::new(), written: None, pending: false, counts: BTreeMap::new() }
    }

    fn count(&mut self, from: &str, times: i64, at: UnixTime) {
        let mut key = (at.beginning_of(86_400), from.to_owned());
        if self.counts.len() >= MOST_ADDRESSES && !self.counts.contains_key(&key) {
            key.1.clear();
        }
        let (uses, last) = self.counts.entry(key).or_insert((0, at));
        *uses += times;
        *last = at.max(*last);
    }
}

/// What is written of a secret.
#[derive(Debug, Clone)]
struct Due {
    client: ClientId,
    secret: i32,
    at: UnixTime,
    from: String,
    counts: BTreeMap<(UnixTime, String), (i64, UnixTime)>,
}

impl SecretUses {
    pub(super) fn note(&self, client: &ClientId, secret: i32, from: &str, now: UnixTime) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = uses.entry((client.clone(), secret)).or_insert_with(|| Use::new(now));
        seen.at = now;
        seen.pending = true;
        if seen.from != from {
            from.clone_into(&mut seen.from);
        }
        seen.count(from, 1, now);
    }

    /// Takes what is due: uses of secrets that were not written within the last minute; all of them if `everything`.
    /// Entries that have been quiet for an hour are let go.
    fn take_due(&self, now: UnixTime, everything: bool) -> Vec<Due> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (key, seen) in uses.iter_mut() {
            let rested = seen.written.is_none_or(|written| now.since(written) >= INTERVAL);
            if seen.pending && (rested || everything) {
                seen.pending = false;
                seen.written = Some(now);
                due.push(Due {
                    client: key.0.clone(),
                    secret: key.1,
                    at: seen.at,
                    from: seen.from.clone(),
                    counts: std::mem::take(&mut seen.counts),
                });
            }
        }
        uses.retain(|_, seen| seen.pending || now.since(seen.at) < 3_600);
        // Two nodes that take the same rows take them in the same order.
        due.sort_unstable_by(|one, other| (&one.client, one.secret).cmp(&(&other.client, other.secret)));
        due
    }

    /// Puts back what was taken and could not be written: it is due again.
    fn put_back(&self, due: &[Due]) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for due in due {
            let seen = uses.entry((due.client.clone(), due.secret)).or_insert_with(|| Use::new(due.at));
            if seen.from.is_empty() {
                seen.from.clone_from(&due.from);
            }
            seen.pending = true;
            for ((_, address), (times, last)) in &due.counts {
                seen.count(address, *times, *last);
            }
        }
    }
}

impl Provider {
    /// Writes the uses that are due. Called every few seconds, and with `everything` at the end.
    pub async fn flush_secret_uses(&self, everything: bool) -> Result<(), StorageError> {
        let due = self.uses.take_due(self.clock.now(), everything);
        for (number, part) in due.chunks(BATCH).enumerate() {
            let part = Arc::new(part.to_vec());
            let written = self
                .database
                .write::<_, StorageError, _>(move |tx| {
                    let part = Arc::clone(&part);
                    Box::pin(async move {
                        for due in part.iter() {
                            write(tx, due).await?;
                        }
                        Ok(())
                    })
                })
                .await;
            if let Err(error) = written {
                self.uses.put_back(&due[number * BATCH..]);
                return Err(error);
            }
        }
        Ok(())
    }
}

async fn write(tx: &mut Transaction, due: &Due) -> Result<(), StorageError> {
    tx.note_secret_use(&due.client, due.secret, due.at, &due.from).await?;
    for ((day, address), (uses, last_at)) in &due.counts {
        let (secret_id, address) = (i64::from(due.secret), address.clone());
        let used = SecretUse { secret_id, day: *day, address, uses: *uses, last_at: *last_at };
        tx.count_secret_uses(&due.client, &used).await?;
    }
    Ok(())
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

    #[test]
    fn what_could_not_be_written_is_due_again_with_what_came_meanwhile() {
        let (uses, client) = (SecretUses::default(), ClientId::new("a"));
        for at in 0..3 {
            uses.note(&client, 1, "x", UnixTime(at));
        }
        let due = uses.take_due(UnixTime(3), false);
        uses.note(&client, 1, "y", UnixTime(4));
        uses.put_back(&due);
        let [due] = uses.take_due(UnixTime(63), false).try_into().expect("one secret");
        let counts: Vec<_> = due.counts.iter().map(|((_, from), (n, last))| (from.as_str(), *n, last.0)).collect();
        assert_eq!(counts, [("x", 3, 2), ("y", 1, 4)]);
        assert_eq!((due.at, due.from.as_str()), (UnixTime(4), "y"), "what came last stays last");
        uses.put_back(&[due]);
        assert_eq!(uses.take_due(UnixTime(7_200), false).len(), 1, "a secret that is used no more is not let go");
    }

    #[test]
    fn uses_are_counted_by_address_and_by_day_and_too_many_addresses_together() {
        let (uses, client) = (SecretUses::default(), ClientId::new("a"));
        for (from, at) in [("x", 0), ("x", 5), ("y", 5), ("x", 86_400)] {
            uses.note(&client, 1, from, UnixTime(at));
        }
        let [due] = uses.take_due(UnixTime(86_401), true).try_into().expect("one secret");
        let counts: Vec<_> = due.counts.iter().map(|((day, from), (n, _))| (day.0, from.as_str(), *n)).collect();
        assert_eq!(counts, [(0, "x", 2), (0, "y", 1), (86_400, "x", 1)]);
        for n in 0..50 {
            uses.note(&client, 1, &n.to_string(), UnixTime(0));
        }
        let [due] = uses.take_due(UnixTime(86_402), true).try_into().expect("one secret");
        assert_eq!(due.counts.len(), MOST_ADDRESSES + 1);
        assert_eq!(due.counts[&(UnixTime(0), String::new())].0, 30);
    }
}
