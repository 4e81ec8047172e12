//! An API that is shown tokens. It knows an issuer and what is published there, and nothing else.

use super::Http;
use super::TestServer;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use portcullis::clock::{Clock as _, ManualClock};
use serde_json::Value;
use std::sync::Arc;

/// An API with an audience of its own.
pub(crate) struct ResourceServer {
    http: Http,
    issuer: String,
    audience: String,
    clock: Arc<ManualClock>,
}

/// A token that was believed.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl ResourceServer {
    /// One that trusts this server.
    pub(crate) fn new(server: &TestServer, audience: &str) -> Self {
        let (http, clock) = (server.http(), Arc::clone(server.clock()));
        Self { http, issuer: server.issuer(), audience: audience.to_owned(), clock }
    }

    /// Verifies an access token as RFC 9068 4 says.
    pub(crate) async fn verify(&self, token: &str) -> Result<Accepted, String> {
        let metadata = self.fetch("/.well-known/openid-configuration").await;
        assert_eq!(metadata["issuer"], self.issuer, "RFC 8414 3.3");
        let keys = metadata["jwks_uri"].as_str().and_then(|uri| uri.strip_prefix(&self.issuer)).expect("a JWKS URI");
        let keys: JwkSet = serde_json::from_value(self.fetch(keys).await).expect("a JWK set");
        let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
        let key = the_key(&keys, &header)?;
        let kinds = header.typ.as_deref().filter(|kind| kind.eq_ignore_ascii_case("at+jwt"));
        kinds.ok_or("not an access token")?;
        let decoded = jsonwebtoken::decode::<Value>(
            token,
            &DecodingKey::from_jwk(key).map_err(|error| error.to_string())?,
            &self.validation(header.alg),
        );
        let claims = decoded.map_err(|error| error.to_string())?.claims;
        self.require_current(&claims)?;
        let header = token.split('.').next().expect("a header");
        Ok(Accepted { header: decode(header), claims })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By the clock of the test, below.
        validation.validate_exp = false;
        validation
    }

    fn require_current(&self, claims: &Value) -> Result<(), String> {
        let now = self.clock.now().0;
        let exp = claims["exp"].as_i64().ok_or("exp is not a whole number")?;
        if claims["nbf"].as_i64().is_some_and(|begin| now < begin) {
            return Err("not yet valid".to_owned());
        }
        if now >= exp { Err("expired".to_owned()) } else { Ok(()) }
    }

    /// Gets a document below the issuer.
    async fn fetch(&self, path: &str) -> Value {
        let answer = self.http.get(&format!("/identity{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }
}

/// The one key that the header names; its algorithm is the key's, whatever the header says.
fn the_key<'k>(keys: &'k JwkSet, header: &Header) -> Result<&'k Jwk, String> {
    let kid = header.kid.as_deref().ok_or("no kid")?;
    let key = keys.find(kid).ok_or("no such key")?;
    let algorithm = key.common.key_algorithm.map(|algorithm| algorithm.to_string());
    if algorithm == Some(format!("{:?}", header.alg)) { Ok(key) } else { Err("another algorithm".to_owned()) }
}

/// A part of a JWT as JSON.
pub(crate) fn decode(part: &str) -> Value {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}
