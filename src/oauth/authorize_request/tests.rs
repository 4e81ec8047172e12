use super::*;
use crate::oauth::test_client::client;
use crate::oauth::{ClientType, PkcePolicy, ResponseMode};

const ISSUER: &str = "https://id.example/identity";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A request that is good for this type of client, with changes: an empty value takes the parameter away.
fn request(client_type: ClientType, changes: &[(&str, &str)]) -> Parameters {
    let mut pairs = vec![
        ("client_id", "app"),
        ("redirect_uri", "https://app.example/cb"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s"),
    ];
    if client_type == ClientType::AuthorizationCode {
        pairs.extend([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    } else {
        pairs.push(("nonce", "n"));
    }
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend(changes);
    pairs.into_iter().collect()
}

fn validate(client: &Client, changes: &[(&str, &str)]) -> Result<AuthorizeRequest, AuthorizeRejection> {
    AuthorizeRequest::validate(&request(client.client_type, changes), &[], Some(client), ISSUER)
}

/// The refusal that goes back to the client, and how it travels.
fn refusal(client: &Client, changes: &[(&str, &str)]) -> (AuthorizeRefusal, ResponseMode) {
    match validate(client, changes) {
        Err(AuthorizeRejection::Redirect(refusal, address)) => (refusal, address.mode()),
        other => panic!("{changes:?}: {other:?}"),
    }
}

#[test]
fn good_requests_pass() {
    for client_type in [ClientType::AuthorizationCode, ClientType::Hybrid] {
        let passed = validate(&client(client_type), &[("foo", "bar"), ("display", "popup"), ("ui_locales", "se")]);
        let passed = passed.expect("a good request");
        assert_eq!(passed.scope, Scope::of(&["openid"]));
        assert_eq!(passed.return_address.uri(), "https://app.example/cb");
    }
}

#[test]
fn without_a_proven_way_back_there_is_a_page() {
    let good = client(ClientType::AuthorizationCode);
    let rows: [(&[(&str, &str)], PageRefusal); 7] = [
        (&[("client_id", "")], PageRefusal::NoClientId),
        (&[("redirect_uri", "")], PageRefusal::NoRedirectUri),
        (&[("redirect_uri", "https://evil.example/")], PageRefusal::RedirectUriNotAllowed),
        (&[("redirect_uri", "https://evil.example/"), ("response_type", "x")], PageRefusal::RedirectUriNotAllowed),
        (&[("redirect_uri", "https://evil.example/"), ("request", "e30.e30.")], PageRefusal::RedirectUriNotAllowed),
        (&[("redirect_uri", "https://evil.example/"), ("prompt", "none")], PageRefusal::RedirectUriNotAllowed),
        (
            &[("redirect_uri", "https://evil.example/"), ("response_type", "id_token"), ("scope", "")],
            PageRefusal::RedirectUriNotAllowed,
        ),
    ];
    for (changes, expected) in rows {
        assert_eq!(validate(&good, changes), Err(expected.into()), "{changes:?}");
    }
    let parameters = request(good.client_type, &[]);
    let page = |repeated: &[&str], client: Option<&Client>| {
        let repeated: Vec<String> = repeated.iter().map(|&name| name.to_owned()).collect();
        AuthorizeRequest::validate(&parameters, &repeated, client, ISSUER).expect_err("a page")
    };
    let disabled = Client { enabled: false, ..good.clone() };
    assert_eq!(page(&[], None), PageRefusal::UnknownClient.into());
    assert_eq!(page(&[], Some(&disabled)), PageRefusal::ClientDisabled.into());
    assert_eq!(page(&["client_id"], Some(&good)), PageRefusal::RepeatedParameter("client_id").into());
    assert_eq!(page(&["redirect_uri"], Some(&good)), PageRefusal::RepeatedParameter("redirect_uri").into());
    assert!(matches!(
        page(&["state"], Some(&good)),
        AuthorizeRejection::Redirect(AuthorizeRefusal::RepeatedParameter(Some("state")), _)
    ));
}

#[test]
fn what_a_browser_app_asks_wrongly_is_told_by_redirect() {
    use AuthorizeRefusal as R;
    let client = client(ClientType::AuthorizationCode);
    let rows: [(&[(&str, &str)], R); 33] = [
        (&[("response_type", "")], R::NoResponseType),
        (&[("response_type", "x")], R::UnknownResponseType),
        (&[("request", "e30.e30.")], R::RequestObject),
        (&[("request", "e30.e30."), ("response_type", "")], R::RequestObject),
        (&[("request_uri", "http://169.254.169.254/")], R::RequestUri),
        (&[("registration", "{}")], R::Registration),
        (&[("response_mode", "web_message")], R::BadParameter("response_mode")),
        (&[("scope", "open\"id")], R::MalformedScope),
        (&[("scope", "caf\u{e9}")], R::MalformedScope),
        (&[("scope", "unheard of")], R::NoKnownScope),
        (&[("scope", "unheard offline_access")], R::NoKnownScope),
        (&[("code_challenge", ""), ("code_challenge_method", "")], R::NoCodeChallenge),
        (&[("code_challenge", ""), ("code_challenge_method", ""), ("nonce", "n")], R::NoCodeChallenge),
        (&[("code_challenge", "")], R::NoCodeChallenge),
        (&[("code_challenge_method", "")], R::ChallengeMethod),
        (&[("code_challenge_method", "plain")], R::ChallengeMethod),
        (&[("code_challenge_method", "s256")], R::ChallengeMethod),
        (&[("code_challenge", "short")], R::BadParameter("code_challenge")),
        (&[("prompt", "none login")], R::BadParameter("prompt")),
        (&[("prompt", "sometimes")], R::BadParameter("prompt")),
        (&[("max_age", "-1")], R::BadParameter("max_age")),
        (&[("max_age", "1.5")], R::BadParameter("max_age")),
        (&[("max_age", "99999999999999999999")], R::BadParameter("max_age")),
        (&[("acr_values", "tenant:evil")], R::OtherTenant),
        (&[("acr_values", "1 tenant:acme tenant:evil")], R::OtherTenant),
        (&[("claims", "{")], R::BadParameter("claims")),
        (&[("claims", r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#)], R::AcrNotReached),
        (&[("claims", r#"{"id_token":{"acr":{"essential":true,"value":2}}}"#)], R::AcrNotReached),
        (&[("state", &"s".repeat(2_049))], R::TooLong("state")),
        (
            &[("id_token_hint", &"h".repeat(8_000)), ("state", &"s".repeat(2_000)), ("claims", &"\"".repeat(800))],
            R::TooLong("id_token_hint"),
        ),
        (&[("resource", &"r".repeat(12_000))], R::TooLong("resource")),
        (&[("nonce", &"n".repeat(513))], R::TooLong("nonce")),
        (&[("id_token_hint", &"h".repeat(8_193))], R::TooLong("id_token_hint")),
    ];
    for (changes, expected) in rows {
        assert_eq!(refusal(&client, changes), (expected, ResponseMode::Query), "{changes:?}");
    }
    let hybrid = refusal(&client, &[("response_type", "code id_token"), ("nonce", "n")]);
    assert_eq!(hybrid, (R::ResponseTypeNotAllowed, ResponseMode::Fragment));
    assert_eq!(refusal(&client, &[("response_type", "token")]), (R::UnknownResponseType, ResponseMode::Fragment));
}

#[test]
fn what_a_hybrid_client_asks_wrongly_is_told_in_the_fragment() {
    use AuthorizeRefusal as R;
    let client = client(ClientType::Hybrid);
    let rows: [(&[(&str, &str)], R); 5] = [
        (&[("nonce", ""), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")], R::NoNonce),
        (&[("scope", "ocsapi")], R::NoOpenIdScope),
        (&[("scope", "")], R::NoOpenIdScope),
        (&[("response_mode", "query")], R::QueryModeForTokens),
        (&[("response_type", "code token")], R::ResponseTypeNotAllowed),
    ];
    for (changes, expected) in rows {
        let changes: Vec<_> = [("response_type", "code id_token")]
            .into_iter()
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
            .chain(changes.iter().copied())
            .collect();
        assert_eq!(refusal(&client, &changes), (expected, ResponseMode::Fragment), "{changes:?}");
    }
}

#[test]
fn pkce_is_asked_for_by_the_policy_of_the_client() {
    let rows = [
        (PkcePolicy::Required, "n", false),
        (PkcePolicy::PkceOrNonce, "n", true),
        (PkcePolicy::PkceOrNonce, "", false),
        (PkcePolicy::Optional, "", true),
    ];
    for (pkce, nonce, passes) in rows {
        let client = Client { pkce, ..client(ClientType::Hybrid) };
        assert_eq!(validate(&client, &[("nonce", nonce)]).is_ok(), passes, "{pkce:?} {nonce:?}");
        let with = [("nonce", nonce), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        assert!(validate(&client, &with).expect("PKCE").code_challenge.is_some());
        let cut = [("nonce", "n"), ("code_challenge_method", "S256")];
        assert_eq!(refusal(&client, &cut).0, AuthorizeRefusal::NoCodeChallenge, "{pkce:?}");
    }
}

#[test]
fn a_nonce_that_no_id_token_brings_back_protects_nothing() {
    let client = client(ClientType::Hybrid);
    assert_eq!(client.pkce, PkcePolicy::PkceOrNonce);
    assert_eq!(refusal(&client, &[("scope", "ocsapi")]).0, AuthorizeRefusal::NoCodeChallenge);
    assert!(validate(&client, &[("scope", "ocsapi openid")]).is_ok());
    let pkce = [("scope", "ocsapi"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    assert!(validate(&client, &pkce).is_ok());
}

#[test]
fn a_resource_is_this_servers_api_or_refused() {
    let client = client(ClientType::AuthorizationCode);
    let rows = [
        ("", true),
        ("https://id.example/api", true),
        ("https://id.example/api/", true),
        ("https://id.example", false),
        ("https://evil.example/api", false),
        ("api", false),
    ];
    for (resource, passes) in rows {
        let parameters = request(client.client_type, &[("resource", resource)]);
        let request = AuthorizeRequest::validate(&parameters, &[], Some(&client), ISSUER).expect("a request");
        match request.require_own_target(&parameters, "https://id.example/api") {
            Ok(_) => assert!(passes, "{resource}"),
            Err(AuthorizeRejection::Redirect(refusal, _)) => {
                assert_eq!((refusal, passes), (AuthorizeRefusal::UnknownTarget, false), "{resource}");
            }
            Err(other) => panic!("{resource}: {other:?}"),
        }
    }
}

#[test]
fn scopes_are_those_known_and_permitted() {
    let rows = [
        (false, "openid profile shoes offline_access", "openid profile"),
        (true, "openid profile shoes offline_access", "offline_access openid profile"),
        (false, "ocsapi", "ocsapi"),
        (false, "", "ocsapi"),
        (false, "offline_access", "ocsapi"),
        (true, "offline_access", "offline_access"),
        (false, "email phone address openid openid", "address email openid phone"),
    ];
    for (allow_offline_access, asked, expected) in rows {
        let client = Client { allow_offline_access, ..client(ClientType::AuthorizationCode) };
        let request = validate(&client, &[("scope", asked)]).expect(asked);
        assert_eq!(request.scope.to_string(), expected, "{asked}");
    }
}

#[test]
fn consent_names_the_scopes_of_single_claims() {
    let client = client(ClientType::Hybrid);
    let claims = ("claims", r#"{"userinfo":{"email":null},"id_token":{"phone_number":null}}"#);
    let request = validate(&client, &[claims]).expect("a request");
    assert_eq!(request.consent_scope().to_string(), "email openid phone");
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let request = validate(&client, &[claims, ("scope", "ocsapi"), pkce[0], pkce[1]]).expect("a request");
    assert_eq!(request.claims, ClaimsRequest::default(), "claims need openid");
}

#[test]
fn the_tenant_may_be_named_if_it_is_the_clients() {
    let client = client(ClientType::AuthorizationCode);
    for acr_values in ["tenant:acme", "tenant:ACME 1 2", "1 2"] {
        assert!(validate(&client, &[("acr_values", acr_values)]).is_ok(), "{acr_values}");
    }
}
