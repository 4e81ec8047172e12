//! The single checks of an authorize request whose way back is proven.

use super::AuthorizeRequest;
use crate::oauth::{AuthorizeRefusal, Client, ClientType, CodeChallenge, Parameters, PkcePolicy, Scope};

/// Longest values, in bytes.
const LONGEST: [(&str, usize); 9] = [
    ("state", 2_048),
    ("nonce", 512),
    ("login_hint", 320),
    ("id_token_hint", 8_192),
    ("acr_values", 1_000),
    ("ui_locales", 300),
    ("claims_locales", 300),
    ("prompt", 100),
    ("response_type", 100),
];

/// Most bytes of all that is looked at together, written as JSON: it travels sealed through the login page's address,
/// which is a third longer and has 16 KiB.
const LONGEST_TOGETHER: usize = 11_500;

/// Refuses parameters that came twice (RFC 6749 3.1), and values that are longer than anyone needs.
pub(super) fn require_once_and_short(parameters: &Parameters, repeated: &[String]) -> Result<(), AuthorizeRefusal> {
    if let Some(name) = repeated.first() {
        return Err(AuthorizeRefusal::RepeatedParameter(Parameters::known_name(name)));
    }
    for (name, longest) in LONGEST {
        if parameters.get(name).is_some_and(|value| value.len() > longest) {
            return Err(AuthorizeRefusal::TooLong(name));
        }
    }
    let length = |name: &str| parameters.get(name).map_or(0, |value| serde_json::Value::from(value).to_string().len());
    let lengths = AuthorizeRequest::PARAMETERS.map(|name| (length(name), name));
    match lengths.iter().max() {
        Some((_, longest)) if lengths.iter().map(|(length, _)| length).sum::<usize>() > LONGEST_TOGETHER => {
            Err(AuthorizeRefusal::TooLong(longest))
        }
        _ => Ok(()),
    }
}

/// Refuses request objects (OpenID Connect Core 6): nothing in one is looked at, nothing is fetched.
pub(super) fn require_no_request_object(parameters: &Parameters) -> Result<(), AuthorizeRefusal> {
    let unsupported = [
        ("request", AuthorizeRefusal::RequestObject),
        ("request_uri", AuthorizeRefusal::RequestUri),
        ("registration", AuthorizeRefusal::Registration),
    ];
    match unsupported.into_iter().find(|(name, _)| parameters.get(name).is_some()) {
        Some((_, refusal)) => Err(refusal),
        None => Ok(()),
    }
}

/// The scopes that are known and that the client may have; the account's API if none was asked for. An
/// `offline_access` that is not permitted is left out without a word, as if it had not been asked for: programs ask for it
/// everywhere.
pub(super) fn resolve_scope(asked: Option<&str>, client: &Client) -> Result<Scope, AuthorizeRefusal> {
    let Some(asked) = asked else { return Ok(Scope::of(&[Scope::API])) };
    let mut scope = Scope::parse(asked).map_err(|_| AuthorizeRefusal::MalformedScope)?;
    scope.retain(|word| word != Scope::OFFLINE_ACCESS || client.may_have_refresh_tokens());
    if scope.is_empty() {
        return Ok(Scope::of(&[Scope::API]));
    }
    scope.retain(|word| Scope::SUPPORTED.contains(&word));
    if scope.is_empty() { Err(AuthorizeRefusal::NoKnownScope) } else { Ok(scope) }
}

/// The code challenge, by the policy of the client (RFC 7636 4.3, RFC 9700 2.1.1).
pub(super) fn resolve_challenge(
    parameters: &Parameters,
    client: &Client,
    has_nonce: bool,
) -> Result<Option<CodeChallenge>, AuthorizeRefusal> {
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        let required = match (client.client_type, client.pkce) {
            (ClientType::Hybrid, PkcePolicy::Optional) => false,
            (ClientType::Hybrid, PkcePolicy::PkceOrNonce) => !has_nonce,
            _ => true,
        };
        // A method without a challenge is a challenge that somebody took away.
        return if required || method.is_some() { Err(AuthorizeRefusal::NoCodeChallenge) } else { Ok(None) };
    };
    if method != Some(CodeChallenge::METHOD) {
        return Err(AuthorizeRefusal::ChallengeMethod);
    }
    CodeChallenge::parse(challenge).map(Some).ok_or(AuthorizeRefusal::BadParameter("code_challenge"))
}

/// `max_age` in seconds.
pub(super) fn max_age(text: Option<&str>) -> Result<Option<i64>, AuthorizeRefusal> {
    let bad = AuthorizeRefusal::BadParameter("max_age");
    match text {
        None => Ok(None),
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().map(Some).map_err(|_| bad),
        Some(_) => Err(bad),
    }
}

/// Refuses a `tenant:` in `acr_values` that is not the client's. Other values are wishes (OpenID Connect Core 3.1.2.1).
pub(super) fn require_own_tenant(acr_values: Option<&str>, client: &Client) -> Result<(), AuthorizeRefusal> {
    let mut tenants = acr_values.unwrap_or_default().split(' ').filter_map(|word| word.strip_prefix("tenant:"));
    if tenants.all(|tenant| tenant.eq_ignore_ascii_case(client.tenant_id.as_str())) {
        Ok(())
    } else {
        Err(AuthorizeRefusal::OtherTenant)
    }
}
