//! Logs: one line an event, for people on a terminal, JSON otherwise. A line stays one line whatever strangers sent.

mod escape;
mod fields;
mod lines;

use crate::config::{LogFilter, LogFormat};
use lines::{Lines, Style};
use std::io::Write as _;
use std::sync::OnceLock;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Registry, reload};

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For the server: logs are what it says.
    Stdout,
    /// For commands, whose answer is on standard output.
    Stderr,
}

/// Packages that say too much at the level of everything else. `tower_sessions_core` warns of every cookie that expired.
const QUIET: &str = "tower_sessions_core=error,sqlx=warn,hyper=warn,hyper_util=warn,h2=warn,rustls=warn";

/// Begins to log. Once for a process: a second call changes nothing and says so by `false`.
pub fn init(format: LogFormat, filter: &LogFilter, is_tty: bool, output: Output) -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    let style = match format {
        LogFormat::Json => Style::Json,
        LogFormat::Auto if !is_tty => Style::Json,
        LogFormat::Auto | LogFormat::Text => Style::Text { terminal: is_tty, colour: is_tty && !plain },
    };
    let lines = Lines::new(style, tracing_subscriber::fmt::time::SystemTime, move |line: &str| {
        // Nobody is left to tell that standard output is gone.
        let _ = match output {
            Output::Stdout => std::io::stdout().lock().write_all(line.as_bytes()),
            Output::Stderr => std::io::stderr().lock().write_all(line.as_bytes()),
        };
    });
    let (filter, handle) = reload::Layer::new(env_filter(filter));
    let subscriber = Registry::default().with(filter).with(lines);
    let first = tracing::subscriber::set_global_default(subscriber).is_ok();
    if first {
        let _ = LEVEL.set(handle);
    }
    first
}

/// What [`set_level`] changes.
static LEVEL: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Changes what is logged from now on. Before [`init`] it changes nothing.
pub fn set_level(filter: &LogFilter) {
    if let Some(level) = LEVEL.get() {
        let _ = level.reload(env_filter(filter));
    }
}

/// The filter that was asked for, with noisy packages kept quiet unless it names them.
fn env_filter(filter: &LogFilter) -> EnvFilter {
    let asked = filter.as_str();
    let quieter = ["error", "off"].iter().any(|level| asked.eq_ignore_ascii_case(level));
    let text = if quieter { asked.to_owned() } else { format!("{QUIET},{asked}") };
    EnvFilter::builder().parse_lossy(text)
}

#[cfg(test)]
mod tests {
    use super::{Output, env_filter, init};
    use crate::config::{LogFilter, LogFormat};
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::format::Writer;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::lines::{Lines, Style};

    struct Noon;

    impl tracing_subscriber::fmt::time::FormatTime for Noon {
        fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
            writer.write_str("2026-11-24T12:00:00.123456Z")
        }
    }

    /// What is written when `events` happen.
    fn written(style: Style, filter: &str, events: impl FnOnce()) -> String {
        let written = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&written);
        let lines = Lines::new(style, Noon, move |line: &str| sink.lock().unwrap().push_str(line));
        let filter = env_filter(&LogFilter::parse(filter).unwrap());
        let subscriber = tracing_subscriber::registry().with(filter).with(lines);
        tracing::subscriber::with_default(subscriber, events);
        written.lock().unwrap().clone()
    }

    fn refused_token() {
        let span = tracing::info_span!("request", reference = "7K2Q-9M4D", late = tracing::field::Empty);
        let _inside = span.enter();
        span.record("late", 7_u64);
        tracing::warn!(event = "token.refused", client_id = "billing", error_code = "PC-2203", "no token");
    }

    #[test]
    fn json_has_the_event_and_the_request_around_it() {
        assert_eq!(
            written(Style::Json, "info", refused_token),
            r#"{"ts":"2026-11-24T12:00:00.123456Z","level":"warn","msg":"no token","target":"portcullis::logging::tests","event":"token.refused","client_id":"billing","error_code":"PC-2203","reference":"7K2Q-9M4D","late":7}"#.to_owned() + "\n"
        );
    }

    #[test]
    fn text_is_short_on_a_terminal_and_dated_in_a_file() {
        let rest =
            "WARN  no token  event=token.refused client_id=billing error_code=PC-2203 reference=7K2Q-9M4D late=7\n";
        let terminal = Style::Text { terminal: true, colour: false };
        assert_eq!(written(terminal, "info", refused_token), format!("12:00:00Z  {rest}"));
        let file = Style::Text { terminal: false, colour: false };
        assert_eq!(written(file, "info", refused_token), format!("2026-11-24T12:00:00.123456Z  {rest}"));
    }

    #[test]
    fn lg_27_a_line_stays_one_line_whatever_is_in_it() {
        let evil = "eve\r\n12:00:00Z  ERROR \u{1b}[2Jfake\u{85}\u{2028}\u{202e}";
        for style in [Style::Json, Style::Text { terminal: true, colour: false }] {
            let text =
                written(style, "info", || tracing::info!(name = evil, debug = ?evil, shown = %evil, "hello {evil}"));
            assert_eq!(text.matches('\n').count(), 1, "{text}");
            let strange = |letter: char| letter.is_control() || ('\u{2028}'..='\u{202e}').contains(&letter);
            assert!(!text.trim_end().contains(strange), "{text:?}");
            if style == Style::Json {
                let line: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!((&line["name"], &line["shown"]), (&evil.into(), &evil.into()));
            }
        }
    }

    #[test]
    fn a_field_cannot_pass_for_what_we_say() {
        let text = written(Style::Json, "info", || tracing::info!(level = "off", ts = 0, "\"}}\n"));
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((line["level"].as_str(), line["level_"].as_str()), (Some("info"), Some("off")));
        assert_eq!((line["ts_"].as_i64(), line["msg"].as_str()), (Some(0), Some("\"}\n")));
    }

    #[test]
    fn noisy_packages_are_quiet_unless_they_are_asked_for() {
        let talk = || {
            tracing::warn!(target: "tower_sessions_core", "1");
            tracing::info!(target: "sqlx::query", "2");
            tracing::warn!(target: "sqlx::query", "3");
            tracing::debug!("4");
        };
        for (filter, said) in [("info", "3"), ("debug", "34"), ("info,sqlx=info", "23"), ("error", ""), ("off", "")] {
            let text = written(Style::Json, filter, talk);
            let messages: String = text
                .lines()
                .map(|line| {
                    serde_json::from_str::<serde_json::Value>(line).unwrap()["msg"].as_str().unwrap().to_owned()
                })
                .collect();
            assert_eq!(messages, said, "{filter}");
        }
    }

    #[test]
    fn a_second_start_of_the_logs_changes_nothing() {
        let off = LogFilter::parse("off").unwrap();
        init(LogFormat::Auto, &off, false, Output::Stderr);
        assert!(!init(LogFormat::Json, &LogFilter::parse("trace").unwrap(), true, Output::Stdout));
    }
}
