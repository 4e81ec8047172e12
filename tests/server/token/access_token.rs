//! What is in an access token (RFC 9068).

use crate::support::resource_server::{ResourceServer, decode};
use crate::support::server::signed_with;
use crate::support::{NOW, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{BuiltInRole, ClientType, SigningAlgorithm};
use serde_json::{Value, json};
use std::collections::HashSet;

on_both_engines!(
    ky_05_and_06_claims_are_those_of_rfc_9068_and_ours,
    roles_are_ids_and_role_types_are_fixed,
    ky_04_the_header_names_a_key_and_brings_none,
    each_algorithm_signs_what_others_can_verify,
    ky_07_a_token_lives_as_long_as_its_client_says,
    ky_08_ten_tokens_are_ten_different_ones,
    a_token_for_one_api_is_refused_by_another,
    a_token_that_was_altered_is_refused,
);

async fn ky_05_and_06_claims_are_those_of_rfc_9068_and_ours(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let mut claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    let jti = claims["jti"].take();
    assert!(claims["incarnation"].take().as_i64().is_some_and(|number| number > 0));
    assert!(jti.as_str().is_some_and(|jti| jti.len() >= 22), "128 random bits: {jti}");
    let member = operator.roles().await.into_iter().find(|role| role.built_in == Some(BuiltInRole::Member));
    let expected = json!({
        "iss": server.issuer(),
        "sub": daemon.id,
        "aud": format!("{}/api", server.public_url()),
        "exp": NOW.0 + 3600,
        "iat": NOW.0,
        "nbf": NOW.0,
        "jti": null,
        "client_id": daemon.id,
        "scope": "ocsapi",
        "tid": operator.tenant_id(),
        "roles": [member.expect("Account Member").id.as_str()],
        "role_type": ["7ad2b9ef-5386-4ead-ac9f-ad99c5c5b977"],
        "incarnation": null,
    });
    assert_eq!(claims, expected);
}

async fn roles_are_ids_and_role_types_are_fixed(server: TestServer) {
    let operator = server.operator().await;
    let roles = operator.roles().await;
    let ids = roles.iter().map(|role| role.id.clone()).collect();
    let settings = ClientSettings { role_ids: Some(ids), ..ClientSettings::default() };
    let daemon = operator.register(ClientType::ClientCredentials, "all-roles", settings).await;
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    let words = |value: &Value| -> HashSet<String> {
        value.as_array().expect("a list").iter().map(|word| word.as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(words(&claims["roles"]), roles.iter().map(|role| role.id.to_string()).collect());
    assert_eq!(words(&claims["role_type"]), BuiltInRole::ALL.iter().map(|role| role.type_id().to_owned()).collect());
    // A role that is taken away is gone from the next token.
    operator.change(&daemon, ClientSettings { role_ids: Some(Vec::new()), ..ClientSettings::default() }).await;
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    assert_eq!(claims["role_type"], json!([BuiltInRole::Member.type_id()]), "always a list");
}

async fn ky_04_the_header_names_a_key_and_brings_none(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let mut header = server.resource_server().verify(&daemon.token().await).await.expect("a good token").header;
    assert!(header["kid"].take().is_string());
    assert_eq!(header, json!({ "alg": "RS256", "typ": "at+jwt", "kid": null }));
}

async fn each_algorithm_signs_what_others_can_verify(server: TestServer) {
    let operator = server.operator().await;
    for algorithm in SigningAlgorithm::ALL {
        let settings = signed_with(algorithm);
        let daemon = operator.register(ClientType::ClientCredentials, algorithm.as_str(), settings).await;
        let token = server.resource_server().verify(&daemon.token().await).await.expect("a good token");
        assert_eq!(token.header["alg"], algorithm.as_str());
    }
}

async fn ky_07_a_token_lives_as_long_as_its_client_says(server: TestServer) {
    let operator = server.operator().await;
    for lifetime in [60, 1_234, 3_600] {
        let settings = ClientSettings { token_lifetime: Some(lifetime), ..ClientSettings::default() };
        let daemon = operator.register(ClientType::ClientCredentials, "timed", settings).await;
        let answer = daemon.token_post(&[]).await;
        assert_eq!(answer.json()["expires_in"], lifetime);
        let (token, api) = (answer.member("access_token"), server.resource_server());
        let claims = api.verify(&token).await.expect("a good token").claims;
        assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + lifetime));
        server.clock().advance(lifetime - 1);
        api.verify(&token).await.expect("its last second");
        server.clock().advance(1);
        assert_eq!(api.verify(&token).await.expect_err("it is over"), "expired");
    }
}

async fn ky_08_ten_tokens_are_ten_different_ones(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let mut seen = HashSet::new();
    for _ in 0..10 {
        let token = daemon.token().await;
        let claims = server.resource_server().verify(&token).await.expect("a good token").claims;
        assert!(seen.insert(claims["jti"].to_string()), "a jti came twice");
    }
}

async fn a_token_for_one_api_is_refused_by_another(server: TestServer) {
    let token = server.daemon("nightly-import").await.token().await;
    let other = ResourceServer::new(&server, "https://other.example/api");
    assert_eq!(other.verify(&token).await.expect_err("not meant for it"), "InvalidAudience");
}

async fn a_token_that_was_altered_is_refused(server: TestServer) {
    let (token, api) = (server.daemon("nightly-import").await.token().await, server.resource_server());
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let other = server.daemon("other").await.token().await;
    let other_claims = other.split('.').nth(1).expect("claims");
    let kid = decode(header)["kid"].clone();
    let encode = |value: Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let forged = [
        format!("{header}.{other_claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{}", &signature[..signature.len() - 4]),
        format!("{}.{claims}.", encode(json!({ "alg": "none", "typ": "at+jwt", "kid": kid }))),
        format!("{}.{claims}.{signature}", encode(json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }))),
        format!("{}.{claims}.{signature}", encode(json!({ "alg": "RS256", "typ": "at+jwt", "kid": "other" }))),
    ];
    for token in forged {
        api.verify(&token).await.expect_err("a forged token");
    }
}
