//! The standard claims of a user (OpenID Connect Core 5.1) as people and files give them.

mod values;

use serde_json::{Map, Value};

use super::UnixTime;

/// A claim that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimError {
    /// Which claim; empty if the whole is not a JSON object.
    pub claim: String,
    /// What is wrong and what is needed, in one sentence.
    pub message: String,
}

/// Standard claims, all of the right type, none of them null or empty. The user's own fields hold `name`, `email` and
/// `updated_at`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserClaims(Map<String, Value>);

impl UserClaims {
    /// Longest text, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Reads a JSON object. A claim that is null or empty counts as not there. `today` bounds `birthdate`.
    pub fn parse(text: &str, today: UnixTime) -> Result<Self, ClaimError> {
        let whole = |message: &str| Err(ClaimError { claim: String::new(), message: message.to_owned() });
        if text.len() > Self::MAX_BYTES {
            return whole("Claims may have 16 kB at most.");
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(claims)) => Self::validate(claims, today),
            Ok(_) => whole("Claims must be a JSON object, like {\"given_name\": \"Uma\"}."),
            Err(error) => whole(&format!("Claims are not JSON: {error}.")),
        }
    }

    /// Checks claims that are JSON already.
    pub fn validate(claims: Map<String, Value>, today: UnixTime) -> Result<Self, ClaimError> {
        Self::validate_all(claims, today).map_err(|mut errors| errors.swap_remove(0))
    }

    /// The same, and if it fails, all that is wrong: at least one error.
    pub fn validate_all(claims: Map<String, Value>, today: UnixTime) -> Result<Self, Vec<ClaimError>> {
        let (mut kept, mut errors) = (Map::new(), Vec::new());
        for (name, value) in claims {
            match values::check(&name, value, today) {
                Ok(None) => {}
                Ok(Some(value)) => drop(kept.insert(name, value)),
                Err(message) => errors.push(ClaimError { claim: name, message }),
            }
        }
        if errors.is_empty() { Ok(Self(kept)) } else { Err(errors) }
    }

    /// Reads what was stored. It was checked when it came.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// A claim.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl std::fmt::Display for UserClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Value::Object(self.0.clone()))
    }
}
