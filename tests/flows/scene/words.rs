//! What is said: requests, answers, tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::flows::{AuthorizeOutcome, TokenError, TokenResponse};
use portcullis::oauth::{Parameters, ReturnResponse, TokenRefusal};
use serde_json::Value;
use std::collections::BTreeMap;

/// The example of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A good request, with changes; an empty value takes a parameter away.
pub(crate) fn with(good: &[(&'static str, &'static str)], changes: &[(&str, &str)]) -> Parameters {
    let kept = good.iter().copied().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

/// What the server-side app asks.
pub(crate) fn web(changes: &[(&str, &str)]) -> Parameters {
    let good = [
        ("client_id", "web"),
        ("redirect_uri", "https://web.example/cb"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "st"),
        ("nonce", "no"),
    ];
    with(&good, changes)
}

/// What the browser app asks.
pub(crate) fn spa(changes: &[(&str, &str)]) -> Parameters {
    let good = [
        ("client_id", "spa"),
        ("redirect_uri", "https://spa.example/cb"),
        ("response_type", "code"),
        ("scope", "openid ocsapi"),
        ("state", "st"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    with(&good, changes)
}

/// How the server-side app exchanges a code.
pub(super) fn exchange(code: &str) -> [(&'static str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://web.example/cb"),
        ("client_id", "web"),
        ("client_secret", WEB_SECRET),
    ]
}

/// How the server-side app refreshes.
pub(super) fn refresh(token: &str) -> [(&'static str, &str); 4] {
    [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "web"), ("client_secret", WEB_SECRET)]
}

/// The secret of `web`.
pub(crate) const WEB_SECRET: &str = "pc_cs_a secret of tests web";

/// The fields of an answer that goes back to the client, however it travels.
pub(crate) fn fields(outcome: &AuthorizeOutcome) -> BTreeMap<String, String> {
    let AuthorizeOutcome::Return { response, .. } = outcome else { panic!("not back to the client: {outcome:?}") };
    match response {
        ReturnResponse::FormPost { fields, .. } => {
            fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        }
        ReturnResponse::Redirect(url) => {
            let (_, answer) = url.split_once(['?', '#']).expect("an answer");
            let read = Parameters::parse(answer.as_bytes()).expect("a readable answer");
            read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
    }
}

/// Why a token request was refused.
pub(crate) fn refused(answer: Result<TokenResponse, TokenError>) -> TokenRefusal {
    match answer {
        Err(TokenError::Refused(refusal, _)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// What a JWT says.
pub(crate) fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}
