//! The discovery document (OpenID Connect Discovery 4, RFC 8414).

use crate::support::http::send;
use crate::support::{Answer, TestServer};
use reqwest::Method;
use serde_json::Value;

on_both_engines!(
    dj_01_the_issuer_is_exact,
    dj_02_endpoints_live_where_the_issuer_lives,
    dj_03_nothing_weak_is_offered,
    dj_04_the_document_is_complete,
    dj_05_a_forged_host_is_misdirected,
    dj_06_forwarding_headers_change_nothing,
    dj_07_other_headers_change_nothing,
    dj_08_it_is_only_read,
    dj_12_odd_paths_lead_nowhere,
    the_same_document_is_at_all_three_places,
    a_known_document_is_not_sent_again,
    it_may_be_kept_for_five_minutes_and_read_from_anywhere,
);

const PATH: &str = "/identity/.well-known/openid-configuration";
const PATHS: [&str; 3] =
    [PATH, "/identity/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/identity"];

async fn document(server: &TestServer) -> Value {
    server.http().get(PATH).await.json()
}

fn words(document: &Value, name: &str) -> Vec<String> {
    let words = document[name].as_array().unwrap_or_else(|| panic!("{name} is not a list"));
    words.iter().map(|word| word.as_str().expect("text").to_owned()).collect()
}

async fn dj_01_the_issuer_is_exact(server: TestServer) {
    assert_eq!(document(&server).await["issuer"], server.issuer());
}

async fn dj_02_endpoints_live_where_the_issuer_lives(server: TestServer) {
    let (document, below) = (document(&server).await, format!("{}/", server.issuer()));
    let endpoints = document.as_object().expect("an object").iter();
    let endpoints: Vec<_> = endpoints.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri").collect();
    assert!(endpoints.len() >= 2);
    for (name, address) in endpoints {
        let address = address.as_str().expect("an address");
        assert!(address.starts_with(&below), "{name}: {address}");
        assert!(!address.contains(['?', '#', '@']), "{name}: {address}");
    }
}

async fn dj_03_nothing_weak_is_offered(server: TestServer) {
    let document = document(&server).await;
    assert_eq!(words(&document, "code_challenge_methods_supported"), ["S256"]);
    for grant in words(&document, "grant_types_supported") {
        assert!(!["password", "implicit"].contains(&grant.as_str()), "{grant}");
    }
    for response_type in words(&document, "response_types_supported") {
        assert!(response_type.split(' ').any(|part| part == "code"), "{response_type}");
    }
    for list in ["id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported"] {
        let words = words(&document, list);
        assert!(words.iter().all(|word| !word.starts_with("HS")), "{list}");
    }
    assert!(!words(&document, "id_token_signing_alg_values_supported").contains(&"none".to_owned()));
}

async fn dj_04_the_document_is_complete(server: TestServer) {
    let document = document(&server).await;
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert!(document[name].is_string(), "{name}");
    }
    assert!(words(&document, "id_token_signing_alg_values_supported").contains(&"RS256".to_owned()));
    assert!(words(&document, "grant_types_supported").contains(&"client_credentials".to_owned()));
    assert!(words(&document, "scopes_supported").contains(&"ocsapi".to_owned()));
    assert_eq!(words(&document, "subject_types_supported"), ["public"]);
    let methods = words(&document, "token_endpoint_auth_methods_supported");
    for method in ["client_secret_basic", "client_secret_post"] {
        assert!(methods.contains(&method.to_owned()), "{method}");
    }
    assert_eq!(document["request_uri_parameter_supported"], false, "absent would mean true");
}

async fn dj_05_a_forged_host_is_misdirected(server: TestServer) {
    for host in ["evil.example", "localhost", "localhost:1", "localhost.evil.example:80", "evil.example:8484"] {
        for path in PATHS {
            let answer = server.http().under(host).get(path).await;
            assert_eq!(answer.status, 421, "{host}");
            assert!(!answer.text().contains("evil"), "{}", answer.text());
        }
    }
    for host in ["", "a b", "user@localhost"] {
        assert_eq!(server.http().under(host).get(PATH).await.status, 400, "{host:?}");
    }
}

async fn dj_06_forwarding_headers_change_nothing(server: TestServer) {
    let expected = server.http().get(PATH).await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "444"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-server", "evil.example"),
        ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
        ("x-host", "evil.example"),
        ("x-http-method-override", "DELETE"),
    ] {
        assert_same(&send(server.http().request(Method::GET, PATH).header(name, value)).await, &expected, name);
    }
}

async fn dj_07_other_headers_change_nothing(server: TestServer) {
    let expected = server.http().get(PATH).await;
    for (name, value) in [
        ("accept", "text/html"),
        ("accept-language", "de"),
        ("accept-encoding", "gzip, br"),
        ("cookie", "sid=1; __Host-sid=2"),
        ("origin", "https://evil.example"),
        ("authorization", "Bearer nonsense"),
        ("user-agent", "<script>"),
        ("range", "bytes=0-1"),
    ] {
        assert_same(&send(server.http().request(Method::GET, PATH).header(name, value)).await, &expected, name);
    }
    assert_same(&server.http().get(&format!("{PATH}?issuer=evil&x=1")).await, &expected, "a query");
}

fn assert_same(answer: &Answer, expected: &Answer, what: &str) {
    assert_eq!((answer.status, &answer.body), (expected.status, &expected.body), "{what}");
    assert_eq!(answer.header("cache-control"), expected.header("cache-control"), "{what}");
    assert_eq!(answer.header("set-cookie"), "", "{what}");
}

async fn dj_08_it_is_only_read(server: TestServer) {
    for path in PATHS {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = send(server.http().request(method.clone(), path)).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"), "{method} {path}");
        }
        let answer = send(server.http().request(Method::HEAD, path)).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
    }
}

async fn dj_12_odd_paths_lead_nowhere(server: TestServer) {
    for path in [
        "/.well-known",
        "/.well-known/",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/other",
        "/identity/.well-known/openid-configuration/",
        "/identity/.well-known/openid-configuration/jwks/x",
        "/identity/.well-known/openid-configuration%2fjwks",
        "/identity/.well-known/..%2f..%2f..%2fetc%2fpasswd",
        "/identity/.well-known/%252e%252e/keys/master.key",
        "/identity/.well-known/portcullis.db",
        "/IDENTITY/.well-known/openid-configuration",
        "//identity/.well-known/openid-configuration",
        "/identity//.well-known/openid-configuration",
        "/portcullis.toml",
        "/keys/master.key",
        "/.git/config",
        "/.env",
    ] {
        let answer = server.http().get(path).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
}

async fn the_same_document_is_at_all_three_places(server: TestServer) {
    let expected = server.http().get(PATH).await;
    for path in PATHS {
        assert_same(&server.http().get(path).await, &expected, path);
    }
}

async fn a_known_document_is_not_sent_again(server: TestServer) {
    let first = server.http().get(PATH).await;
    let etag = first.header("etag");
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10, "{etag}");
    for known in [etag.to_owned(), format!("W/{etag}"), format!("\"other\", {etag}")] {
        let answer = send(server.http().request(Method::GET, PATH).header("if-none-match", &known)).await;
        assert_eq!((answer.status, answer.body.len(), answer.header("etag")), (304, 0, etag), "{known}");
    }
    let answer = send(server.http().request(Method::GET, PATH).header("if-none-match", "\"other\"")).await;
    assert_same(&answer, &first, "another document is known");
}

async fn it_may_be_kept_for_five_minutes_and_read_from_anywhere(server: TestServer) {
    for path in PATHS {
        let answer = server.http().get(path).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}
