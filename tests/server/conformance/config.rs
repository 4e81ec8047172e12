//! The Config plan's one module. That all addresses are https follows from a public URL that is; here it is a loopback one.

use crate::support::TestServer;
use serde_json::Value;
use std::collections::BTreeSet;

/// Members that RFC 8414, OpenID Connect and RFC 9207 know, of those that this server uses.
const KNOWN: [&str; 28] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "jwks_uri",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "subject_types_supported",
    "acr_values_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "prompt_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "authorization_response_iss_parameter_supported",
    "service_documentation",
];

/// `oidcc-discovery-endpoint-verification`, and what every module looks at before it begins.
pub(super) async fn discovery_endpoint_verification(server: &TestServer) {
    let answer = server.http().get("/identity/.well-known/openid-configuration").await;
    assert_eq!(answer.status, 200);
    let metadata = answer.json();
    assert_eq!(metadata["issuer"], server.issuer());
    assert!(!server.issuer().contains(['?', '#']));
    for (name, value) in metadata.as_object().expect("an object") {
        assert!(KNOWN.contains(&name.as_str()), "{name}");
        let fits = if name.ends_with("_parameter_supported") {
            value.is_boolean()
        } else if name.ends_with("_supported") {
            value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
        } else {
            value.as_str().is_some_and(|url| url.starts_with(server.public_url()) && url::Url::parse(url).is_ok())
        };
        assert!(fits, "{name} is {value}");
    }
    let lists = [
        ("response_types_supported", &["code", "code id_token", "code token", "code id_token token"][..]),
        ("response_modes_supported", &["query", "fragment", "form_post"]),
        ("subject_types_supported", &["public"]),
        ("id_token_signing_alg_values_supported", &["RS256"]),
        ("scopes_supported", &["openid", "profile", "email", "address", "phone", "offline_access"]),
        ("grant_types_supported", &["authorization_code", "refresh_token"]),
        ("token_endpoint_auth_methods_supported", &["client_secret_basic", "client_secret_post"]),
        ("code_challenge_methods_supported", &["S256"]),
        ("claims_supported", &["sub", "name", "email"]),
    ];
    for (name, expected) in lists {
        let list: Vec<&str> = metadata[name].as_array().expect(name).iter().filter_map(Value::as_str).collect();
        assert!(expected.iter().all(|word| list.contains(word)), "{name}: {list:?}");
    }
    for name in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert!(metadata[name].is_string(), "{name}");
    }
    assert_usable_keys(&server.http().get("/identity/.well-known/openid-configuration/jwks").await.json());
}

/// Keys are public, of a kind that apps can use, and each has a name of its own.
fn assert_usable_keys(jwks: &Value) {
    let keys = jwks["keys"].as_array().expect("keys");
    let names: BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().expect("a kid")).collect();
    assert!(!keys.is_empty() && names.len() == keys.len(), "{jwks}");
    for key in keys {
        assert!(["RSA", "EC", "OKP"].contains(&key["kty"].as_str().unwrap_or_default()), "{key}");
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
}
