//! The fields of a tenant's own roles.

use super::{Field, FieldError, is_unprintable};

/// Most characters of a role's name, and of its description.
const LONGEST: usize = 128;

/// The name of a role: 1..128 characters after trimming, no control characters.
pub fn role_name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    let wrong = |message: &str| Err(FieldError::new(Field::Name, message));
    if name.is_empty() {
        wrong("Enter a name for the role, like \"Pump Operator\".")
    } else if name.chars().count() > LONGEST {
        wrong("The name of a role must be 128 characters or fewer.")
    } else if name.chars().any(is_unprintable) {
        wrong("The name of a role must not contain control characters.")
    } else {
        Ok(name.to_owned())
    }
}

/// The description of a role: 0..128 characters, no control characters.
pub fn role_description(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let wrong = |message: &str| Err(FieldError::new(Field::Description, message));
    if text.chars().count() > LONGEST {
        wrong("The description of a role must be 128 characters or fewer.")
    } else if text.chars().any(is_unprintable) {
        wrong("The description of a role must not contain control characters.")
    } else {
        Ok(text.to_owned())
    }
}

/// The id of a role or user, chosen by a caller: a GUID, kept in lower case.
pub fn guid(text: &str) -> Result<String, FieldError> {
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, b): (usize, u8)| if dash(at) { b == b'-' } else { b.is_ascii_hexdigit() };
    if text.len() == 36 && text.bytes().enumerate().all(fits) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(FieldError::new(Field::Id, "Id must be a GUID. Leave it out to get a new one."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_are_measured() {
        assert_eq!(role_name("  Pump Operator ").as_deref(), Ok("Pump Operator"));
        assert_eq!(role_description("").as_deref(), Ok(""));
        assert!(role_name(&"x".repeat(128)).is_ok() && role_description(&"x".repeat(128)).is_ok());
        for bad in ["", " ", &"x".repeat(129), "a\u{0}b"] {
            assert!(role_name(bad).is_err(), "{bad:?}");
        }
        assert!(role_description(&"x".repeat(129)).is_err() && role_description("a\nb").is_err());
    }

    #[test]
    fn an_id_is_a_guid() {
        assert_eq!(guid("2DC742AB-39EA-4FC0-A39E-2BCB71C26A5F").as_deref(), Ok("2dc742ab-39ea-4fc0-a39e-2bcb71c26a5f"));
        for bad in ["", "1", "2dc742ab39ea4fc0a39e2bcb71c26a5f", "2dc742ab-39ea-4fc0-a39e-2bcb71c26a5g"] {
            assert!(guid(bad).is_err(), "{bad}");
        }
    }
}
