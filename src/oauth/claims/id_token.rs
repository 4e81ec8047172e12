//! ID tokens (OpenID Connect Core 2).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};

/// What an ID token says. There is one audience, so there is no `azp`.
#[derive(Debug, Clone, Serialize)]
pub struct IdTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The user.
    pub sub: &'a str,
    /// The client.
    pub aud: &'a str,
    /// When it ends, in seconds.
    pub exp: i64,
    /// When it was made, in seconds.
    pub iat: i64,
    /// When the user gave the password, in seconds.
    pub auth_time: i64,
    /// As the client sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// [`half_hash`] of the access token that comes along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// [`half_hash`] of the code that comes along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// The session.
    pub sid: &'a str,
    /// How sure the sign-in was.
    pub acr: &'a str,
    /// How it was done (RFC 8176).
    pub amr: &'a [&'a str],
    /// The tenant, for clients that use the account's API or ask for it. Others are told nothing they did not ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tid: Option<&'a str>,
    /// Claims that were asked for one by one.
    #[serde(flatten)]
    pub asked: Map<String, Value>,
}

/// The left half of the SHA-256 of a token or code (OpenID Connect Core 3.1.3.6, 3.3.2.11): for ID tokens that are signed
/// with a SHA-256 algorithm.
#[must_use]
pub fn half_hash(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standards_examples() {
        // OpenID Connect Core A.4 and A.6.
        assert_eq!(half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"), "LDktKdoQak3Pk0cnXxCltA");
        assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let claims = IdTokenClaims {
            iss: "i",
            sub: "u",
            aud: "c",
            exp: 2,
            iat: 1,
            auth_time: 1,
            nonce: None,
            at_hash: None,
            c_hash: Some("h".to_owned()),
            sid: "s",
            acr: "1",
            amr: &["pwd"],
            tid: None,
            asked: Map::from_iter([("email".to_owned(), Value::from("u@example.com"))]),
        };
        let json = serde_json::to_value(&claims).expect("writes");
        let names: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        for absent in ["nonce", "at_hash", "tid", "asked"] {
            assert!(!names.contains(&absent), "{absent}");
        }
        assert_eq!(json["email"], "u@example.com");
        assert_eq!(json["c_hash"], "h");
    }
}
