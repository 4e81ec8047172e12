//! What programs keep about a user.

use crate::web::api::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most bytes of it.
const MOST: usize = 16 * 1_024;

/// One JSON object; what is in it is for programs to agree on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(in crate::web::api) struct Preferences(Map<String, Value>);

impl Preferences {
    /// What was kept as text.
    pub(in crate::web::api) fn kept(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// The text to be kept.
    pub(in crate::web::api) fn text(&self) -> Result<String, Problem> {
        let text = serde_json::to_string(&self.0).unwrap_or_else(|_| "{}".to_owned());
        // PostgreSQL cannot keep it, and so SQLite shall not.
        if text.contains("\\u0000") {
            return Err(Problem::bad("The preferences contain the character U+0000.", "Leave it out."));
        }
        if text.len() > MOST {
            return Err(Problem::bad("The preferences are longer than 16 KiB.", "Keep less."));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Preferences;

    #[test]
    fn what_is_kept_comes_back_and_its_size_is_bounded() {
        let read = |text: &str| serde_json::from_str::<Preferences>(text).ok();
        let kept = read(r#"{"b":[1,null],"a":{"x":"\u00e9"}}"#).and_then(|kept| kept.text().ok()).expect("text");
        assert_eq!(Preferences::kept(&kept).text().ok(), Some(kept));
        assert!(read("[]").is_none() && read("null").is_none());
        assert!(read(&format!(r#"{{"a":"{}"}}"#, "x".repeat(16 * 1_024))).expect("an object").text().is_err());
        assert!(read(r#"{"a":"\u0000"}"#).expect("an object").text().is_err());
    }
}
