//! Every route with every role, without a token, and at another tenant's door (AD-01, AD-02, AD-03).

use super::world::{Api, assert_refused, daemon_with, foreign_administrator, other_tenant, user_token, user_with};
use crate::support::http::send;
use crate::support::{Answer, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{BuiltInRole, ClientType};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    the_table_has_every_operation_of_the_document_with_its_right,
    ad_01_ad_03_every_route_asks_for_its_role,
    ad_02_a_user_has_the_rights_of_the_roles_held_now,
    a_client_turns_over_its_own_secrets_and_no_others,
);

/// The least role that a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    Member,
    Administrator,
}
use Least::{Administrator, Member};

/// A route: method, path below the tenant, a body that would do, and the role. `{…}` are ids of things that are there.
const ROUTES: &[(&str, &str, &str, Least)] = &[
    ("GET", "", "", Member),
    ("HEAD", "", "", Member),
    ("GET", "/IdentityProviders", "", Member),
    ("HEAD", "/IdentityProviders", "", Member),
    ("GET", "/IdentityProviders/5f0c1c52-6d0b-4f0e-9f3e-2a9d6f1b7c84", "", Member),
    ("HEAD", "/IdentityProviders/5f0c1c52-6d0b-4f0e-9f3e-2a9d6f1b7c84", "", Member),
    ("GET", "/ClientCredentialClients", "", Member),
    ("HEAD", "/ClientCredentialClients", "", Member),
    ("GET", "/ClientCredentialClients?id={daemon}", "", Member),
    ("POST", "/ClientCredentialClients", r#"{"Name":"x"}"#, Administrator),
    ("GET", "/ClientCredentialClients/{daemon}", "", Member),
    ("HEAD", "/ClientCredentialClients/{daemon}", "", Member),
    ("PUT", "/ClientCredentialClients/{daemon}", "{}", Administrator),
    ("GET", "/ClientCredentialClients/{daemon}/Roles", "", Member),
    ("HEAD", "/ClientCredentialClients/{daemon}/Roles", "", Member),
    ("PUT", "/ClientCredentialClients/{daemon}/Roles", "[]", Administrator),
    ("GET", "/Clients/{daemon}/Roles", "", Member),
    ("HEAD", "/Clients/{daemon}/Roles", "", Member),
    ("PUT", "/Clients/{daemon}/Roles", "[]", Administrator),
    ("GET", "/ClientCredentialClients/{daemon}/Secrets", "", Administrator),
    ("HEAD", "/ClientCredentialClients/{daemon}/Secrets", "", Administrator),
    ("POST", "/ClientCredentialClients/{daemon}/Secrets", r#"{"Expires":false}"#, Administrator),
    ("GET", "/ClientCredentialClients/{daemon}/Secrets/1", "", Administrator),
    ("HEAD", "/ClientCredentialClients/{daemon}/Secrets/1", "", Administrator),
    ("PUT", "/ClientCredentialClients/{daemon}/Secrets/1", r#"{"Expires":false}"#, Administrator),
    ("DELETE", "/ClientCredentialClients/{daemon}/Secrets/1", "", Administrator),
    ("GET", "/AuthorizationCodeClients", "", Administrator),
    ("HEAD", "/AuthorizationCodeClients", "", Administrator),
    ("POST", "/AuthorizationCodeClients", r#"{"Name":"x","RedirectUris":["https://x.example/"]}"#, Administrator),
    ("GET", "/AuthorizationCodeClients/{app}", "", Administrator),
    ("HEAD", "/AuthorizationCodeClients/{app}", "", Administrator),
    ("PUT", "/AuthorizationCodeClients/{app}", "{}", Administrator),
    ("DELETE", "/AuthorizationCodeClients/{app}", "", Administrator),
    ("GET", "/HybridClients", "", Administrator),
    ("HEAD", "/HybridClients", "", Administrator),
    ("POST", "/HybridClients", r#"{"Name":"x","RedirectUris":["https://x.example/"]}"#, Administrator),
    ("GET", "/HybridClients/{hybrid}", "", Administrator),
    ("HEAD", "/HybridClients/{hybrid}", "", Administrator),
    ("PUT", "/HybridClients/{hybrid}", "{}", Administrator),
    ("GET", "/HybridClients/{hybrid}/Secrets", "", Administrator),
    ("HEAD", "/HybridClients/{hybrid}/Secrets", "", Administrator),
    ("POST", "/HybridClients/{hybrid}/Secrets", r#"{"Expires":false}"#, Administrator),
    ("GET", "/HybridClients/{hybrid}/Secrets/1", "", Administrator),
    ("HEAD", "/HybridClients/{hybrid}/Secrets/1", "", Administrator),
    ("PUT", "/HybridClients/{hybrid}/Secrets/1", r#"{"Expires":false}"#, Administrator),
    ("DELETE", "/HybridClients/{hybrid}/Secrets/1", "", Administrator),
    ("DELETE", "/HybridClients/{hybrid}", "", Administrator),
    ("GET", "/Roles", "", Member),
    ("HEAD", "/Roles", "", Member),
    ("POST", "/Roles", r#"{"Name":"x"}"#, Administrator),
    ("GET", "/Roles/{role}", "", Member),
    ("HEAD", "/Roles/{role}", "", Member),
    ("PUT", "/Roles/{role}", "{}", Administrator),
    ("GET", "/Roles/{role}/Users", "", Member),
    ("HEAD", "/Roles/{role}/Users", "", Member),
    ("GET", "/Roles/{role}/ClientCredentialClients", "", Member),
    ("HEAD", "/Roles/{role}/ClientCredentialClients", "", Member),
    ("DELETE", "/Roles/{role}", "", Administrator),
    ("GET", "/Users", "", Member),
    ("HEAD", "/Users", "", Member),
    ("POST", "/Users", r#"{"ContactEmail":"x@example.com"}"#, Administrator),
    ("GET", "/Users/Status", "", Member),
    ("HEAD", "/Users/Status", "", Member),
    ("GET", "/Users/{user}", "", Member),
    ("HEAD", "/Users/{user}", "", Member),
    ("PUT", "/Users/{user}", "{}", Administrator),
    ("GET", "/Users/{user}/Roles", "", Member),
    ("HEAD", "/Users/{user}/Roles", "", Member),
    ("PUT", "/Users/{user}/Roles", "[]", Administrator),
    ("GET", "/Users/{user}/Status", "", Member),
    ("HEAD", "/Users/{user}/Status", "", Member),
    ("POST", "/Users/{user}/Invitation", "", Administrator),
    ("PUT", "/Users/{user}/Invitation", "{}", Administrator),
    ("GET", "/Users/{user}/Invitation", "", Member),
    ("HEAD", "/Users/{user}/Invitation", "", Member),
    ("GET", "/Users/{user}/PersistedGrants", "", Administrator),
    ("HEAD", "/Users/{user}/PersistedGrants", "", Administrator),
    ("DELETE", "/Users/{user}/PersistedGrants", "", Administrator),
    ("GET", "/Users/{user}/Preferences", "", Administrator),
    ("HEAD", "/Users/{user}/Preferences", "", Administrator),
    ("PUT", "/Users/{user}/Preferences", "{}", Administrator),
    ("DELETE", "/Users/{user}/Invitation", "", Administrator),
    ("DELETE", "/Users/{user}", "", Administrator),
    ("DELETE", "/ClientCredentialClients/{daemon}", "", Administrator),
];

/// Things for the routes to be about.
struct Things {
    daemon: String,
    app: String,
    hybrid: String,
    role: String,
    user: String,
}

impl Things {
    async fn make(server: &TestServer, admin: &Api) -> Self {
        let operator = server.operator().await;
        let with_url = || ClientSettings {
            redirect_urls: Some(vec!["https://app.example.com/cb".to_owned()]),
            ..ClientSettings::default()
        };
        let daemon = operator.register(ClientType::ClientCredentials, "Daemon", ClientSettings::default()).await;
        let app = operator.register(ClientType::AuthorizationCode, "App", with_url()).await;
        let hybrid = operator.register(ClientType::Hybrid, "Hybrid", with_url()).await;
        let role = admin.post("/Roles", json!({ "Name": "Pump Operator" })).await.member("Id");
        let user = user_with(server, BuiltInRole::Viewer, "bob@example.com").await;
        Self { daemon: daemon.id, app: app.id, hybrid: hybrid.id, role, user: user.to_string() }
    }

    fn fill(&self, path: &str) -> String {
        let names = [
            ("{daemon}", &self.daemon),
            ("{app}", &self.app),
            ("{hybrid}", &self.hybrid),
            ("{role}", &self.role),
            ("{user}", &self.user),
        ];
        names.into_iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
    }
}

async fn ask(api: &Api, method: &str, path: &str, body: &str) -> Answer {
    let request = api.request(Method::from_bytes(method.as_bytes()).expect("a method"), path);
    let request = if body.is_empty() { request } else { request.header("content-type", "application/json") };
    send(request.body(body.to_owned())).await
}

/// HEAD answers have no body; all other refusals have theirs.
#[track_caller]
fn assert_is(answer: &Answer, status: u16, method: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    if method != "HEAD" {
        assert_refused(answer, status);
    }
}

/// Where ids are does not matter: `/Roles/{role}` and `/Roles/{roleId}` are one.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let is_id = |part: &str| part.starts_with('{') || part.starts_with(|first: char| first.is_ascii_digit());
    path.split('/').map(|part| if is_id(part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

async fn the_table_has_every_operation_of_the_document_with_its_right(server: TestServer) {
    let answer = server.http().get("/api/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let document = answer.json();
    let mut told = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let path = path.strip_prefix("/api/v1/Tenants/{tenantId}").expect("a path of a tenant");
        for (method, operation) in operations.as_object().expect("operations") {
            if method == "parameters" {
                continue;
            }
            let right = operation["description"].as_str().expect("a right");
            let least = if right.contains("Account Administrator") { Administrator } else { Member };
            told.insert((method.to_uppercase(), shape(path), least as u8));
            if method == "get" {
                told.insert(("HEAD".to_owned(), shape(path), least as u8));
            }
        }
    }
    let table: std::collections::BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _, least)| ((*method).to_owned(), shape(path), *least as u8)).collect();
    let missing: Vec<_> = told.difference(&table).collect();
    let invented: Vec<_> = table.difference(&told).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not in the table: {missing:?}; not told: {invented:?}");
}

async fn ad_01_ad_03_every_route_asks_for_its_role(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let things = Things::make(&server, &admin).await;
    let mut lesser = Vec::new();
    for role in [BuiltInRole::Member, BuiltInRole::Viewer, BuiltInRole::Contributor, BuiltInRole::DataSteward] {
        lesser.push((role, Api::of(&server, role).await));
    }
    let tenant = other_tenant(&server).await;
    let foreign = foreign_administrator(&server, &tenant).await.token().await;
    let foreign = admin.as_holder_of(&foreign);
    let elsewhere = admin.at_tenant(tenant.as_str());
    for &(method, path, body, least) in ROUTES {
        let path = things.fill(path);
        let what = format!("{method} {path}");
        let stranger = ask(&admin.as_stranger(), method, &path, body).await;
        assert_is(&stranger, 401, method, &what);
        assert_eq!(stranger.header("www-authenticate"), "Bearer", "{what}");
        assert_is(&ask(&foreign, method, &path, body).await, 403, method, &format!("{what}, from another tenant"));
        assert_is(&ask(&elsewhere, method, &path, body).await, 403, method, &format!("{what}, at another tenant"));
        for (role, api) in &lesser {
            let answer = ask(api, method, &path, body).await;
            if least == Administrator {
                assert_is(&answer, 403, method, &format!("{what} as {role:?}"));
            } else {
                assert!((200..300).contains(&answer.status), "{what} as {role:?}: {}", answer.text());
            }
        }
        let answer = ask(&admin, method, &path, body).await;
        assert!((200..300).contains(&answer.status), "{what}: {}", answer.text());
        note_secrets(&server, &answer);
        if method == "HEAD" {
            assert!(answer.body.is_empty(), "{what}");
        }
    }
}

/// What was made is searched for in the end.
fn note_secrets(server: &TestServer, answer: &Answer) {
    if let Ok(body) = serde_json::from_slice::<Value>(&answer.body) {
        for member in ["Secret", "Link"] {
            if let Some(text) = body[member].as_str() {
                server.confide(text);
            }
        }
    }
}

async fn ad_02_a_user_has_the_rights_of_the_roles_held_now(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let things = Things::make(&server, &admin).await;
    let token = user_token(&server, &things.app, &portcullis::oauth::UserId::new(things.user.as_str())).await;
    let user = admin.as_holder_of(&token);
    assert_eq!(user.get("").await.status, 200, "every user is a member");
    assert_refused(&user.get("/HybridClients").await, 403);
    assert_refused(&user.post("/Roles", json!({ "Name": "x" })).await, 403);

    let role = admin.role_id(BuiltInRole::Administrator).await;
    let path = format!("/Users/{}/Roles", things.user);
    assert_eq!(admin.put(&path, json!([{ "Id": role }])).await.status, 200);
    assert_eq!(user.get("/HybridClients").await.status, 200, "a role that was given counts at once");
    assert_eq!(admin.put(&path, json!([])).await.status, 200);
    assert_refused(&user.get("/HybridClients").await, 403);

    let disabled = json!({ "Enabled": false });
    assert_eq!(admin.put(&format!("/AuthorizationCodeClients/{}", things.app), disabled).await.status, 200);
    assert_refused(&user.get("").await, 401);
}

async fn a_client_turns_over_its_own_secrets_and_no_others(server: TestServer) {
    let daemon = daemon_with(&server, BuiltInRole::Member).await;
    let other = daemon_with(&server, BuiltInRole::Viewer).await;
    let own = Api::with(&server, &daemon.token().await).await;
    let secrets = format!("/ClientCredentialClients/{}/Secrets", daemon.id);
    assert_eq!(own.get(&secrets).await.header("total-count"), "1");
    let added = own.post(&secrets, json!({ "Description": "second", "Expires": false })).await;
    assert_eq!(added.status, 201, "{}", added.text());
    server.confide(&added.member("Secret"));
    let second = daemon.with_secret(&added.member("Secret"));
    assert_eq!(own.as_holder_of(&second.token().await).delete(&format!("{secrets}/1")).await.status, 204);
    assert!(!daemon.gets_a_token().await, "the first secret is gone");
    assert!(second.gets_a_token().await);

    // Not for ever: the end of a secret is for administrators to move.
    assert_refused(&own.put(&format!("{secrets}/2"), json!({ "Expires": false })).await, 403);
    let others = format!("/ClientCredentialClients/{}/Secrets", other.id);
    assert_refused(&own.get(&others).await, 403);
    assert_refused(&own.post(&others, json!({ "Expires": false })).await, 403);
    assert_refused(&own.delete(&format!("{others}/1")).await, 403);
    assert_refused(&own.delete(&format!("/ClientCredentialClients/{}", daemon.id)).await, 403);
    assert_refused(&own.put(&format!("/ClientCredentialClients/{}/Roles", daemon.id), json!([])).await, 403);
}
