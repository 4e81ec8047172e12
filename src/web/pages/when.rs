//! Times as people read them: “3 minutes ago”, with the exact time beside.

use crate::oauth::UnixTime;
use askama::Template;
use askama::filters::HtmlSafe;

/// A time on a page.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/when.html")]
pub struct When {
    /// For programs: RFC 3339.
    pub iso: String,
    /// For people.
    pub text: String,
    /// The exact UTC time, for those who ask.
    pub exact: String,
}

impl HtmlSafe for When {}

impl When {
    /// How long ago, or how far ahead, `at` is.
    #[must_use]
    pub fn relative(at: UnixTime, now: UnixTime) -> Self {
        Self::with(at, relative(at, now))
    }

    /// The date alone.
    #[must_use]
    pub fn date(at: UnixTime) -> Self {
        Self::with(at, at.date())
    }

    /// Date and time to the minute, UTC.
    #[must_use]
    pub fn minute(at: UnixTime) -> Self {
        let iso = at.rfc3339();
        let text = format!("{} {} UTC", iso.get(..10).unwrap_or_default(), iso.get(11..16).unwrap_or_default());
        Self::with(at, text)
    }

    fn with(at: UnixTime, text: String) -> Self {
        let iso = at.rfc3339();
        let exact = format!("{} {} UTC", iso.get(..10).unwrap_or_default(), iso.get(11..19).unwrap_or_default());
        Self { iso, text, exact }
    }
}

/// “in 7 days”, “just now”, “3 minutes ago”, “yesterday”; a date when it is more than 60 days away.
#[must_use]
pub fn relative(at: UnixTime, now: UnixTime) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let past = now.since(at);
    let away = past.saturating_abs();
    if away >= 60 * 86_400 {
        return at.date();
    }
    let Some((length, unit)) = UNITS.into_iter().find(|(length, _)| away >= *length) else {
        return if past >= 0 { "just now".to_owned() } else { "in less than a minute".to_owned() };
    };
    let count = away / length;
    let plural = if count == 1 { "" } else { "s" };
    match (count, unit, past > 0) {
        (1, "day", true) => "yesterday".to_owned(),
        (_, _, true) => format!("{count} {unit}{plural} ago"),
        (_, _, false) => format!("in {count} {unit}{plural}"),
    }
}

/// A number of seconds in words: “1 hour”, “10 minutes”, “90 seconds”.
#[must_use]
pub fn duration(seconds: u32) -> String {
    let (count, unit) = match seconds {
        0 => (0, "second"),
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_its_distance() {
        let rows = [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (86_400, "yesterday"),
            (6 * 86_400, "6 days ago"),
            (-30, "in less than a minute"),
            (-7 * 86_400 - 5, "in 7 days"),
            (61 * 86_400, "2026-09-24"),
        ];
        let now = UnixTime::start_of_day("2026-11-24").expect("a day");
        for (ago, expected) in rows {
            assert_eq!(relative(now.plus(-ago), now), expected, "{ago} seconds ago");
        }
    }

    #[test]
    fn a_length_is_told_in_its_largest_whole_unit() {
        let rows = [(3_600, "1 hour"), (600, "10 minutes"), (90, "90 seconds"), (0, "0 seconds"), (172_800, "2 days")];
        for (seconds, expected) in rows {
            assert_eq!(duration(seconds), expected);
        }
    }

    #[test]
    fn the_exact_time_is_in_utc() {
        let when = When::date(UnixTime(1_795_487_999));
        assert_eq!((when.text.as_str(), when.exact.as_str()), ("2026-11-24", "2026-11-24 02:39:59 UTC"));
        assert_eq!(When::minute(UnixTime(1_795_487_999)).text, "2026-11-24 02:39 UTC");
    }
}
