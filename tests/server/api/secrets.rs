//! Secrets: when they end, how many there are, and that their value is shown once.

use super::world::{Api, assert_refused};
use crate::support::{Daemon, TestServer};
use portcullis::oauth::BuiltInRole;
use serde_json::{Value, json};

on_both_engines!(
    flag_and_date_must_agree_when_a_secret_is_added_or_changed,
    the_eleventh_secret_is_refused,
    ad_10_a_value_is_in_one_answer_alone,
    a_hybrid_client_has_secrets_and_an_app_has_none,
);

const DATE: &str = "2028-06-01T00:00:00Z";

async fn flag_and_date_must_agree_when_a_secret_is_added_or_changed(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (id, _) = api.add_daemon(&server, "pump").await;
    let secrets = format!("/ClientCredentialClients/{id}/Secrets");
    let rows = [
        (json!(true), json!(DATE), Some(json!(DATE))),
        (Value::Null, json!(DATE), Some(json!(DATE))),
        (json!(true), Value::Null, None),
        (Value::Null, Value::Null, None),
        (json!(false), json!(DATE), None),
        (json!(false), Value::Null, Some(Value::Null)),
    ];
    for (expires, expiration, expected) in rows {
        let body = json!({ "Expires": expires, "Expiration": expiration, "Description": "x" });
        let (added, changed) =
            (api.post(&secrets, body.clone()).await, api.put(&format!("{secrets}/1"), body.clone()).await);
        let Some(expected) = expected else {
            assert_refused(&added, 400);
            assert_refused(&changed, 400);
            continue;
        };
        assert_eq!((added.status, changed.status), (201, 200), "{body}");
        server.confide(&added.member("Secret"));
        let shown = api.get(&format!("{secrets}/{}", added.json()["Id"])).await.json();
        for answer in [added.json(), changed.json(), shown] {
            assert_eq!(answer["Expiration"], expected, "{body}: {answer}");
            assert_eq!(answer["Expires"], json!(!expected.is_null()), "{body}: {answer}");
        }
    }
    for past in ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00"] {
        assert_refused(&api.post(&secrets, json!({ "Expiration": past })).await, 400);
    }
    assert_refused(&api.post(&secrets, json!({ "Expires": false, "Value": "chosen" })).await, 400);
}

async fn the_eleventh_secret_is_refused(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (id, first) = api.add_daemon(&server, "pump").await;
    let secrets = format!("/ClientCredentialClients/{id}/Secrets");
    for number in 2..=10 {
        let added = api.post(&secrets, json!({ "Expires": false })).await;
        assert_eq!((added.status, added.json()["Id"].as_i64()), (201, Some(number)));
        server.confide(&added.member("Secret"));
    }
    let refused = api.post(&secrets, json!({ "Expires": false })).await;
    assert_refused(&refused, 400);
    assert_eq!(refused.member("Reason"), "This client already has 10 secrets.");
    assert_eq!(refused.member("Resolution"), "Remove one you no longer use.");
    let page = api.get(&format!("{secrets}?skip=8&count=5")).await;
    assert_eq!((page.header("total-count"), page.json().as_array().map(Vec::len)), ("10", Some(2)));
    assert_eq!(api.delete(&format!("{secrets}/1")).await.status, 204);
    assert!(!Daemon::new(&server.http(), &id, &first).gets_a_token().await);
    let added = api.post(&secrets, json!({ "Expires": false })).await;
    assert_eq!(added.json()["Id"], 11, "numbers are not used again");
    server.confide(&added.member("Secret"));
    for nothing in ["1", "99", "x", "-1", "99999999999"] {
        assert_refused(&api.get(&format!("{secrets}/{nothing}")).await, 404);
        assert_refused(&api.delete(&format!("{secrets}/{nothing}")).await, 404);
    }
}

async fn ad_10_a_value_is_in_one_answer_alone(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (id, secret) = api.add_daemon(&server, "pump").await;
    let one = format!("/ClientCredentialClients/{id}");
    for path in ["/ClientCredentialClients", &one, &format!("{one}/Secrets"), &format!("{one}/Secrets/1"), "/Users"] {
        let text = api.get(path).await.text();
        let lower = text.to_ascii_lowercase();
        assert!(!text.contains(&secret) && !text.contains(&secret[secret.len() - 4..]), "{path}: {text}");
        assert!(!lower.contains("hash") && !lower.contains("$argon2") && !lower.contains("password"), "{path}: {text}");
    }
}

async fn a_hybrid_client_has_secrets_and_an_app_has_none(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let body = json!({ "Name": "Web", "RedirectUris": ["https://app.example.com/cb"] });
    let web = api.post("/HybridClients", body.clone()).await.json();
    server.confide(web["Secret"].as_str().expect("a secret"));
    let secrets = format!("/HybridClients/{}/Secrets", web["Client"]["Id"].as_str().expect("an id"));
    let added = api.post(&secrets, json!({ "Expiration": DATE })).await;
    assert_eq!(added.status, 201, "{}", added.text());
    server.confide(&added.member("Secret"));
    assert_eq!(api.get(&secrets).await.header("total-count"), "2");
    let app = api.post("/AuthorizationCodeClients", body).await.member("Id");
    assert_refused(&api.get(&format!("/AuthorizationCodeClients/{app}/Secrets")).await, 404);
    assert_refused(&api.get(&format!("/ClientCredentialClients/{app}/Secrets")).await, 404);
}
