//! Points in time, in whole seconds: what rows and JWTs count in.

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// The last second this server counts to, 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The first second whose year four digits can write, 0000-01-01T00:00:00Z.
    const YEAR_0: Self = Self(-62_167_219_200);

    /// `seconds` later (or earlier, if negative); stops at the ends of time instead of wrapping.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to here; negative if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The beginning of the hour (3,600), day (86,400, UTC) or other span of so many seconds that it lies in.
    #[must_use]
    pub const fn beginning_of(self, span: i64) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(span)))
    }

    /// The UTC date, `2027-11-24`.
    #[must_use]
    pub fn date(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(86_400));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The UTC date and time as RFC 3339 writes it, `2027-11-24T10:41:07Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let second = self.0.rem_euclid(86_400);
        format!("{}T{:02}:{:02}:{:02}Z", self.date(), second / 3_600, second / 60 % 60, second % 60)
    }

    /// The last second of a UTC date written `2027-11-24`; none if there is no such day.
    #[must_use]
    pub fn end_of_day(text: &str) -> Option<Self> {
        Self::start_of_day(text).map(|start| start.plus(86_399))
    }

    /// The first second of a UTC date written `2027-11-24`; none if there is no such day.
    #[must_use]
    pub fn start_of_day(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
        let days = days_from_civil(year, month, day);
        (civil(days) == (year, month, day)).then(|| Self(days * 86_400))
    }

    /// The same day `years` later; the 29th of February becomes the 28th. Stops at the ends of time.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Self {
        let today = self.0.div_euclid(86_400);
        let (year, month, day) = civil(today);
        let target = days_from_civil(year.saturating_add(years).clamp(-LAST_YEAR, LAST_YEAR), month, day);
        let target = if civil(target).1 == month { target } else { target - 1 };
        self.plus((target - today).saturating_mul(86_400))
    }

    /// Whether four digits are enough for its year, as RFC 3339 wants it.
    #[must_use]
    pub(super) const fn has_four_digit_year(self) -> bool {
        self.0 >= Self::YEAR_0.0 && self.0 <= Self::MAX.0
    }
}

/// The last year that 64 bits of seconds reach.
const LAST_YEAR: i64 = 292_277_026_596;

/// Days since 1970 to year, month, day (proleptic Gregorian, eras of 400 years).
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    (year_of_era + era * 400 + (month <= 2) as i64, month, day)
}

const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_shifted = (month + 9) % 12;
    let day_of_year = (153 * month_shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::UnixTime;

    #[test]
    fn dates_are_written_and_read() {
        let rows = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_487_999, "2026-11-24T02:39:59Z"),
        ];
        for (seconds, text) in rows {
            assert_eq!(UnixTime(seconds).rfc3339(), text);
            assert_eq!(UnixTime::start_of_day(&text[..10]).map(|day| day.0), Some(seconds - seconds % 86_400));
        }
        for bad in ["2026-02-29", "2026-13-01", "2026-1-1", "20260101", "", "2026-01-0x", "+026-01-01"] {
            assert_eq!(UnixTime::start_of_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_year_later_is_the_same_day() {
        let rows = [("2026-11-24", "2027-11-24"), ("2024-02-29", "2025-02-28"), ("2023-03-01", "2024-03-01")];
        for (from, to) in rows {
            assert_eq!(UnixTime::start_of_day(from).expect("a day").plus_years(1).date(), to);
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        assert_eq!(UnixTime(i64::MAX).plus(1), UnixTime(i64::MAX));
        assert_eq!(UnixTime(i64::MIN).since(UnixTime(1)), i64::MIN);
    }
}
