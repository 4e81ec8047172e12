//! Slowing down who guesses, without locking out who is guessed at.

use super::Provider;
use crate::oauth::{UnixTime, UserId};
use crate::storage::{StorageError, User};
use std::net::IpAddr;

/// Too many failures: how long to wait, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// Seconds until the next try makes sense.
    pub retry_after: i64,
}

/// Who is tried, from where.
pub(super) struct Tried<'t> {
    /// The account's id, or a digest of what was typed.
    pub account: &'t str,
    /// The client's address.
    pub address: IpAddr,
    /// The token of the device, if the account has signed in on it before.
    pub known_device: Option<&'t str>,
}

const DEVICE: &str = "device";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// All tries from an address.
    Address,
    /// Tries at an account from an address.
    Pair,
    /// Tries at an account.
    Account,
    /// Tries at an account on a device where it has signed in before.
    Device,
}

/// One counter: its key, its limit, and the seconds over which it counts.
#[derive(Debug, Clone)]
struct Counter {
    counted: Counted,
    key: String,
    limit: i64,
    window: i64,
}

impl Provider {
    /// The counters of a try: for the address, for the account from this address, for the account. A device on which this
    /// account has signed in before has a counter of its own: whoever guesses elsewhere does not slow its owner down.
    fn counters(&self, who: &Tried<'_>) -> Vec<Counter> {
        let (limits, account) = (&self.settings.throttle, who.account);
        if let Some(device) = who.known_device {
            let key = format!("device:{account}:{device}");
            return vec![Counter { counted: Counted::Device, key, limit: limits.pair.0, window: limits.pair.1 }];
        }
        let near = neighbourhood(who.address);
        let counter = |counted, key, (limit, window)| Counter { counted, key, limit, window };
        vec![
            counter(Counted::Address, format!("address:{near}"), limits.address),
            counter(Counted::Pair, format!("pair:{account}:{near}"), limits.pair),
            counter(Counted::Account, format!("account:{account}"), (limits.account, 900)),
        ]
    }

    /// What a browser keeps of a sign-in, to be known again. It opens nothing.
    #[must_use]
    pub fn device_token(&self, user: &UserId) -> String {
        let since = self.clock.now().0.to_string();
        let mac = self.sealer.mac(DEVICE, &[user.as_str().as_bytes(), since.as_bytes()]);
        format!("{since}.{mac}")
    }

    /// Whether the user has signed in on the device that brings this token, with the password of today: whoever knew an
    /// older one is a stranger again.
    pub(super) fn is_known_device(&self, user: &User, token: &str) -> bool {
        let Some((since, mac)) = token.split_once('.') else { return false };
        let Ok(at) = since.parse().map(UnixTime) else { return false };
        user.password_changed_at.is_none_or(|changed| at >= changed)
            && self.sealer.verify_mac(DEVICE, &[user.id.as_str().as_bytes(), since.as_bytes()], mac)
    }

    /// Refuses a try that comes after too many failures.
    pub(super) async fn require_unthrottled(
        &self,
        who: &Tried<'_>,
        now: UnixTime,
    ) -> Result<Option<Throttled>, StorageError> {
        let mut reader = self.database.read().await?;
        let mut wait = 0;
        for counter in self.counters(who) {
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
        who: &Tried<'_>,
        now: UnixTime,
    ) -> Result<Option<Throttled>, StorageError> {
        let counters = self.counters(who);
        let wait = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let counters = counters.clone();
                Box::pin(async move {
                    let mut wait = 0;
                    for Counter { key, limit, window, .. } in &counters {
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

    /// Takes back what was counted for a try that was never decided.
    pub(super) async fn uncount_failure(&self, who: &Tried<'_>) -> Result<(), StorageError> {
        let counters = self.counters(who);
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let counters = counters.clone();
                Box::pin(async move {
                    for Counter { key, .. } in &counters {
                        tx.uncount_failure(key).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Forgets the failures of this account from this place: its owner has just signed in there. The address keeps its
    /// count less the one that was counted for this try.
    pub(super) async fn forget_failures(&self, who: &Tried<'_>) -> Result<(), StorageError> {
        let counters = self.counters(who);
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let counters = counters.clone();
                Box::pin(async move {
                    for Counter { counted, key, .. } in &counters {
                        match counted {
                            // Others may sit there, and one account is no excuse for guesses at the rest.
                            Counted::Address => tx.uncount_failure(key).await?,
                            Counted::Pair | Counted::Account | Counted::Device => tx.forget_failures(key).await?,
                        }
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// The network that an address counts for: /24 of IPv4, /64 of IPv6.
pub(super) fn neighbourhood(address: IpAddr) -> String {
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
