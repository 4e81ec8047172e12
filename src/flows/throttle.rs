//! Slowing down who guesses, without locking out who is guessed at.

use super::Provider;
use crate::oauth::UnixTime;
use crate::storage::StorageError;
use std::net::IpAddr;

/// Too many failures: how long to wait, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// Seconds until the next try makes sense.
    pub retry_after: i64,
}

/// One counter: its key, its limit, and the seconds over which it counts.
struct Counter {
    key: String,
    limit: i64,
    window: i64,
}

impl Provider {
    /// The counters of a try: for the address, for the account from this address, for the account.
    fn counters(&self, account: &str, address: IpAddr) -> [Counter; 3] {
        let limits = &self.settings.throttle;
        let near = neighbourhood(address);
        [
            Counter { key: format!("address:{near}"), limit: limits.address.0, window: limits.address.1 },
            Counter { key: format!("pair:{account}:{near}"), limit: limits.pair.0, window: limits.pair.1 },
            Counter { key: format!("account:{account}"), limit: limits.account, window: 900 },
        ]
    }

    /// Refuses a try that comes after too many failures. `account` is the account's id, or a digest of what was typed.
    pub(super) async fn require_unthrottled(
        &self,
        account: &str,
        address: IpAddr,
        now: UnixTime,
    ) -> Result<Option<Throttled>, StorageError> {
        let mut reader = self.database.read().await?;
        let mut wait = 0;
        for counter in self.counters(account, address) {
            let since = now.plus(-counter.window);
            if let Some((failures, started)) = reader.failures(&counter.key, since).await?
                && failures >= counter.limit
            {
                wait = wait.max(started.plus(counter.window).since(now).max(1));
            }
        }
        Ok((wait > 0).then_some(Throttled { retry_after: wait }))
    }

    /// Counts a failure. Before the password is checked: parallel guesses then cannot slip past the limit.
    pub(super) async fn count_failure(
        &self,
        account: &str,
        address: IpAddr,
        now: UnixTime,
    ) -> Result<Option<Throttled>, StorageError> {
        let counters = self.counters(account, address).map(|counter| (counter.key, counter.limit, counter.window));
        let wait = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let counters = counters.clone();
                Box::pin(async move {
                    let mut wait = 0;
                    for (key, limit, window) in &counters {
                        if tx.count_failure(key, now.plus(-window), now).await? > *limit {
                            wait = wait.max(*window);
                        }
                    }
                    Ok(wait)
                })
            })
            .await?;
        Ok((wait > 0).then_some(Throttled { retry_after: wait }))
    }

    /// Forgets the failures of this account from this address: its owner has just signed in from there. The address
    /// keeps its count less the one that was counted for this try.
    pub(super) async fn forget_failures(&self, account: &str, address: IpAddr) -> Result<(), StorageError> {
        let [address, pair, account] = self.counters(account, address).map(|counter| counter.key);
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let (address, pair, account) = (address.clone(), pair.clone(), account.clone());
                Box::pin(async move {
                    tx.forget_failures(&pair).await?;
                    tx.forget_failures(&account).await?;
                    tx.uncount_failure(&address).await
                })
            })
            .await
    }
}

/// The network that an address counts for: /24 of IPv4, /64 of IPv6.
fn neighbourhood(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::neighbourhood;

    #[test]
    fn neighbours_share_a_count() {
        let rows = [
            ("10.1.2.3", "10.1.2.0/24"),
            ("::ffff:10.1.2.9", "10.1.2.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ];
        for (address, expected) in rows {
            assert_eq!(neighbourhood(address.parse().expect("an address")), expected);
        }
    }
}
