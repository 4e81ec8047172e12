//! The shape of requests and answers (AD-07, AD-08): paths, methods, bodies, and how a refusal is told.

use super::world::{Api, assert_refused};
use crate::support::TestServer;
use crate::support::http::send;
use portcullis::oauth::BuiltInRole;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    paths_know_no_case,
    unknown_paths_and_methods_are_told_in_words,
    ad_07_ad_08_bodies_that_do_not_fit_are_refused,
    a_refusal_speaks_the_language_that_was_asked_for,
    the_tenant_is_shown_and_probed,
);

async fn paths_know_no_case(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Member).await;
    let tenant = api.path("").rsplit('/').next().expect("a tenant").to_owned();
    let paths = [
        format!("/api/v1/tenants/{tenant}/roles"),
        format!("/API/V1/TENANTS/{tenant}/ROLES"),
        format!("/Api/v1/Tenants/{}/Roles?Count=7", tenant.to_uppercase()),
        format!("/api/v1/Tenants/{tenant}/Roles/"),
        format!("/aPi/v1/tEnants/{tenant}/clientCREDENTIALclients"),
        format!("/api/v1/Tenants/{tenant}/users/STATUS"),
    ];
    for path in paths {
        let answer = send(api.request_at(Method::GET, &path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(!answer.header("operation-id").is_empty(), "{path}");
    }
}

async fn unknown_paths_and_methods_are_told_in_words(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for path in ["/Nothing", "/Roles/x/y/z", "/HybridClients/x/Roles", "/Communities"] {
        assert_refused(&api.get(path).await, 404);
    }
    for path in ["/api", "/api/", "/API/v2", "/api/v1", "/api/v1/Tenants", "/api/v1-preview/Tenants"] {
        assert_refused(&send(api.request_at(Method::GET, path)).await, 404);
    }
    let rows = [
        (Method::DELETE, "", "GET,HEAD"),
        (Method::PATCH, "/Roles", "GET,HEAD,POST"),
        (Method::POST, "/IdentityProviders", "GET,HEAD"),
        (Method::POST, "/Users/Status", "GET,HEAD"),
    ];
    for (method, path, allowed) in rows {
        let answer = send(api.request(method.clone(), path)).await;
        assert_refused(&answer, 405);
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

async fn ad_07_ad_08_bodies_that_do_not_fit_are_refused(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let post = |kind: Option<&str>, body: String| {
        let request = api.request(Method::POST, "/Roles");
        let request = if let Some(kind) = kind { request.header("content-type", kind) } else { request };
        send(request.body(body))
    };
    let json = Some("application/json");
    let good = r#"{"Name":"x"}"#;
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("text/html")] {
        assert_refused(&post(kind, good.to_owned()).await, 415);
    }
    let deep = format!("{{\"Name\":{}{}}}", "[".repeat(1_000), "]".repeat(1_000));
    let bad = [
        "",
        "{",
        "[]",
        "null",
        r#"[null,"x"]"#,
        "NaN",
        r#"{"Name":"x"}x"#,
        r#"{"Name":"x","Name":"y"}"#,
        r#"{"Name":"x","RoleScope":1e400}"#,
        r#"{"Name":"x","RoleScope":NaN}"#,
        r#"{"Name":"x","__proto__":{}}"#,
        r#"{"Name":"x","Admin":true}"#,
        r#"{"name":"x"}"#,
        r#"{"Name":{"$ne":null}}"#,
        "{\"Name\":\"\\u0000\"}",
        "{\"Name\":\"a\\ud800b\"}",
        &deep,
    ];
    for body in bad {
        let answer = post(json, body.to_owned()).await;
        assert_eq!(answer.status, 400, "{body:.80}: {}", answer.text());
        assert_refused(&answer, 400);
    }
    let refused = post(json, r#"{"Name":"x","Admin":true}"#.to_owned()).await;
    assert!(refused.member("Reason").contains("`Admin`"), "{}", refused.text());
    assert_eq!(post(json, " ".repeat(300 * 1_024)).await.status, 413);
    assert_eq!(post(Some("application/json; charset=utf-8"), good.to_owned()).await.status, 201);
}

async fn a_refusal_speaks_the_language_that_was_asked_for(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Member).await;
    let get = |accept: &str| send(api.request(Method::GET, "/Roles/nothing").header("accept", accept));
    for accept in ["*/*", "application/json", "text/html"] {
        assert_refused(&get(accept).await, 404);
    }
    let answer = get("application/json;q=0.5, application/problem+json").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!((&body["status"], &body["title"]), (&json!(404), &body["Error"]));
    for member in ["type", "detail", "OperationId", "Reason", "Resolution"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {body}");
    }
    assert_eq!(answer.header("x-request-id"), answer.header("operation-id"));
}

async fn the_tenant_is_shown_and_probed(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Member).await;
    let shown = api.get("").await.json();
    let tenant = api.path("").rsplit('/').next().expect("a tenant").to_owned();
    let expected = json!({
        "Id": tenant, "CompanyName": "Contoso", "Alias": "contoso", "State": 1, "Created": "2027-01-15T08:00:00Z",
        "LastUpdated": "2027-01-15T08:00:00Z", "Features": [], "Entitlements": [], "TenantType": 0,
    });
    assert_eq!(shown, expected);
    let probed = api.head("").await;
    assert_eq!((probed.status, probed.body.len()), (204, 0));
    let providers = api.get("/IdentityProviders").await;
    assert_eq!((providers.header("total-count"), &providers.json()[0]["Scheme"]), ("1", &json!("local")));
    assert_refused(&api.get("/IdentityProviders/nothing").await, 404);
}
