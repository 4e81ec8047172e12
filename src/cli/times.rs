//! Times as people write and read them at a terminal.

use crate::oauth::UnixTime;
use crate::oauth::admin_fields::SecretEnd;

const DAY: i64 = 86_400;

/// Reads when a secret ends: `1y`, `180d`, `12h`, a date, or `never`. Years and days end with the last second of a day
/// (UTC), as in the portal.
pub(super) fn parse_end(text: &str, now: UnixTime) -> Result<SecretEnd, String> {
    let text = text.trim();
    if text == "never" {
        return Ok(SecretEnd::Never);
    }
    let end_of = |time: UnixTime| UnixTime::end_of_day(&time.date());
    let end = match span(text) {
        // Not even until tonight: whoever writes 0 does not mean a day.
        Some((0, 'y' | 'd' | 'h')) => return Err(SecretEnd::NOT_IN_THE_FUTURE.to_owned()),
        Some((count, 'y')) if count < 8_000 => end_of(now.plus_years(count)),
        Some((count, 'd')) => end_of(now.plus(count.saturating_mul(DAY).min(UnixTime::MAX.0))),
        Some((count, 'h')) => Some(now.plus(count.saturating_mul(3_600).min(UnixTime::MAX.0))),
        _ => match UnixTime::end_of_day(text) {
            Some(end) if end.date() == now.date() => return Err(SecretEnd::NOT_IN_THE_FUTURE.to_owned()),
            end => end,
        },
    };
    end.map(SecretEnd::At).ok_or_else(|| format!("\"{text}\" is no end: write 1y, 180d, 12h, 2027-11-24 or never"))
}

/// Reads a time in the past: `30d` or `12h` ago, or a date.
pub(super) fn parse_since(text: &str, now: UnixTime) -> Result<UnixTime, String> {
    let since = match span(text.trim()) {
        Some((count, 'y')) if count < 8_000 => Some(now.plus_years(-count)),
        Some((count, unit @ ('d' | 'h'))) => {
            Some(now.plus(count.saturating_mul(if unit == 'd' { -DAY } else { -3_600 })))
        }
        _ => UnixTime::start_of_day(text.trim()),
    };
    since.filter(|since| since.0 >= 0).ok_or_else(|| format!("\"{text}\" is no time: write 30d, 12h or 2026-11-24"))
}

/// Reads how long a thing lasts: `1h`, `7d`; in seconds.
pub(super) fn parse_lifetime(text: &str) -> Result<i64, String> {
    let seconds = match span(text.trim()) {
        Some((count, 'd')) => count.checked_mul(DAY),
        Some((count, 'h')) => count.checked_mul(3_600),
        Some((count, 'm')) => count.checked_mul(60),
        _ => None,
    };
    seconds.filter(|seconds| *seconds > 0).ok_or_else(|| format!("\"{text}\" is no time span: write 30m, 1h or 7d"))
}

/// A number and the letter behind it.
fn span(text: &str) -> Option<(i64, char)> {
    let unit = text.chars().last().filter(char::is_ascii_lowercase)?;
    let digits = &text[..text.len() - 1];
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?.map(|count| (count, unit))
}

/// How long ago or how far ahead, roughly: `just now`, `6 min ago`, `in 7 days`.
pub(super) fn relative(time: UnixTime, now: UnixTime) -> String {
    let distance = now.since(time);
    let (count, unit) = match distance.saturating_abs() {
        seconds @ 0..60 if distance >= 0 || seconds < 5 => return "just now".to_owned(),
        seconds @ 0..60 => (seconds, "s"),
        seconds @ 60..3_600 => (seconds / 60, "min"),
        seconds @ 3_600..DAY => (seconds / 3_600, "h"),
        seconds if seconds < 60 * DAY => (seconds / DAY, "day"),
        seconds if seconds < 730 * DAY => (seconds / (30 * DAY), "month"),
        seconds => (seconds / (365 * DAY), "year"),
    };
    let plural = if count != 1 && matches!(unit, "day" | "month" | "year") { "s" } else { "" };
    if distance >= 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> UnixTime {
        UnixTime::start_of_day("2026-11-24").unwrap().plus(36_000)
    }

    #[test]
    fn ends_are_read_as_people_write_them() {
        for (text, end) in [
            ("1y", Some("2027-11-24T23:59:59Z")),
            ("180d", Some("2027-05-23T23:59:59Z")),
            ("12h", Some("2026-11-24T22:00:00Z")),
            ("2027-11-24", Some("2027-11-24T23:59:59Z")),
            ("1d", Some("2026-11-25T23:59:59Z")),
            ("0d", None),
            ("0y", None),
            ("00h", None),
            ("99999999999999d", None),
            ("9999y", None),
            ("1w", None),
            ("y", None),
            ("-1d", None),
            ("1é", None),
            ("", None),
            ("2027-02-30", None),
        ] {
            let read = parse_end(text, now());
            match end {
                Some(end) => assert_eq!(
                    read.map(|end| format!("{end:?}")),
                    Ok(format!("{:?}", SecretEnd::At(at(end)))),
                    "{text}"
                ),
                None => assert!(read.is_err(), "{text}"),
            }
        }
        assert_eq!(parse_end("never", now()), Ok(SecretEnd::Never));
    }

    fn at(text: &str) -> UnixTime {
        let (date, time) = text.split_once('T').unwrap();
        let mut parts = time.trim_end_matches('Z').split(':').map(|part| part.parse::<i64>().unwrap());
        let mut next = || parts.next().unwrap();
        UnixTime::start_of_day(date).unwrap().plus(next() * 3_600 + next() * 60 + next())
    }

    #[test]
    fn past_times_and_spans_are_read() {
        assert_eq!(parse_since("30d", now()).map(UnixTime::date), Ok("2026-10-25".to_owned()));
        assert_eq!(parse_since("2026-11-01", now()).map(UnixTime::rfc3339), Ok("2026-11-01T00:00:00Z".to_owned()));
        for wrong in ["soon", "99999999999999d", "", "9999y"] {
            assert!(parse_since(wrong, now()).is_err(), "{wrong}");
        }
        assert_eq!((parse_lifetime("1h"), parse_lifetime("7d")), (Ok(3_600), Ok(604_800)));
        for wrong in ["0h", "h", "1", "1y", "99999999999999999d"] {
            assert!(parse_lifetime(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn distances_are_told_roughly() {
        for (seconds, told) in [
            (0, "just now"),
            (59, "just now"),
            (360, "6 min ago"),
            (7_200, "2 h ago"),
            (DAY, "1 day ago"),
            (335 * DAY, "11 months ago"),
            (800 * DAY, "2 years ago"),
            (-30, "in 30 s"),
            (-7 * DAY, "in 7 days"),
            (-365 * DAY, "in 12 months"),
        ] {
            assert_eq!(relative(now().plus(-seconds), now()), told);
        }
    }
}
