//! What programs keep about a user.

use crate::web::api::problem::Problem;
use crate::web::api::sent::Sent;
use schemars::JsonSchema;
use serde_json::{Map, Value};

/// Most bytes of it.
const MOST: usize = 16 * 1_024;

/// One JSON object; what is in it is for programs to agree on. It is kept as it was written: a number that does not fit
/// into any of ours comes back with all its digits.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub(in crate::web::api) struct Preferences(#[schemars(with = "Map<String, Value>")] String);

impl Preferences {
    /// Reads what was sent.
    pub(in crate::web::api) fn read(sent: &Sent) -> Result<Self, Problem> {
        let (object, text) = sent.read_object()?;
        // PostgreSQL cannot keep it, and so SQLite shall not.
        if object.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)) {
            return Err(Problem::bad("The preferences contain the character U+0000.", "Leave it out."));
        }
        let text = without_spaces(text);
        if text.len() > MOST {
            return Err(Problem::bad("The preferences are longer than 16 KiB.", "Keep less."));
        }
        Ok(Self(text))
    }

    /// The text to be kept.
    pub(in crate::web::api) fn into_text(self) -> String {
        self.0
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// JSON without the spaces that mean nothing.
fn without_spaces(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |c: &char| {
        if !quoted {
            quoted = *c == '"';
            return !matches!(c, ' ' | '\n' | '\r' | '\t');
        }
        (quoted, escaped) = (escaped || *c != '"', *c == '\\' && !escaped);
        true
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::Preferences;
    use crate::web::api::sent::Sent;

    fn kept(text: &str) -> Option<String> {
        Preferences::read(&Sent::of_json(text.as_bytes())).ok().map(Preferences::into_text)
    }

    #[test]
    fn what_is_kept_comes_back_as_it_was_written() {
        let rows = [
            ("{}", "{}"),
            (
                " { \"b\" : [ 1 , null ],\n\t\"a\": { \"x\": \"\\u00e9 y\" } }\r\n",
                r#"{"b":[1,null],"a":{"x":"\u00e9 y"}}"#,
            ),
            (r#"{"n": 12345678901234567890123, "f": 1.10}"#, r#"{"n":12345678901234567890123,"f":1.10}"#),
            (r#"{"q": "a \" b", "s": "c \\", "t": " d "}"#, r#"{"q":"a \" b","s":"c \\","t":" d "}"#),
            (r#"{"a": "\\u0000"}"#, r#"{"a":"\\u0000"}"#),
        ];
        for (sent, expected) in rows {
            assert_eq!(kept(sent).as_deref(), Some(expected), "{sent}");
        }
    }

    #[test]
    fn it_is_one_object_that_says_nothing_twice_and_its_size_is_bounded() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(16 * 1_024));
        let bad = [
            "[]",
            "null",
            "",
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"a":1e400}"#,
            r#"{"a":"\u0000"}"#,
            &long,
        ];
        for text in bad {
            assert_eq!(kept(text), None, "{text}");
        }
    }
}
