//! Makes a line of each event.

use super::escape;
use super::fields::Fields;
use std::fmt::Write as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// One JSON object: `ts`, `level`, `msg`, `target`, then the fields of the event and of the spans around it.
    Json,
    /// Time, level, message, fields.
    Text {
        /// Only the time of day: who reads along knows the date.
        terminal: bool,
        /// Warnings and errors stand out.
        colour: bool,
    },
}

/// Writes each event as one line, with the fields of the spans that it happened in.
pub(super) struct Lines<T, W> {
    style: Style,
    time: T,
    write: W,
}

impl<T, W> Lines<T, W> {
    pub(super) const fn new(style: Style, time: T, write: W) -> Self {
        Self { style, time, write }
    }
}

impl<S, T, W> Layer<S> for Lines<T, W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    T: FormatTime + 'static,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(around) = span.extensions().get::<Fields>() {
                // The nearest word counts.
                let new = |name: &str| !fields.named.iter().any(|(known, _)| *known == name);
                let more: Vec<_> = around.named.iter().filter(|(name, _)| new(name)).cloned().collect();
                fields.named.extend(more);
            }
        }
        let mut time = String::new();
        let _ = self.time.format_time(&mut Writer::new(&mut time));
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        (self.write)(&match self.style {
            Style::Json => json(&time, level, target, &fields),
            Style::Text { terminal, colour } => text(&time, level, terminal, colour, &fields),
        });
    }
}

fn json(time: &str, level: Level, target: &str, fields: &Fields) -> String {
    let mut line = format!("{{\"ts\":\"{time}\",\"level\":\"{}\"", level.as_str().to_ascii_lowercase());
    let _ = write!(line, ",\"msg\":{},\"target\":{}", escape::for_json(&fields.message), escape::for_json(target));
    for (name, value) in &fields.named {
        // A field may not pass for what stands before it.
        let mark = if matches!(*name, "ts" | "level" | "msg" | "target") { "_" } else { "" };
        let _ = write!(line, ",\"{name}{mark}\":{}", value.json());
    }
    line.push_str("}\n");
    line
}

fn text(time: &str, level: Level, terminal: bool, colour: bool, fields: &Fields) -> String {
    let (begin, end) = match level {
        Level::ERROR if colour => ("\u{1b}[31m", "\u{1b}[0m"),
        Level::WARN if colour => ("\u{1b}[33m", "\u{1b}[0m"),
        _ => ("", ""),
    };
    let mut line = match time.get(11..19) {
        Some(of_day) if terminal => format!("{of_day}Z"),
        _ => time.to_owned(),
    };
    let _ = write!(line, "  {begin}{:<5}{end} {}", level.as_str(), escape::for_people(&fields.message));
    for (at, (name, value)) in fields.named.iter().enumerate() {
        let space = if at == 0 && !fields.message.is_empty() { "  " } else { " " };
        let _ = write!(line, "{space}{name}={}", value.text());
    }
    line.push('\n');
    line
}
