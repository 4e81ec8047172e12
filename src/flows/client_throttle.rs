//! Slowing down who fails to prove that they are a client.
//!
//! The right secret is looked at first and always let in: with 256 random bits there is nothing to guess, and nobody can
//! lock a client out. What is slowed down is the flood of wrong ones. So the good way neither reads nor writes a counter.

use super::throttle::neighbourhood;
use super::{Provider, Throttled};
use crate::oauth::UnixTime;
use crate::storage::StorageError;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failures for one client from one network, and for all clients from one network, within the window.
const PAIR: i64 = 100;
const ADDRESS: i64 = 1_000;
/// In seconds.
const WINDOW: i64 = 300;
/// Most keys remembered. Strangers choose them.
const MOST: usize = 10_000;

/// Who is over the limit, and until when, as far as this node knows: a flood is then refused without the database. It only
/// repeats what the counters there have said.
#[derive(Debug, Default)]
pub(super) struct Barred(Mutex<HashMap<String, UnixTime>>);

impl Barred {
    fn known(&self) -> MutexGuard<'_, HashMap<String, UnixTime>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&self, keys: &[(String, i64)], now: UnixTime) -> Option<UnixTime> {
        let known = self.known();
        keys.iter().filter_map(|(key, _)| known.get(key)).copied().filter(|end| *end > now).max()
    }

    fn bar(&self, key: String, until: UnixTime, now: UnixTime) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, end| *end > now);
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, until);
    }
}

impl Provider {
    /// Whether this node knows already that such failures are over the limit. Asks nobody.
    pub(super) fn is_barred(&self, client: &str, address: &str, now: UnixTime) -> bool {
        address.parse().is_ok_and(|address| self.barred.until(&self.failure_keys(client, address), now).is_some())
    }

    /// What failures of a client from a network are counted under, each with its limit.
    fn failure_keys(&self, client: &str, address: IpAddr) -> Vec<(String, i64)> {
        let near = neighbourhood(address);
        // Ids are whatever a stranger typed: of any length, and perhaps a secret in the wrong place.
        let client = self.sealer.mac("client-failures", &[client.as_bytes()]);
        vec![(format!("client:{client}:{near}"), PAIR), (format!("clients:{near}"), ADDRESS)]
    }

    /// Counts a failure of a client, known or not, and says whether to ask for patience instead of telling it.
    pub(super) async fn count_client_failure(
        &self,
        client: &str,
        address: &str,
        now: UnixTime,
    ) -> Result<Option<Throttled>, StorageError> {
        let Ok(address) = address.parse::<IpAddr>() else { return Ok(None) };
        let keys = self.failure_keys(client, address);
        if let Some(end) = self.barred.until(&keys, now) {
            return Ok(Some(Throttled { retry_after: end.since(now).max(1) }));
        }
        let counted = keys.clone();
        let counts: Vec<i64> = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let keys = counted.clone();
                Box::pin(async move {
                    let mut counts = Vec::new();
                    for (key, _) in &keys {
                        counts.push(tx.count_failure(key, now.plus(-WINDOW), now).await?);
                    }
                    Ok(counts)
                })
            })
            .await?;
        let over: Vec<_> = keys.into_iter().zip(counts).filter(|((_, limit), count)| count > limit).collect();
        for ((key, _), _) in &over {
            self.barred.bar(key.clone(), now.plus(WINDOW), now);
        }
        Ok((!over.is_empty()).then_some(Throttled { retry_after: WINDOW }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Barred, MOST};
    use crate::oauth::UnixTime;

    #[test]
    fn ds_07_what_is_remembered_ends_and_is_bounded() {
        let (barred, now) = (Barred::default(), UnixTime(100));
        let key = |name: &str| vec![(name.to_owned(), 1)];
        barred.bar("a".to_owned(), UnixTime(110), now);
        assert_eq!(barred.until(&key("a"), now), Some(UnixTime(110)));
        assert_eq!((barred.until(&key("b"), now), barred.until(&key("a"), UnixTime(110))), (None, None));
        for number in 0..2 * MOST {
            barred.bar(number.to_string(), UnixTime(200), now);
        }
        assert!(barred.known().len() <= MOST);
    }
}
