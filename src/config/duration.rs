//! Durations as people write them.

use std::time::Duration;

/// A hundred years: more is a slip of the finger, and would not fit where time is counted.
const MOST_SECONDS: u64 = 36_500 * 86_400;

/// Reads `90s`, `5m`, `12h`, `365d`, or a number of seconds.
///
/// # Errors
/// A sentence that says what is taken.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let second = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let number = digits.parse::<u64>().ok().filter(|_| second > 0 && !digits.starts_with('+'));
    number
        .and_then(|number| number.checked_mul(second))
        .filter(|seconds| *seconds <= MOST_SECONDS)
        .map(Duration::from_secs)
        .ok_or_else(|| "is not a duration: write 90s, 5m, 12h, 365d, or a number of seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", Some(90)),
            ("5m", Some(300)),
            ("12h", Some(43_200)),
            ("365d", Some(31_536_000)),
            ("3600", Some(3_600)),
            ("0", Some(0)),
            ("36500d", Some(3_153_600_000)),
            ("36501d", None),
            ("99999999999999999999", None),
            ("18446744073709551615d", None),
            ("", None),
            ("d", None),
            ("1.5h", None),
            ("-1s", None),
            ("+1s", None),
            ("1 h", None),
            ("1h30m", None),
            ("1w", None),
            ("5M", None),
            ("5é", None),
        ] {
            assert_eq!(parse(text).ok().map(|duration| duration.as_secs()), seconds, "{text:?}");
        }
    }
}
