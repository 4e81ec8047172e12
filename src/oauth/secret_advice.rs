//! What people are told about the secrets of a client: which one still works somewhere, and which can go.

use super::{ClientSecret, UnixTime};

/// How a secret was used within the last days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecentUse {
    /// How often.
    pub uses: i64,
    /// From how many addresses.
    pub addresses: usize,
    /// Over how long, in seconds.
    pub span: i64,
}

impl RecentUse {
    /// How long after its last use a secret counts as quiet: twice the time that used to lie between two uses, an hour at
    /// least. What was used once tells nothing of its rhythm: a day.
    #[must_use]
    pub const fn quiet_after(&self) -> i64 {
        if self.uses < 2 {
            return 86_400;
        }
        let twice = self.span.saturating_mul(2) / (self.uses - 1);
        if twice > 3_600 { twice } else { 3_600 }
    }
}

/// What to think of an older secret beside a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretAdvice {
    /// It was used since the newer one was added.
    StillUsed,
    /// The newer one is in use, and this one has been quiet for longer than usual.
    SafeToRemove,
    /// It was never used, and another is in use.
    NeverUsed,
}

/// The advice on a secret; none while there is nothing to say. `others` are the client's other secrets.
#[must_use]
pub fn secret_advice(
    secret: &ClientSecret,
    recent: RecentUse,
    others: &[&ClientSecret],
    now: UnixTime,
) -> Option<SecretAdvice> {
    let newer: Vec<_> = others.iter().filter(|other| other.id > secret.id && other.usable(now)).collect();
    let newer_use = newer.iter().filter_map(|other| other.last_used_at).max()?;
    let Some(last) = secret.last_used_at else { return Some(SecretAdvice::NeverUsed) };
    if newer_use > last && now.since(last) >= recent.quiet_after() {
        return Some(SecretAdvice::SafeToRemove);
    }
    newer.iter().any(|other| last > other.created_at).then_some(SecretAdvice::StillUsed)
}

/// How many days before its end people are told of a secret: the last of 30, 7 and 1 that has come; 0 once it is over.
#[must_use]
pub fn expiry_notice(end: UnixTime, now: UnixTime) -> Option<i64> {
    let left = end.since(now);
    if left <= 0 {
        return Some(0);
    }
    [1, 7, 30].into_iter().find(|days| left <= days * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::TokenHash;

    const DAY: i64 = 86_400;

    fn secret(id: i32, created: i64, used: Option<i64>) -> ClientSecret {
        ClientSecret {
            id,
            hash: TokenHash([0; 32]),
            hint: String::new(),
            description: String::new(),
            enabled: true,
            created_at: UnixTime(created),
            expires_at: None,
            last_used_at: used.map(UnixTime),
            last_used_from: None,
        }
    }

    #[test]
    fn a_secret_is_safe_to_remove_when_another_took_over_and_it_has_been_quiet_for_long() {
        // Used every ten minutes for a day; or hourly.
        let often = RecentUse { uses: 145, addresses: 1, span: DAY };
        let hourly = RecentUse { uses: 25, addresses: 1, span: DAY };
        let new = secret(2, 1_000, Some(20_000));
        let rows = [
            (secret(1, 0, Some(900)), often, 900 + 3_600, Some(SecretAdvice::SafeToRemove)),
            (secret(1, 0, Some(900)), hourly, 900 + 7_199, None),
            (secret(1, 0, Some(900)), hourly, 900 + 7_200, Some(SecretAdvice::SafeToRemove)),
            (secret(1, 0, Some(19_999)), often, 20_001, Some(SecretAdvice::StillUsed)),
            (secret(1, 0, Some(20_001)), often, 90_000, Some(SecretAdvice::StillUsed)),
            (secret(1, 0, None), RecentUse::default(), 20_001, Some(SecretAdvice::NeverUsed)),
        ];
        for (old, recent, now, expected) in rows {
            assert_eq!(secret_advice(&old, recent, &[&new], UnixTime(now)), expected, "{old:?} at {now}");
        }
        let unused = secret(2, 1_000, None);
        assert_eq!(secret_advice(&secret(1, 0, Some(900)), often, &[&unused], UnixTime(DAY)), None);
        assert_eq!(secret_advice(&new, often, &[&secret(1, 0, None)], UnixTime(DAY)), None, "the newest stays");
    }

    #[test]
    fn people_are_told_at_30_7_and_1_days() {
        let rows = [
            (31, None),
            (30, Some(30)),
            (8, Some(30)),
            (7, Some(7)),
            (2, Some(7)),
            (1, Some(1)),
            (0, Some(0)),
            (-3, Some(0)),
        ];
        for (days, expected) in rows {
            assert_eq!(expiry_notice(UnixTime(days * DAY), UnixTime(0)), expected, "{days} days");
        }
    }
}
