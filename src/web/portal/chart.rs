//! Tokens by the hour or day, as bars: drawn here, without a script. The same numbers are in a table below.

use crate::oauth::{TokenCount, UnixTime};
use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt::Write as _;

/// Width and height of the drawing; it is scaled to its place.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 110;

/// One bar, from the left to the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What span it is of, such as `10:00` or `2026-11-24`.
    pub label: String,
    /// Granted.
    pub issued: i64,
    /// Refused.
    pub refused: i64,
    /// Where to look at it; empty: nowhere.
    pub href: String,
    /// When it begins.
    from: UnixTime,
    x: i64,
    width: i64,
    issued_height: i64,
    refused_height: i64,
}

impl Bar {
    const fn issued_y(&self) -> i64 {
        HEIGHT - self.issued_height
    }

    const fn refused_y(&self) -> i64 {
        HEIGHT - self.issued_height - self.refused_height
    }
}

/// Bars of one span each, granted and refused on top of each other.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    /// The total and the peak, in words; it stands for the drawing.
    pub summary: String,
    /// From the earliest to the latest.
    pub bars: Vec<Bar>,
    /// What a bar is of: `Hour` or `Day`.
    pub unit: &'static str,
}

impl HtmlSafe for Chart {}

impl Chart {
    /// The last `hours` hours up to now; by the day if there are more than a week of them. Times are UTC.
    #[must_use]
    pub fn new(counts: &[TokenCount], hours: i64, now: UnixTime) -> Self {
        let by_day = hours > 7 * 24;
        let (span, unit) = if by_day { (86_400, "Day") } else { (3_600, "Hour") };
        let number = hours * 3_600 / span;
        let first = now.beginning_of(span).plus(-(number - 1) * span);
        let mut sums = vec![(0, 0); usize::try_from(number).unwrap_or_default()];
        for count in counts {
            let at = count.hour.since(first).div_euclid(span);
            if let Some((issued, refused)) = usize::try_from(at).ok().and_then(|at| sums.get_mut(at)) {
                *issued += count.issued;
                *refused += count.refused;
            }
        }
        let label = |at: UnixTime| {
            if by_day { at.date() } else { format!("{} {}", &at.date()[5..], &at.rfc3339()[11..16]) }
        };
        let most = sums.iter().map(|(issued, refused)| issued + refused).max().unwrap_or_default().max(1);
        let scale = |count: i64| if count == 0 { 0 } else { (count * HEIGHT / most).max(2) };
        let step = WIDTH / number.max(1);
        let bars: Vec<Bar> = (0..)
            .zip(&sums)
            .map(|(at, (issued, refused))| Bar {
                label: label(first.plus(at * span)),
                issued: *issued,
                refused: *refused,
                href: String::new(),
                from: first.plus(at * span),
                x: at * step,
                width: (step - 1 - i64::from(step > 8)).max(1),
                issued_height: scale(*issued),
                refused_height: scale(*refused).min(HEIGHT - scale(*issued)),
            })
            .collect();
        Self { summary: summary(&bars), bars, unit }
    }

    /// The same, whose bars lead to what they are made of: `address` with the second in which a bar begins.
    #[must_use]
    pub fn leading_to(mut self, address: &str) -> Self {
        for bar in self.bars.iter_mut().filter(|bar| bar.issued + bar.refused > 0) {
            bar.href = format!("{address}&from={}", bar.from.0);
        }
        self
    }

    /// What the bar that begins at this second is called, and when it ends.
    #[must_use]
    pub fn span_from(&self, from: UnixTime) -> Option<(&str, UnixTime)> {
        let span = if self.unit == "Day" { 86_400 } else { 3_600 };
        self.bars.iter().find(|bar| bar.from == from).map(|bar| (bar.label.as_str(), from.plus(span)))
    }

