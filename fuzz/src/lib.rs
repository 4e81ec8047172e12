//! What reads strangers' bytes, each as a function over any bytes. It may refuse them; it may not panic, nor break the
//! promise that stands with it. `scripts/fuzz` draws bytes; `tests/fuzz_corpus.rs` of the main crate replays those of `corpus`.

pub mod keys;
pub mod redirects;
pub mod web;
pub mod words;

/// The name of a target, which is that of its folder in `corpus`, and what gets the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Each target.
pub const TARGETS: [Target; 19] = [
    ("time", words::time),
    ("api_body", web::api_body),
    ("authorize_query", redirects::authorize_query),
    ("basic_header", words::basic_header),
    ("claims_request", words::claims_request),
    ("config_file", web::config_file),
    ("cookie_header", web::cookie_header),
    ("form_body", words::form_body),
    ("forwarded_for", web::forwarded_for),
    ("id_token_hint", keys::id_token_hint),
    ("jwk", keys::jwk),
    ("jwt", keys::jwt),
    ("logo", words::logo),
    ("master_key_file", keys::master_key_file),
    ("opaque_token", words::opaque_token),
    ("password_hash", keys::password_hash),
    ("redirect_url", redirects::redirect_url),
    ("scope", words::scope),
    ("user_claims", words::user_claims),
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<fn(&[u8])> {
    TARGETS.into_iter().find(|(known, _)| *known == name).map(|(_, run)| run)
}

/// Text, whatever the bytes.
pub(crate) fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
