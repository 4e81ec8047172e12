//! The two settings of logs that have types of their own.

use super::table::Kind;
use super::value::{Context, SettingValue};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl SettingValue for LogFormat {
    const KIND: Kind = Kind::Choice(&["auto", "text", "json"]);

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("is not a log format: write auto, text or json".to_owned()),
        }
    }
}

/// What to log: a level, or levels by module (`info,portcullis::flows=debug`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// Reads a filter as `RUST_LOG` is written.
    ///
    /// # Errors
    /// A sentence that says what is taken.
    pub fn parse(text: &str) -> Result<Self, String> {
        const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
        let text = text.trim();
        // A single word that is no level would name a module and silence everything else: a misspelling, not a wish.
        let one_word = text.chars().all(|letter| letter.is_ascii_alphanumeric());
        let known = LEVELS.iter().any(|level| text.eq_ignore_ascii_case(level));
        if (one_word && !known) || EnvFilter::builder().parse(text).is_err() {
            return Err(
                "is not a log level: write error, warn, info, debug, trace or off, or levels by module such as \
                 info,portcullis::flows=debug"
                    .to_owned(),
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The filter as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SettingValue for LogFilter {
    const KIND: Kind = Kind::LogFilter;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::LogFilter;

    #[test]
    fn levels_are_taken_and_misspelt_ones_are_not() {
        for (text, taken) in [
            ("info", true),
            ("WARN", true),
            ("off", true),
            ("info,portcullis::flows=debug", true),
            ("portcullis::web=trace", true),
            ("inof", false),
            ("", false),
            ("info,portcullis=loud", false),
        ] {
            assert_eq!(LogFilter::parse(text).is_ok(), taken, "{text:?}");
        }
    }
}
