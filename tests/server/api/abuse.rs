//! What somebody with a token could try (AD-09, AD-12, AD-14, AD-15, AD-16).

use super::world::{Api, assert_refused, daemon_with, other_tenant};
use crate::sign_on::party::{RelyingParty, bob};
use crate::support::TestServer;
use crate::support::http::send;
use portcullis::flows::admin::{Administrator, AuditFilter, AuditRow};
use portcullis::oauth::{BuiltInRole, TenantId};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::TcpListener;

on_both_engines!(
    ad_09_pages_are_bounded_on_every_list,
    st_05_ds_08_what_is_too_long_or_too_deep_is_refused_before_it_is_stored,
    ad_12_what_is_removed_takes_tokens_sessions_and_grants_with_it,
    ad_14_nobody_gives_what_they_do_not_have,
    ad_15_addresses_are_kept_and_never_called,
    ad_16_who_calls_too_often_waits_and_nobody_else_does,
    ad_16_every_change_has_a_row_of_its_own,
);

async fn ad_09_pages_are_bounded_on_every_list(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let document = server.http().get("/api/openapi.json").await.json();
    let mut lists = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let parameters = operations["get"]["parameters"].as_array().into_iter().flatten();
        if !parameters.clone().any(|parameter| parameter["name"] == "skip") || path.matches('{').count() > 1 {
            continue;
        }
        lists += 1;
        let path = path.strip_prefix("/api/v1/Tenants/{tenantId}").expect("a path of a tenant");
        for bad in
            ["count=-1", "count=0", "count=1e9", "skip=-1", "skip=99999999999", "count=x", "skip=%00", "count=0x10"]
        {
            assert_refused(&api.get(&format!("{path}?{bad}")).await, 400);
        }
        let rows = api.get(&format!("{path}?skip=0&count=1000000000")).await;
        assert_eq!(rows.status, 200, "{path}: {}", rows.text());
        let beyond = api.get(&format!("{path}?skip=2147483647")).await;
        assert_eq!((beyond.status, beyond.json()), (200, json!([])), "{path}");
    }
    assert_eq!(lists, 7, "three types of clients, roles, users, their statuses, identity providers");
}

/// Rows of the audit log about a thing, the latest first.
async fn audit_of(server: &TestServer, id: &str) -> Vec<AuditRow> {
    let by = Administrator::operator(TenantId::new(server.operator().await.tenant_id()), None);
    let filter = AuditFilter { target_id: Some(id.to_owned()), ..AuditFilter::default() };
    server.provider().list_audit(&by, &filter, 0, 1_000).await.expect("rows")
}

async fn st_05_ds_08_what_is_too_long_or_too_deep_is_refused_before_it_is_stored(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (daemon, _) = api.add_daemon(&server, "pump").await;
    let long = "x".repeat(60_000);
    let punycode = format!("https://xn--{}.example.com/cb", "a".repeat(20_000));
    let labels = format!("https://{}example.com/cb", "xn--a-b.".repeat(5_000));
    let deep: Value = serde_json::from_str(&format!("{}1{}", "[".repeat(100), "]".repeat(100))).expect("JSON");
    // A date of RFC 2822 with a comment in a comment, and so on.
    let date = format!("Thu, 1 Jun 2028 00:00:00 {}{}", "(".repeat(20_000), ")".repeat(20_000));
    let good = "https://app.example.com/cb";
    let secrets = format!("/ClientCredentialClients/{daemon}/Secrets");
    for (path, body) in [
        ("/ClientCredentialClients", json!({ "Name": long })),
        ("/ClientCredentialClients", json!({ "Name": "x", "Id": long })),
        ("/ClientCredentialClients", json!({ "Name": "x", "Tags": [long] })),
        ("/ClientCredentialClients", json!({ "Name": "x", "Tags": vec!["x"; 20_000] })),
        ("/ClientCredentialClients", json!({ "Name": "x", "RoleIds": [long] })),
        ("/ClientCredentialClients", json!({ "Name": "x", "SecretDescription": long })),
        ("/ClientCredentialClients", json!({ "Name": deep })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [format!("{good}{long}")] })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [punycode] })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [labels] })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [good], "ClientUri": punycode })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [good], "LogoUri": labels })),
        ("/AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": [good], "AllowedCorsOrigins": [punycode] })),
        ("/Users", json!({ "ContactEmail": format!("{long}@example.com") })),
        ("/Users", json!({ "ContactEmail": "bob@example.com", "ContactGivenName": long })),
        ("/Roles", json!({ "Name": long })),
        ("/Roles", json!({ "Name": "x", "Description": long })),
        (&secrets, json!({ "Description": long })),
        (&secrets, json!({ "Description": "x", "Expires": true, "Expiration": date })),
        (&secrets, json!({ "Description": "x", "Expires": true, "Expiration": "Thu, 1 Jun 2028 00:00:00 GMT" })),
    ] {
        let answer = api.post(path, body).await;
        assert_eq!(answer.status, 400, "{path}: {:.300}", answer.text());
        assert_refused(&answer, 400);
        assert!(answer.text().len() < 2_000, "{path}: it comes back whole");
    }
    let agent = api.request(Method::GET, "/Roles").header("user-agent", &long[..6_000]);
    assert_eq!(send(agent).await.status, 200);
    server.provider().flush_activity().await.expect("notes");
    let rows = crate::support::raw::dump(&server.place().location).await;
    assert!(!rows.contains(&long[..300]) && !rows.contains("xn--") && !rows.contains("[[["), "it is stored");
}

