//! What time it is. A flow reads the clock once and passes `now` down as a value.

use crate::oauth::UnixTime;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time, in whole seconds since 1970.
pub trait Clock: Send + Sync + 'static {
    /// The time of this request.
    fn now(&self) -> UnixTime;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        UnixTime(i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The machine's clock in nanoseconds since 1970, for traces: nothing is decided by it.
#[must_use]
pub fn unix_nanos() -> u64 {
    u64::try_from(since_1970().as_nanos()).unwrap_or(u64::MAX)
}

static LAST_STAMP: AtomicU64 = AtomicU64::new(0);

/// A number that puts what happens within a second into its order, and decides nothing else: microseconds since 1970 by
/// the machine's clock, and in this process always more than the one before.
pub fn order_stamp() -> u64 {
    let now = u64::try_from(since_1970().as_micros()).unwrap_or(u64::MAX);
    let next = |last: u64| Some(now.max(last.saturating_add(1)));
    let last = LAST_STAMP.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(now);
    now.max(last.saturating_add(1))
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Starts at `now`.
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock by `seconds`, forward or (negative) back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::order_stamp;

    #[test]
    fn what_comes_later_has_a_later_stamp() {
        let stamps: Vec<u64> = (0..10_000).map(|_| order_stamp()).collect();
        assert!(stamps.is_sorted_by(|one, next| one < next));
    }
}
