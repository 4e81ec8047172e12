//! What people and programs are told when a change was not made: the same words in portal, commands and API.

use super::{AdminError, RoleError};
use crate::storage::StorageError;

/// Why, and what to do about it: a sentence each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Why.
    pub reason: String,
    /// What to do.
    pub resolution: String,
}

impl Words {
    /// Two sentences.
    pub fn new(reason: impl Into<String>, resolution: impl Into<String>) -> Self {
        Self { reason: reason.into(), resolution: resolution.into() }
    }

    /// A sentence that may be followed by another one, which says what to do.
    fn split(text: &str, otherwise: &str) -> Self {
        text.split_once(". ").map_or_else(
            || Self::new(text, otherwise),
            |(reason, resolution)| Self::new(format!("{reason}."), resolution),
        )
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.reason, self.resolution)
    }
}

impl AdminError {
    /// The words for it.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::NotFound(kind) => Words::new(
                format!("There is no {kind} with this id in this account."),
                "Compare the id with the portal's list; it may have been removed.",
            ),
            Self::IdTaken => {
                Words::new("This id is taken already.", "Choose another id, or leave it out to get a new one.")
            }
            Self::Invalid(errors) => {
                let all: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
                Words::new(all.join(" "), "Correct what is named and send it again.")
            }
            Self::Taken(error) => Words::new(error.message.as_str(), "Choose another, or change what has it already."),
            Self::Stale => Words::new(
                "Someone else changed it at the same moment; nothing was changed.",
                "Read it again and repeat your change.",
            ),
            Self::Limit(text) => Words::split(text, "Remove what you no longer use."),
            Self::Repeated(id) => {
                Words::new(format!("This was done before; it made {id}."), "Use what is there, or begin anew.")
            }
            Self::Busy => Words::new("Too many passwords are being hashed at this moment.", "Try again in a moment."),
            Self::Storage(StorageError::Unavailable(_) | StorageError::Collision(_)) => {
                Words::new("The server cannot reach its data right now. Nothing was changed.", "Try again in a moment.")
            }
            Self::Storage(_) => Words::new(
                "Something went wrong on our side (PC-9001).",
                "Try again; if it stays, give the reference to the operator.",
            ),
        }
    }
}

impl RoleError {
    /// The words for it.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::BuiltIn => Words::new(
                "This role is built in. It can neither be changed nor removed.",
                "Add a role of your own for what you have in mind.",
            ),
            Self::Taken => Words::new(
                "There is another role with this id or name, with other values.",
                "Choose another name, or change the role that is there.",
            ),
            Self::Admin(error) => error.words(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::admin_fields::{Field, FieldError};

    #[test]
    fn every_refusal_says_why_and_what_to_do() {
        let errors = [
            AdminError::NotFound("client"),
            AdminError::IdTaken,
            AdminError::Invalid(vec![FieldError::new(Field::Name, "One."), FieldError::new(Field::Email, "Two.")]),
            AdminError::Taken(FieldError::new(Field::Email, "Three.")),
            AdminError::Stale,
            AdminError::Limit("This account has reached 50 000 clients."),
            AdminError::Limit("This client already has 10 secrets. Remove one you no longer use."),
            AdminError::Repeated("x".to_owned()),
            AdminError::Busy,
            AdminError::Storage(StorageError::Unavailable("SELECT".to_owned())),
            AdminError::Storage(StorageError::Other("SELECT".to_owned())),
        ];
        for error in errors {
            let Words { reason, resolution } = error.words();
            assert!(reason.ends_with('.') && resolution.ends_with('.'), "{error:?}: {reason} {resolution}");
            assert!(!reason.contains("SELECT"), "the cause of our own trouble is for the log alone");
        }
    }

    #[test]
    fn a_limit_in_two_sentences_is_reason_and_resolution() {
        let words = AdminError::Limit("This client already has 10 secrets. Remove one you no longer use.").words();
        assert_eq!(words, Words::new("This client already has 10 secrets.", "Remove one you no longer use."));
    }
}