async fn ad_12_what_is_removed_takes_tokens_sessions_and_grants_with_it(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let browser = bob(&server).await;
    let (one, two) = (RelyingParty::spa(&server, "one").await, RelyingParty::spa(&server, "two").await);
    let scope = "openid offline_access";
    let (of_one, of_two) = (one.tokens(&browser, scope).await, two.tokens(&browser, scope).await);
    let daemon = daemon_with(&server, BuiltInRole::Member).await;
    let own = api.as_holder_of(&daemon.token().await);
    assert_eq!(own.get("").await.status, 200);
    let user = api.get("/Users").await.json();
    let user =
        user.as_array().expect("users").iter().find(|user| user["Email"] == "bob@example.com").expect("Bob").clone();
    let user = user["Id"].as_str().expect("an id").to_owned();

    assert_eq!(api.delete(&format!("/AuthorizationCodeClients/{}", one.daemon.id)).await.status, 204);
    assert!(!one.is_alive(&of_one.access_token).await && two.is_alive(&of_two.access_token).await);
    assert_eq!(one.refresh(&of_one.refresh_token, &[]).await.status, 401, "nobody knows this client any more");
    assert_eq!(api.delete(&format!("/ClientCredentialClients/{}", daemon.id)).await.status, 204);
    assert_refused(&own.get("").await, 401);

    assert!(browser.is_signed_in().await);
    assert_eq!(api.delete(&format!("/Users/{user}")).await.status, 204);
    assert!(!browser.is_signed_in().await);
    assert!(!two.is_alive(&of_two.access_token).await);
    assert_eq!(two.refresh(&of_two.refresh_token, &[]).await.status, 400);

    for (id, name) in [(&one.daemon.id, "one"), (&daemon.id, "Account Member"), (&user, "bob@example.com")] {
        let rows = audit_of(&server, id).await;
        assert!(rows[0].action.ends_with(".removed"), "{}", rows[0].action);
        assert_eq!((rows[0].target_name.as_str(), rows[0].actor_name.as_str()), (name, "Account Administrator"));
    }
}

