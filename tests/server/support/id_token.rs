//! ID tokens, looked at as closely as a suspicious app does (OpenID Connect Core 3.1.3.7, 5.1).

use super::resource_server::decode;
use super::{Http, TestServer};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use portcullis::clock::{Clock as _, ManualClock};
use portcullis::oauth::claims::half_hash;
use serde_json::Value;
use std::sync::Arc;

/// Checks the ID tokens of one client.
#[derive(Clone)]
pub(crate) struct IdTokens {
    http: Http,
    clock: Arc<ManualClock>,
    issuer: String,
    client_id: String,
}

/// What an ID token may say without being asked.
const USUAL: [&str; 16] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "nbf",
    "jti",
    "sid",
];

impl IdTokens {
    /// For this client of this server.
    pub(crate) fn new(server: &TestServer, client_id: &str) -> Self {
        let (http, clock) = (server.http(), Arc::clone(server.clock()));
        Self { http, clock, issuer: server.issuer(), client_id: client_id.to_owned() }
    }

    /// Checks one that came in answer to a request with this nonce, along with these.
    pub(crate) async fn check(
        &self,
        token: &str,
        nonce: Option<&str>,
        access_token: Option<&str>,
        code: Option<&str>,
    ) -> Value {
        let claims = self.verify(token).await;
        let now = self.clock.now().0;
        let time = |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("{name} in {claims}"));
        assert!((now + 1..now + 50 * 31_536_000).contains(&time("exp")), "{claims}");
        assert!((now - 300..=now).contains(&time("iat")), "{claims}");
        assert!((now - 31_536_000..=now).contains(&time("auth_time")), "{claims}");
        assert_eq!(claims.get("nonce").map(|nonce| nonce.as_str().expect("a text")), nonce, "{claims}");
        assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty() && sub.len() <= 255), "{claims}");
        assert!(claims["acr"].as_str().is_some_and(|acr| !acr.trim().is_empty()), "{claims}");
        for (name, of) in [("at_hash", access_token), ("c_hash", code)] {
            if let Some(hash) = claims.get(name) {
                assert_eq!(hash.as_str(), of.map(half_hash).as_deref(), "{name}");
            }
        }
        for name in claims.as_object().expect("an object").keys() {
            assert!(USUAL.contains(&name.as_str()), "nobody asked for {name}");
        }
        claims
    }

    async fn verify(&self, token: &str) -> Value {
        let keys = self.http.get("/identity/.well-known/openid-configuration/jwks").await;
        let keys: JwkSet = serde_json::from_value(keys.json()).expect("a JWK set");
        let header = decode(token.split('.').next().expect("a header"));
        assert_eq!(header["alg"], "RS256");
        let key = keys.find(header["kid"].as_str().expect("a kid")).expect("a published key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[&self.client_id]);
        validation.set_issuer(&[&self.issuer]);
        // By the clock of the test, above.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).expect("a usable key");
        jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a good signature").claims
    }
}

/// Standard claims have the types of the standard, none of them blank.
#[track_caller]
pub(crate) fn assert_claim_types(claims: &Value) {
    for (name, value) in claims.as_object().expect("an object") {
        let fits = match name.as_str() {
            "email_verified" | "phone_number_verified" => value.is_boolean(),
            "updated_at" => value.as_i64().is_some_and(|seconds| (0..100_000_000_000).contains(&seconds)),
            "role_type" => value.is_array(),
            "address" => value.as_object().is_some_and(|parts| !parts.is_empty() && parts.values().all(is_text)),
            "birthdate" => value.as_str().is_some_and(is_birthdate),
            _ => is_text(value),
        };
        assert!(fits, "{name} is {value}");
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty() && text != "null")
}

fn is_birthdate(text: &str) -> bool {
    let parts: Vec<Option<u16>> = text.split('-').map(|part| part.parse().ok()).collect();
    match parts[..] {
        [Some(year)] => (1850..2027).contains(&year),
        [Some(year), Some(1..=12), Some(1..=31)] => text.len() == 10 && (year == 0 || (1850..2027).contains(&year)),
        _ => false,
    }
}
