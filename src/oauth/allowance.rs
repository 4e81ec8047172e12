//! How often somebody may call: an allowance that is used up by calls and comes back with time.

use super::UnixTime;

/// What somebody has used of an allowance of so many calls a minute: all of them may come at once, and then they come back
/// evenly. Nothing used is the same as never seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// In sixtieths of a call.
    used: i64,
    at: UnixTime,
}

const CALL: i64 = 60;

impl Allowance {
    /// Nothing is used.
    #[must_use]
    pub const fn full(now: UnixTime) -> Self {
        Self { used: 0, at: now }
    }

    /// Uses a call up. Refused, it is not counted, and the seconds are told after which it would not be.
    pub fn take(&mut self, per_minute: u32, now: UnixTime) -> Result<(), i64> {
        let per_minute = i64::from(per_minute.max(1));
        self.come_back(per_minute, now);
        let missing = self.used + CALL - per_minute * CALL;
        if missing > 0 {
            return Err((missing + per_minute - 1) / per_minute);
        }
        self.used += CALL;
        Ok(())
    }

    /// Whether nothing is used any more.
    #[must_use]
    pub fn is_full(mut self, per_minute: u32, now: UnixTime) -> bool {
        self.come_back(i64::from(per_minute.max(1)), now);
        self.used == 0
    }

    /// A clock that was set back gives nothing.
    fn come_back(&mut self, per_minute: i64, now: UnixTime) {
        let seconds = now.since(self.at).max(0);
        self.used = (self.used - seconds.saturating_mul(per_minute)).max(0);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_used_up_and_comes_back() {
        // seconds since the start, calls that are let through then, seconds to wait after them
        let rows = [(0, 120, 1), (1, 2, 1), (31, 60, 1), (31, 0, 1), (1_000, 120, 1), (999, 0, 1)];
        let start = UnixTime(1_000);
        let mut allowance = Allowance::full(start);
        for (second, through, wait) in rows {
            let now = start.plus(second);
            for call in 0..through {
                assert_eq!(allowance.take(120, now), Ok(()), "call {call} after {second} s");
            }
            assert_eq!(allowance.take(120, now), Err(wait), "after {second} s");
        }
        assert!(!allowance.is_full(120, start.plus(1_059)));
        assert!(allowance.is_full(120, start.plus(1_060)));
    }

    #[test]
    fn a_small_allowance_is_waited_for() {
        let mut allowance = Allowance::full(UnixTime(0));
        assert_eq!(allowance.take(2, UnixTime(0)), Ok(()));
        assert_eq!(allowance.take(2, UnixTime(0)), Ok(()));
        assert_eq!(allowance.take(2, UnixTime(0)), Err(30));
        assert_eq!(allowance.take(2, UnixTime(29)), Err(1));
        assert_eq!(allowance.take(2, UnixTime(30)), Ok(()));
    }
}
