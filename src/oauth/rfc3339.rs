//! Reading times as programs write them (RFC 3339 5.6).

use super::UnixTime;

impl UnixTime {
    /// Reads a date and time: any offset, fractions of any length (cut off), `T` or a space between date and time. A time
    /// without an offset counts as UTC: some languages leave it out for what they mean to be UTC. None if there is no
    /// such time.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let day = Self::start_of_day(date)?;
        let time = rest.strip_prefix(['T', 't', ' '])?;
        let (clock, rest) = time.split_at_checked(8)?;
        let (hour, rest_of_clock) = two_digits(clock)?;
        let (minute, rest_of_clock) = two_digits(rest_of_clock.strip_prefix(':')?)?;
        let (second, end) = two_digits(rest_of_clock.strip_prefix(':')?)?;
        // The 60th second of a leap second is the first of the next minute here.
        if !end.is_empty() || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let offset = offset_seconds(skip_fraction(rest)?)?;
        // An offset leads out of the years that can be written.
        Some(day.plus(hour * 3_600 + minute * 60 + second - offset)).filter(|time| time.has_four_digit_year())
    }
}

fn two_digits(text: &str) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
    Some((number, rest))
}

/// What follows the fraction; none if a dot has no digit behind it.
fn skip_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, text) = match text.as_bytes().first() {
        None => return Some(0),
        Some(b'Z' | b'z') if text.len() == 1 => return Some(0),
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        Some(_) => return None,
    };
    let (hours, rest) = two_digits(text)?;
    let (minutes, end) = two_digits(rest.strip_prefix(':')?)?;
    (end.is_empty() && hours <= 23 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::UnixTime;

    #[test]
    fn times_are_read_as_programs_write_them() {
        let rows = [
            ("2027-11-24T10:41:07Z", "2027-11-24T10:41:07Z"),
            ("2027-11-24t10:41:07z", "2027-11-24T10:41:07Z"),
            ("2027-11-24 10:41:07Z", "2027-11-24T10:41:07Z"),
            ("2027-11-24T10:41:07.123456+00:00", "2027-11-24T10:41:07Z"),
            ("2027-11-24T10:41:07.9999999Z", "2027-11-24T10:41:07Z"),
            ("2027-11-24T10:41:07.5-07:00", "2027-11-24T17:41:07Z"),
            ("2027-11-24T00:30:00+05:45", "2027-11-23T18:45:00Z"),
            ("2027-11-24T10:41:07", "2027-11-24T10:41:07Z"),
            ("2027-11-24T10:41:07.123456", "2027-11-24T10:41:07Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ];
        for (text, expected) in rows {
            assert_eq!(UnixTime::parse_rfc3339(text).map(UnixTime::rfc3339).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "2027-11-24",
            "2027-11-24T10:41Z",
            "2027-02-30T10:41:07Z",
            "2027-11-24T24:00:00Z",
            "2027-11-24T10:60:00Z",
            "2027-11-24T10:41:61Z",
            "2027-11-24T10:41:07.Z",
            "2027-11-24T10:41:07+0000",
            "2027-11-24T10:41:07+24:00",
            "2027-11-24T10:41:07+-1:00",
            "2027-11-24T10:41:07ZZ",
            "2027-11-24T10:41:07 UTC",
            "2027-11-24T1\u{e9}:41:07Z",
            "24 Nov 2027",
            "9999-12-31T23:59:59-00:01",
            "9999-12-31T23:59:60Z",
            "0000-01-01T00:00:00+00:01",
        ] {
            assert_eq!(UnixTime::parse_rfc3339(bad), None, "{bad}");
        }
    }
}
