//! The fields of an event or a span, as text that is safe to write.

use super::escape;
use std::fmt;
use tracing::field::{Field, Visit};

/// A value: text, or what needs no quotes (numbers, true and false).
#[derive(Debug, Clone)]
pub(super) enum FieldValue {
    Text(String),
    Bare(String),
}

/// Fields in the order in which they were recorded, and the message apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) named: Vec<(&'static str, FieldValue)>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: FieldValue) {
        match (field.name(), value) {
            ("message", FieldValue::Text(text) | FieldValue::Bare(text)) => self.message = text,
            (name, value) => {
                self.named.retain(|(known, _)| *known != name);
                self.named.push((name, value));
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, FieldValue::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, FieldValue::Text(value.to_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, FieldValue::Bare(value.to_string()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, FieldValue::Bare(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, FieldValue::Bare(value.to_string()));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let text = value.to_string();
        // JSON has no word for infinity.
        self.put(field, if value.is_finite() { FieldValue::Bare(text) } else { FieldValue::Text(text) });
    }
}

impl FieldValue {
    /// As JSON.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Text(text) => escape::for_json(text),
            Self::Bare(text) => text.clone(),
        }
    }

    /// For people: in quotes only if it would not be clear where it ends.
    pub(super) fn text(&self) -> String {
        let (Self::Text(text) | Self::Bare(text)) = self;
        let safe = escape::for_people(text);
        let clear =
            !safe.is_empty() && !safe.contains(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '='));
        if clear { safe } else { format!("\"{}\"", safe.replace('"', "\\\"")) }
    }
}
