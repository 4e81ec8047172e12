//! The fields of a tenant's own roles.

use super::{Field, FieldError, fold, is_invisible, is_seen, is_unprintable};
use crate::oauth::BuiltInRole;

/// Most characters of a role's name, and of its description.
const LONGEST: usize = 128;

/// The name of a role: 1..128 characters after trimming, no control characters.
pub fn role_name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    let wrong = |message: &str| Err(FieldError::new(Field::Name, message));
    if !is_seen(name) {
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

/// What two names of roles have in common that people take for the same: letters in any case, spaces of any kind, marks
/// that nobody sees.
#[must_use]
pub fn role_name_key(name: &str) -> String {
    let seen: String = fold(name).chars().filter(|c| !is_invisible(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The id of a tenant's own role, chosen by a caller: a GUID, and not one that stands for a built-in role in `role_type`.
/// Both kinds of id are in tokens, and a program may look into the wrong claim.
pub fn role_id(text: &str) -> Result<String, FieldError> {
    let id = guid(text)?;
    if BuiltInRole::from_type_id(&id).is_some() {
        let message = "Id must not be the RoleTypeId of a built-in role. Leave it out to get a new one.";
        return Err(FieldError::new(Field::Id, message));
    }
    Ok(id)
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
    fn names_that_look_alike_have_one_key() {
        let key = role_name_key("Account Administrator");
        for name in ["account\u{a0}administrator", " ACCOUNT  Administrator", "Account\u{200b} Admin\u{2060}istrator"] {
            assert_eq!(role_name_key(name), key, "{name:?}");
        }
        assert_ne!(role_name_key("AccountAdministrator"), key);
        assert!(role_name("\u{200b}").is_err());
    }

    #[test]
    fn an_id_is_no_role_type() {
        for role in BuiltInRole::ALL {
            assert!(role_id(&role.type_id().to_uppercase()).is_err(), "{}", role.name());
        }
        assert!(role_id("2dc742ab-39ea-4fc0-a39e-2bcb71c26a5e").is_ok());
    }

    #[test]
    fn an_id_is_a_guid() {
        assert_eq!(guid("2DC742AB-39EA-4FC0-A39E-2BCB71C26A5F").as_deref(), Ok("2dc742ab-39ea-4fc0-a39e-2bcb71c26a5f"));
        for bad in ["", "1", "2dc742ab39ea4fc0a39e2bcb71c26a5f", "2dc742ab-39ea-4fc0-a39e-2bcb71c26a5g"] {
            assert!(guid(bad).is_err(), "{bad}");
        }
    }
}
