//! How programs say when a secret ends: a time and a flag, which must agree.

use super::{Field, FieldError, SecretEnd};
use crate::oauth::UnixTime;

impl SecretEnd {
    /// `expires` says whether the secret ends at all (unsaid: it does), `at` when. Both or neither: a secret that lives
    /// for ever is one that was asked for in so many words.
    pub fn from_flags(expires: Option<bool>, at: Option<UnixTime>) -> Result<Self, FieldError> {
        match (expires, at) {
            (None | Some(true), Some(at)) => Ok(Self::At(at)),
            (Some(false), None) => Ok(Self::Never),
            (None | Some(true), None) => Err(FieldError::new(
                Field::ExpiresOn,
                "Enter an expiry date, or say that the secret never expires (Expires: false).",
            )),
            (Some(false), Some(_)) => Err(FieldError::new(
                Field::ExpiresOn,
                "A secret that never expires has no expiry date. Leave one of the two out.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretEnd, UnixTime};

    #[test]
    fn flag_and_time_must_agree() {
        let at = UnixTime(7);
        let rows = [
            (Some(true), Some(at), Some(SecretEnd::At(at))),
            (None, Some(at), Some(SecretEnd::At(at))),
            (Some(true), None, None),
            (None, None, None),
            (Some(false), Some(at), None),
            (Some(false), None, Some(SecretEnd::Never)),
        ];
        for (expires, end, expected) in rows {
            assert_eq!(SecretEnd::from_flags(expires, end).ok(), expected, "{expires:?} {end:?}");
        }
    }
}