async fn ad_14_nobody_gives_what_they_do_not_have(server: TestServer) {
    let admin = Api::of(&server, BuiltInRole::Administrator).await;
    let administrator = json!([{ "Id": admin.role_id(BuiltInRole::Administrator).await }]);
    for role in [BuiltInRole::Member, BuiltInRole::Viewer, BuiltInRole::Contributor, BuiltInRole::DataSteward] {
        let daemon = daemon_with(&server, role).await;
        let own = admin.as_holder_of(&daemon.token().await);
        let client = format!("/ClientCredentialClients/{}", daemon.id);
        let ids = json!({ "RoleIds": [administrator[0]["Id"]] });
        for answer in [
            own.put(&format!("{client}/Roles"), administrator.clone()).await,
            own.put(&format!("/Clients/{}/Roles", daemon.id), administrator.clone()).await,
            own.put(&client, ids.clone()).await,
            own.post("/ClientCredentialClients", json!({ "Name": "x", "RoleIds": ids["RoleIds"] })).await,
            own.post("/Users", json!({ "ContactEmail": "x@example.com", "RoleIds": ids["RoleIds"] })).await,
        ] {
            assert_refused(&answer, 403);
        }
    }
    // An administrator of this account is none of another: its roles are unknown here.
    let foreign = other_tenant(&server).await;
    let by = Administrator::operator(foreign, None);
    let foreign = server.provider().read_roles(&by).await.expect("roles")[0].id.to_string();
    let (daemon, _) = admin.add_daemon(&server, "pump").await;
    let path = format!("/ClientCredentialClients/{daemon}");
    assert_refused(&admin.put(&path, json!({ "RoleIds": [foreign] })).await, 400);
    assert_refused(&admin.put(&format!("{path}/Roles"), json!([{ "Id": foreign }])).await, 400);
    assert_refused(&admin.get(&format!("/Roles/{foreign}")).await, 404);
    assert_refused(&admin.delete(&format!("/Roles/{foreign}")).await, 404);
}

async fn ad_15_addresses_are_kept_and_never_called(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let trap = TcpListener::bind("127.0.0.1:0").expect("a free port");
    trap.set_nonblocking(true).expect("a listener that does not wait");
    let port = trap.local_addr().expect("an address").port();
    for host in [format!("127.0.0.1:{port}"), format!("[::ffff:127.0.0.1]:{port}"), format!("2130706433:{port}")] {
        let url = format!("http://{host}/x");
        let body =
            json!({ "Name": "App", "RedirectUris": ["https://app.example.com/cb"], "LogoUri": url, "ClientUri": url });
        let made = api.post("/AuthorizationCodeClients", body).await;
        if made.status == 201 {
            assert!(made.member("LogoUri").ends_with("/x"), "{}", made.text());
            let path = format!("/AuthorizationCodeClients/{}", made.member("Id"));
            assert_eq!(api.get(&path).await.status, 200);
            let query = "response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb";
            let id = made.member("Id");
            server.http().visit(&format!("/identity/connect/authorize?client_id={id}&{query}")).await;
        } else {
            assert_refused(&made, 400);
        }
    }
    assert_eq!(trap.accept().map_err(|error| error.kind()).err(), Some(ErrorKind::WouldBlock), "somebody called");
}

async fn ad_16_who_calls_too_often_waits_and_nobody_else_does(server: TestServer) {
    std::fs::write(server.place().folder().join("portcullis.toml"), "[api]\ncalls_per_minute = 60\n").expect("a file");
    server.restart().await;
    let daemon = daemon_with(&server, BuiltInRole::Member).await;
    let api = Api::with(&server, &daemon.token().await).await;
    let other = Api::of(&server, BuiltInRole::Member).await;
    for call in 0..60 {
        assert_eq!(api.get("").await.status, 200, "call {call}");
    }
    let refused = api.get("").await;
    assert_refused(&refused, 429);
    assert_eq!(refused.header("retry-after"), "1");
    let again = api.as_holder_of(&daemon.token().await);
    assert_refused(&again.get("").await, 429);
    assert_eq!(other.get("").await.status, 200, "others go on");
    server.clock().advance(1);
    assert_eq!((again.get("").await.status, again.get("").await.status), (200, 429));
}

async fn ad_16_every_change_has_a_row_of_its_own(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for number in 0..5 {
        let (id, _) = api.add_daemon(&server, &format!("pump {number}")).await;
        assert_eq!(api.put(&format!("/ClientCredentialClients/{id}"), json!({ "Enabled": false })).await.status, 200);
        assert_eq!(api.delete(&format!("/ClientCredentialClients/{id}")).await.status, 204);
        let rows = audit_of(&server, &id).await;
        let mut actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["client.created", "client.disabled", "client.removed", "secret.added"]);
        assert!(rows.iter().all(|row| row.actor_kind == "client" && !row.address.is_empty()));
    }
}
