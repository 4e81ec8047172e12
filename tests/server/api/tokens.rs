//! Which tokens open the API, and how they may come (AD-02, AD-04, AD-05, AD-06).

use super::world::{Api, assert_refused, daemon_with, user_claims, user_with};
use crate::support::http::send;
use crate::support::{TestServer, keys};
use portcullis::oauth::{BuiltInRole, ClientType};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    ad_02_ad_06_only_an_access_token_for_this_api_opens_it,
    ad_04_ad_05_a_token_comes_in_the_header_alone,
    a_token_is_worth_as_much_as_its_client,
    ad_12_a_client_made_anew_under_an_id_does_not_take_over_the_tokens_of_the_one_before,
);

async fn ad_02_ad_06_only_an_access_token_for_this_api_opens_it(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Member).await;
    let url = Some(vec!["https://app.example.com/cb".to_owned()]);
    let settings = portcullis::flows::admin::ClientSettings { redirect_urls: url, ..Default::default() };
    let app = server.operator().await.register(ClientType::AuthorizationCode, "App", settings).await;
    let user = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let good = user_claims(&server, &app.id, &user).await;
    let file = server.place().master_key_file();
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let hour = 3_600;
    let now = crate::support::NOW.0;
    let rows = [
        ("at+jwt", good.clone(), 200),
        ("application/at+jwt", good.clone(), 200),
        ("JWT", good.clone(), 401),
        ("logout+jwt", good.clone(), 401),
        ("at+jwt", with("aud", json!("https://api.example.com")), 401),
        ("at+jwt", with("aud", json!(app.id)), 401),
        ("at+jwt", with("aud", json!([good["aud"]])), 200),
        ("at+jwt", with("iss", json!("https://evil.example.com")), 401),
        ("at+jwt", with("exp", json!(now - 60)), 401),
        ("at+jwt", with("exp", json!(now.to_string())), 401),
        ("at+jwt", with("nbf", json!(now + hour)), 401),
        ("at+jwt", with("scope", json!("openid email")), 403),
        ("at+jwt", with("scope", json!(["ocsapi"])), 401),
        ("at+jwt", with("tid", Value::Null), 401),
        ("at+jwt", with("tid", json!("another")), 401),
        ("at+jwt", with("sub", json!("nobody")), 401),
        ("at+jwt", with("client_id", json!("nothing")), 401),
        ("at+jwt", with("sub", json!(app.id)), 401),
        ("at+jwt", with("grant_id", Value::Null), 401),
        ("at+jwt", with("grant_id", json!("nothing")), 401),
        ("at+jwt", with("jti", Value::Null), 401),
    ];
    for (typ, claims, status) in rows {
        let answer = api.as_holder_of(&keys::sign(&file, typ, &claims)).get("").await;
        assert_eq!(answer.status, status, "{typ} {claims}: {}", answer.text());
        if status != 200 {
            assert_refused(&answer, status);
            let challenge = answer.header("www-authenticate");
            let error = if status == 401 { "invalid_token" } else { "insufficient_scope" };
            assert!(challenge.starts_with(&format!("Bearer error=\"{error}\"")), "{challenge}");
        }
    }
    for garbage in ["x", "a.b.c", "pc_rt_0000000000000000000000000000000000000000000000000", "null", "\u{e9}"] {
        assert_refused(&api.as_holder_of(garbage).get("").await, 401);
    }
}

async fn ad_04_ad_05_a_token_comes_in_the_header_alone(server: TestServer) {
    let token = daemon_with(&server, BuiltInRole::Administrator).await.token().await;
    let api = Api::with(&server, &token).await;
    let stranger = api.as_stranger();
    let get = |path: &str| stranger.request(Method::GET, path);
    assert_refused(&send(get(&format!("?access_token={token}"))).await, 401);
    assert_refused(&send(get("").header("cookie", format!("portcullis={token}; session={token}"))).await, 401);
    assert_refused(&send(get("").header("authorization", format!("Basic {token}"))).await, 401);
    assert_refused(&send(get("").header("x-access-token", &token)).await, 401);
    assert_refused(&api.get("?access_token=x").await, 401);
    let form = stranger.request(Method::POST, "/Roles").form(&[("access_token", &token)]);
    assert_refused(&send(form).await, 401);
    for scheme in ["bearer", "BEARER", "Bearer"] {
        assert_eq!(send(get("").header("authorization", format!("{scheme} {token}"))).await.status, 200, "{scheme}");
    }
}

async fn a_token_is_worth_as_much_as_its_client(server: TestServer) {
    let daemon = daemon_with(&server, BuiltInRole::Administrator).await;
    let (api, operator) = (Api::with(&server, &daemon.token().await).await, server.operator().await);
    assert_eq!(api.get("/HybridClients").await.status, 200);
    // The token says administrator; the client is none any more.
    let settings = portcullis::flows::admin::ClientSettings { role_ids: Some(Vec::new()), ..Default::default() };
    operator.change(&daemon, settings).await;
    assert_refused(&api.get("/HybridClients").await, 403);
    assert_eq!(api.get("").await.status, 200);
    operator.enable(&daemon, false).await;
    assert_refused(&api.get("").await, 401);
    operator.enable(&daemon, true).await;
    assert_eq!(api.get("").await.status, 200);
    operator.remove(&daemon).await;
    assert_refused(&api.get("").await, 401);
}

async fn ad_12_a_client_made_anew_under_an_id_does_not_take_over_the_tokens_of_the_one_before(server: TestServer) {
    let administrator = Api::of(&server, BuiltInRole::Administrator).await;
    let new = json!({ "Id": "nightly-import", "Name": "Nightly import" });
    // All of it within one second: the clock stands still.
    let token = async || {
        let made = administrator.post("/ClientCredentialClients", new.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let secret = made.json()["Secret"].as_str().expect("a secret").to_owned();
        server.confide(&secret);
        crate::support::Daemon::new(&server.http(), "nightly-import", &secret).token().await
    };
    let old = token().await;
    assert_eq!(Api::with(&server, &old).await.get("").await.status, 200);
    assert_eq!(administrator.delete("/ClientCredentialClients/nightly-import").await.status, 204);
    assert_refused(&Api::with(&server, &old).await.get("").await, 401);
    let new = token().await;
    assert_refused(&Api::with(&server, &old).await.get("").await, 401);
    assert_eq!(Api::with(&server, &new).await.get("").await.status, 200);
}
