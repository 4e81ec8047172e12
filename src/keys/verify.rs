//! Reading tokens that this server signed (RFC 7519 7.2, RFC 8725). Others are never accepted: there is no key for them.

use super::key_set::VerifyingKey;
use super::{KeySet, KeyState};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Header parameters by which a token would choose its own key or its own rules.
const FORBIDDEN: [&str; 6] = ["jku", "jwk", "x5u", "x5c", "crit", "b64"];

/// How far the clock of the node that signed may be ahead of ours, in seconds.
const CLOCKS_OF_NODES: i64 = 60;

/// What a token must be to be accepted.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// `typ`: `at+jwt` for access tokens (RFC 9068 4), `JWT` for ID tokens.
    pub typ: &'a str,
    /// `iss`, compared byte for byte.
    pub issuer: &'a str,
    /// One of the members of `aud`; none: not looked at.
    pub audience: Option<&'a str>,
    /// How far clocks may differ, in seconds.
    pub leeway_seconds: i64,
    /// For `id_token_hint`, which may be long over (OpenID Connect RP-Initiated Logout 4).
    pub allow_expired: bool,
    /// Also by keys that are published no more.
    pub include_archived: bool,
}

/// Why a token is not accepted. For logs; outside, all of them are `invalid_token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than 16 kB.
    #[error("the token is longer than 16 kB")]
    TooLong,
    /// Not three base64url parts with JSON objects in the first two.
    #[error("the token is not a compact JWS with a JSON payload")]
    Malformed,
    /// `jku`, `jwk`, `x5u`, `x5c`, `crit` or `b64` in the header.
    #[error("the token's header names its own key or rules")]
    ForbiddenHeader,
    /// No `kid`, or not one of our keys.
    #[error("the token is not signed with one of our keys")]
    UnknownKey,
    /// `alg` is not that of the key.
    #[error("the token's algorithm is not that of its key")]
    WrongAlgorithm,
    /// `typ` is another.
    #[error("the token is of another type")]
    WrongType,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    BadSignature,
    /// `iss` is not ours.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// `aud` is another.
    #[error("the token is for another audience")]
    WrongAudience,
    /// A claim that must be an integer is missing or something else.
    #[error("the token's ‘{0}’ is not an integer")]
    NotAnInteger(&'static str),
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
}

impl KeySet {
    /// Checks a token of ours and gives its claims. The key is chosen by `kid` alone, and the key decides the algorithm.
    pub fn verify(&self, token: &str, expect: &Expect<'_>, now: UnixTime) -> Result<Map<String, Value>, VerifyError> {
        if token.len() > LONGEST_TOKEN {
            return Err(VerifyError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        let header = json_object(header)?;
        if FORBIDDEN.iter().any(|name| header.contains_key(*name)) {
            return Err(VerifyError::ForbiddenHeader);
        }
        let key = self.key_of(&header, expect.include_archived)?;
        if header.get("alg").and_then(Value::as_str) != Some(key.algorithm.as_str()) {
            return Err(VerifyError::WrongAlgorithm);
        }
        if !header.get("typ").and_then(Value::as_str).is_some_and(|typ| same_type(typ, expect.typ)) {
            return Err(VerifyError::WrongType);
        }
        match jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key.key, name_of(key.algorithm)) {
            Ok(true) => {}
            Ok(false) | Err(_) => return Err(VerifyError::BadSignature),
        }
        let claims = json_object(payload)?;
        check_claims(&claims, expect, now)?;
        Ok(claims)
    }

    fn key_of(&self, header: &Map<String, Value>, archived: bool) -> Result<&VerifyingKey, VerifyError> {
        let id = header.get("kid").and_then(Value::as_str).ok_or(VerifyError::UnknownKey)?;
        self.verifiers
            .get(&KeyId::new(id))
            .filter(|key| archived || key.state != KeyState::Archived)
            .ok_or(VerifyError::UnknownKey)
    }
}

fn json_object(part: &str) -> Result<Map<String, Value>, VerifyError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| VerifyError::Malformed)
}

/// Media types ignore case, and `application/` may be left out (RFC 7515 4.1.9).
fn same_type(given: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match given.split_at_checked(PREFIX.len()) {
        Some((prefix, bare)) if prefix.eq_ignore_ascii_case(PREFIX) => bare,
        _ => given,
    };
    bare.eq_ignore_ascii_case(expected)
}

const fn name_of(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

fn check_claims(claims: &Map<String, Value>, expect: &Expect<'_>, now: UnixTime) -> Result<(), VerifyError> {
    if claims.get("iss").and_then(Value::as_str) != Some(expect.issuer) {
        return Err(VerifyError::WrongIssuer);
    }
    if expect.audience.is_some_and(|audience| !is_for(claims.get("aud"), audience)) {
        return Err(VerifyError::WrongAudience);
    }
    integer(claims, "iat")?;
    let expires_at = integer(claims, "exp")?;
    if !expect.allow_expired && now >= expires_at.plus(expect.leeway_seconds) {
        return Err(VerifyError::Expired);
    }
    if claims.contains_key("nbf") && now.plus(expect.leeway_seconds.max(CLOCKS_OF_NODES)) < integer(claims, "nbf")? {
        return Err(VerifyError::NotYetValid);
    }
    Ok(())
}

/// A time claim. Only an integer counts: text or a fraction, taken for "absent", would switch the check off.
fn integer(claims: &Map<String, Value>, name: &'static str) -> Result<UnixTime, VerifyError> {
    claims.get(name).and_then(Value::as_i64).map(UnixTime).ok_or(VerifyError::NotAnInteger(name))
}

fn is_for(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(audience)),
        _ => false,
    }
}