    fn has_links(&self) -> bool {
        self.bars.iter().any(|bar| !bar.href.is_empty())
    }

    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.issued + bar.refused == 0)
    }

    fn first(&self) -> &str {
        self.bars.first().map_or("", |bar| &bar.label)
    }

    fn last(&self) -> &str {
        self.bars.last().map_or("", |bar| &bar.label)
    }

    /// The same as a file for a spreadsheet (RFC 4180).
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = format!("{},Issued,Refused\r\n", self.unit);
        for bar in &self.bars {
            let _ = write!(text, "{},{},{}\r\n", bar.label, bar.issued, bar.refused);
        }
        text
    }
}

fn summary(bars: &[Bar]) -> String {
    let (issued, refused) = bars.iter().fold((0, 0), |(i, r), bar| (i + bar.issued, r + bar.refused));
    let peak = bars.iter().rev().max_by_key(|bar| bar.issued + bar.refused);
    match peak {
        Some(peak) if issued + refused > 0 => format!(
            "{} issued, {} refused. Peak {} at {} UTC.",
            number(issued),
            number(refused),
            number(peak.issued + peak.refused),
            peak.label
        ),
        _ => "No tokens in this period.".to_owned(),
    }
}

/// A number with a space between its thousands.
fn number(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(hour: i64, issued: i64, refused: i64) -> TokenCount {
        TokenCount { hour: UnixTime(hour * 3_600), issued, refused }
    }

    #[test]
    fn a_day_has_a_bar_for_each_hour_and_the_last_is_the_one_that_runs() {
        let now = UnixTime(47 * 3_600 + 1_800);
        let chart = Chart::new(&[count(23, 9, 9), count(24, 1, 0), count(47, 30, 10)], 24, now);
        assert_eq!((chart.bars.len(), chart.first(), chart.last()), (24, "01-02 00:00", "01-02 23:00"));
        assert_eq!((chart.bars[0].issued, chart.bars[23].issued, chart.bars[23].refused), (1, 30, 10));
        assert_eq!(chart.summary, "31 issued, 10 refused. Peak 40 at 01-02 23:00 UTC.");
        let last = &chart.bars[23];
        assert_eq!((last.refused_y(), last.issued_height + last.refused_height), (1, HEIGHT - 1));
        assert!(last.x + last.width <= WIDTH && chart.bars[0].issued_height >= 2, "the least can be seen");
    }

    #[test]
    fn a_month_has_a_bar_for_each_day() {
        let chart = Chart::new(&[count(24 * 40, 1, 0), count(24 * 40 + 5, 2, 0)], 30 * 24, UnixTime(86_400 * 40 + 5));
        assert_eq!((chart.bars.len(), chart.last(), chart.bars[29].issued), (30, "1970-02-10", 3));
        assert!(chart.csv().ends_with("1970-02-10,3,0\r\n"));
    }

    #[test]
    fn a_bar_leads_to_its_span_and_an_empty_one_nowhere() {
        let now = UnixTime(47 * 3_600 + 1_800);
        let chart = Chart::new(&[count(47, 30, 10)], 24, now).leading_to("?tab=activity");
        assert_eq!((chart.bars[23].href.as_str(), chart.bars[22].href.as_str()), ("?tab=activity&from=169200", ""));
        assert_eq!(chart.span_from(UnixTime(169_200)), Some(("01-02 23:00", UnixTime(48 * 3_600))));
        assert_eq!(chart.span_from(UnixTime(169_201)), None);
        let html = chart.render().unwrap();
        assert_eq!(html.matches("href=\"?tab=activity&#38;from=169200\"").count(), 2, "a bar and a row: {html}");
    }

    #[test]
    fn nothing_is_said_to_be_nothing() {
        let chart = Chart::new(&[], 24, UnixTime(0));
        assert!(chart.is_empty());
        assert_eq!(chart.summary, "No tokens in this period.");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(number(3_412), "3\u{202f}412");
        assert_eq!(number(12), "12");
    }
}
