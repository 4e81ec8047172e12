//! Calls from browser apps of other origins (CO-01 to CO-13).

use super::world::{Api, user_token, user_with};
use crate::support::TestServer;
use crate::support::http::send;
use portcullis::oauth::BuiltInRole;
use reqwest::Method;
use serde_json::json;

on_both_engines!(
    co_01_a_registered_origin_may_read_answers_and_refusals,
    co_02_look_alikes_may_read_nothing,
    co_13_an_origin_of_one_client_is_none_of_another,
    an_origin_that_is_taken_away_is_unknown_at_once,
);

const ORIGIN: &str = "https://app.example.com";

async fn app(api: &Api, name: &str, url: &str, origins: &[&str]) -> String {
    let body = json!({ "Name": name, "RedirectUris": [url], "AllowedCorsOrigins": origins });
    let made = api.post("/AuthorizationCodeClients", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.member("Id")
}

async fn preflight(api: &Api, origin: &str) -> crate::support::Answer {
    let request = api.as_stranger().request(Method::OPTIONS, "/Roles").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    send(request.header("access-control-request-headers", "authorization, content-type")).await
}

async fn get_from(api: &Api, origin: &str) -> crate::support::Answer {
    send(api.request(Method::GET, "/Roles").header("origin", origin)).await
}

async fn co_01_a_registered_origin_may_read_answers_and_refusals(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let id =
        app(&admin, "App", "https://app.example.com/cb", &["https://admin.example.com", "http://localhost:5173"]).await;
    let user = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let api = admin.as_holder_of(&user_token(&server, &id, &user).await);
    for origin in [ORIGIN, "https://admin.example.com", "http://localhost:5173"] {
        let asked = preflight(&api, origin).await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, origin));
        assert!(asked.header("access-control-allow-headers").contains("authorization, content-type"));
        assert!(asked.header("access-control-allow-methods").contains("DELETE"));
        let answers = [get_from(&api, origin).await, get_from(&api.as_stranger(), origin).await];
        for (answer, status) in answers.iter().zip([200, 401]) {
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-credentials"), "", "CO-03");
            assert_eq!(answer.header("vary"), "origin", "CO-06");
            let exposed = answer.header("access-control-expose-headers");
            assert!(
                ["Total-Count", "Operation-Id", "Link", "ETag"].iter().all(|name| exposed.contains(name)),
                "{exposed}"
            );
        }
    }
    let plain = api.get("/Roles").await;
    assert_eq!((plain.header("vary"), plain.header("access-control-allow-origin")), ("origin", ""));
}

async fn co_02_look_alikes_may_read_nothing(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let id = app(&admin, "App", "https://app.example.com/cb", &["https://admin.example.com:8443"]).await;
    let user = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let api = admin.as_holder_of(&user_token(&server, &id, &user).await);
    let look_alikes = [
        "null",
        "*",
        "https://app.example.com.evil.test",
        "https://evilapp.example.com",
        "https://example.com",
        "https://sub.app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://admin.example.com",
        "https://app.example.com/",
        "https://app.example.com/cb",
        "HTTPS://APP.EXAMPLE.COM",
        "https://app.example.com evil",
        "https://app.example.com,https://evil.test",
        "https://app_example.com",
        "app.example.com",
    ];
    for origin in look_alikes {
        for answer in [preflight(&api, origin).await, get_from(&api, origin).await] {
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
            assert!(answer.status == 204 || answer.status == 200, "CO-11: {origin}: {}", answer.status);
        }
    }
}

async fn co_13_an_origin_of_one_client_is_none_of_another(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let (one, _) = (
        app(&admin, "One", "https://one.example.com/cb", &[]).await,
        app(&admin, "Two", "https://app.example.com/cb", &[]).await,
    );
    let user = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let api = admin.as_holder_of(&user_token(&server, &one, &user).await);
    assert_eq!(preflight(&api, ORIGIN).await.header("access-control-allow-origin"), ORIGIN, "it names no client");
    assert_eq!(get_from(&api, ORIGIN).await.header("access-control-allow-origin"), "");
    assert_eq!(get_from(&admin, ORIGIN).await.header("access-control-allow-origin"), "", "CO-10: a daemon");
}

async fn an_origin_that_is_taken_away_is_unknown_at_once(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    assert_eq!(preflight(&admin, ORIGIN).await.header("access-control-allow-origin"), "");
    let id = app(&admin, "App", "https://other.example.com/cb", &[ORIGIN]).await;
    let path = format!("/AuthorizationCodeClients/{id}");
    for (change, known) in [
        (json!({}), true),
        (json!({ "Enabled": false }), false),
        (json!({ "Enabled": true }), true),
        (json!({ "AllowedCorsOrigins": [] }), false),
    ] {
        assert_eq!(admin.put(&path, change.clone()).await.status, 200);
        let allowed = preflight(&admin, ORIGIN).await.header("access-control-allow-origin") == ORIGIN;
        assert_eq!(allowed, known, "{change}");
    }
}
