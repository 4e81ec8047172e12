//! Standard claims out of a file.

use crate::cli::failure::Failure;
use crate::oauth::{UnixTime, UserClaims};
use std::io::Read as _;
use std::path::Path;

/// The claims of a file, checked, as they are stored.
pub(super) fn read_claims(path: &Path, now: UnixTime) -> Result<String, Failure> {
    let wrong = |sentence: String| Failure::usage(format!("--claims-file: {sentence}"));
    let mut text = String::new();
    // One byte more than may be there: what is too long is then seen to be.
    let most = u64::try_from(UserClaims::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_string(&mut text));
    read.map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())))?;
    match UserClaims::parse(&text, now) {
        Ok(claims) => Ok(claims.to_string()),
        Err(error) => Err(wrong(error.message)
            .remedy("for example", r#"{"given_name": "Uma", "locale": "nl-NL", "email_verified": true}"#)),
    }
}
