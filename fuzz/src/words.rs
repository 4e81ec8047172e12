//! Words of the protocols: forms, scopes, claims, tokens, times.

use super::text;
use portcullis::oauth::{
    ClaimsRequest, Credentials, Parameters, PresentedToken, Scope, TokenKind, TokenRequest, UnixTime, UserClaims,
    logo_type,
};

/// A form. A name comes once, and what a strict reader takes the other takes as well.
pub fn form_body(bytes: &[u8]) {
    let strict = Parameters::parse(bytes);
    if let Ok((form, repeated)) = Parameters::parse_repeated(bytes) {
        assert!(form.iter().count() <= Parameters::MAX);
        assert_eq!(strict.is_ok(), repeated.is_empty());
        assert!(form.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0')));
        let _ = (TokenRequest::parse(&form, "https://id.example/api"), PresentedToken::read(&form));
        let _ = Credentials::read(&[], &form);
    } else {
        assert!(strict.is_err());
    }
}

/// An Authorization header of a client. What was read has an id; with a form that names another there is nothing.
pub fn basic_header(bytes: &[u8]) {
    let form = |id: &str| [("client_id", id)].into_iter().collect::<Parameters>();
    if let Ok(read) = Credentials::read(&[bytes], &Parameters::default()) {
        assert!(read.secret().is_some(), "a header is never a public client");
        assert!(Credentials::read(&[bytes], &form(&format!("{}x", read.id()))).is_err());
        assert!(Credentials::read(&[bytes, bytes], &Parameters::default()).is_err());
    }
}

/// A scope: what was read is written so that it is read as the same again.
pub fn scope(bytes: &[u8]) {
    if let Ok(read) = Scope::parse(&text(bytes)) {
        assert_eq!(Scope::parse(&read.to_string()).as_ref(), Ok(&read));
        assert!(read.to_string().bytes().all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'));
        assert!(read.is_subset(&read.union(&Scope::of(&["openid"]))));
    }
}

/// The `claims` parameter: read, stored and read again.
pub fn claims_request(bytes: &[u8]) {
    if let Ok(read) = ClaimsRequest::parse(Some(&text(bytes))) {
        let _ = (read.subjects(), read.refuses_acr("1"), read.implied_scope());
        let stored = serde_json::to_string(&read).expect("a request is stored");
        let again: ClaimsRequest = serde_json::from_str(&stored).expect("and read again");
        assert_eq!(again, read);
    }
}

/// Claims about a user, as an administrator sends them.
pub fn user_claims(bytes: &[u8]) {
    let _ = UserClaims::parse(&text(bytes), UnixTime(1_800_000_000));
    let _ = UserClaims::from_stored(&text(bytes));
}

/// Secrets, codes, refresh tokens, links: a text is of one kind at most, and hashes of kinds differ.
pub fn opaque_token(bytes: &[u8]) {
    const KINDS: [TokenKind; 4] =
        [TokenKind::ClientSecret, TokenKind::AuthorizationCode, TokenKind::RefreshToken, TokenKind::OneTimeLink];
    let text = text(bytes);
    assert!(KINDS.into_iter().filter(|kind| kind.recognises(&text)).count() <= 1);
    assert!(!KINDS[0].hash(&text).matches(&KINDS[1].hash(&text)));
    let mut bits = [0; 32];
    for (bit, byte) in bits.iter_mut().zip(bytes) {
        *bit = *byte;
    }
    for kind in KINDS {
        let token = kind.format(bits);
        assert!(kind.recognises(&token), "{token}");
        let mut other = token.into_bytes();
        let at = bytes.first().map_or(0, |byte| usize::from(*byte)) % other.len();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        assert!(!kind.recognises(&String::from_utf8_lossy(&other)), "one character is another");
    }
}

/// Times: what was read is written so that it is read as the same again.
pub fn time(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(read) = UnixTime::parse_rfc3339(&text) {
        assert_eq!(UnixTime::parse_rfc3339(&read.rfc3339()), Some(read));
    }
    if let Some(day) = UnixTime::start_of_day(&text) {
        assert_eq!(day.date(), text);
    }
}

/// An uploaded logo: only pictures of the types that are served.
pub fn logo(bytes: &[u8]) {
    if let Ok(media_type) = logo_type(bytes) {
        assert!(media_type.starts_with("image/"));
    }
}
