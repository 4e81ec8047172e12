//! The published keys (RFC 7517).

use crate::support::TestServer;
use crate::support::http::send;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::Value;
use std::collections::HashSet;

on_both_engines!(
    dj_09_only_public_halves_are_published,
    dj_10_keys_are_strong_and_each_has_its_own_name,
    dj_11_it_is_open_to_all_and_sets_nothing,
    dj_08_it_is_only_read,
    a_known_set_is_not_sent_again,
    keys_stay_the_same_over_a_restart,
);

const PATH: &str = "/identity/.well-known/openid-configuration/jwks";

async fn keys(server: &TestServer) -> Vec<Value> {
    server.http().get(PATH).await.json()["keys"].as_array().expect("keys").clone()
}

async fn dj_09_only_public_halves_are_published(server: TestServer) {
    let public = |kind: &str| match kind {
        "RSA" => &["n", "e"][..],
        "EC" => &["crv", "x", "y"],
        "OKP" => &["crv", "x"],
        other => panic!("a key of type {other}"),
    };
    for key in keys(&server).await {
        let kind = key["kty"].as_str().expect("a type");
        let mut expected: Vec<&str> = [&["alg", "kid", "kty", "use"][..], public(kind)].concat();
        let mut found: Vec<&str> = key.as_object().expect("a key").keys().map(String::as_str).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

async fn dj_10_keys_are_strong_and_each_has_its_own_name(server: TestServer) {
    let keys = keys(&server).await;
    let names: HashSet<_> = keys.iter().map(|key| key["kid"].as_str().expect("a name")).collect();
    assert_eq!(names.len(), keys.len());
    let algorithms: HashSet<_> = keys.iter().map(|key| key["alg"].as_str().expect("an algorithm")).collect();
    assert_eq!(algorithms, HashSet::from(["RS256", "ES256", "EdDSA"]));
    for key in &keys {
        assert_eq!(key["use"], "sig");
        match key["kty"].as_str().expect("a type") {
            "RSA" => {
                let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().expect("a modulus")).expect("base64url");
                assert!(modulus.len() >= 256 && modulus[0] >= 0x80, "at least 2048 bits");
                assert_eq!(key["e"], "AQAB");
            }
            "EC" => assert_eq!((&key["crv"], &key["alg"]), (&"P-256".into(), &"ES256".into())),
            _ => assert_eq!((&key["crv"], &key["alg"]), (&"Ed25519".into(), &"EdDSA".into())),
        }
    }
}

async fn dj_11_it_is_open_to_all_and_sets_nothing(server: TestServer) {
    let request = server.http().request(Method::GET, PATH);
    let answer = send(request.header("origin", "https://shop.example.com").header("cookie", "sid=1")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(server.http().under("evil.example").get(PATH).await.status, 421);
}

async fn dj_08_it_is_only_read(server: TestServer) {
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = send(server.http().request(method.clone(), PATH)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"), "{method}");
    }
}

async fn a_known_set_is_not_sent_again(server: TestServer) {
    let first = server.http().get(PATH).await;
    let again = server.http().request(Method::GET, PATH).header("if-none-match", first.header("etag"));
    assert_eq!(send(again).await.status, 304);
}

async fn keys_stay_the_same_over_a_restart(server: TestServer) {
    let (before, token) = (keys(&server).await, server.daemon("nightly-import").await.token().await);
    server.restart().await;
    assert_eq!(keys(&server).await, before);
    server.resource_server().verify(&token).await.expect("a token from before");
}
