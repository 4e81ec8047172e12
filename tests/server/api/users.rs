//! Users and invitations.

use super::world::{Api, assert_refused, user_token, user_with};
use crate::support::http::send;
use crate::support::server::ADMIN_EMAIL;
use crate::support::{Mails, TestServer};
use portcullis::oauth::{BuiltInRole, UserId};
use reqwest::Method;
use serde_json::json;

on_both_engines!(
    a_user_is_added_invited_changed_and_removed,
    ky_06_no_machine_has_the_subject_of_a_user,
    ky_06_of_a_user_and_a_client_added_at_one_instant_one_has_the_id,
    users_are_found_by_id_and_by_page,
    nobody_is_locked_out,
    what_a_user_granted_is_seen_and_taken_back,
    an_invitation_is_taken_back,
    preferences_are_the_users_own,
    a_link_is_mailed_unless_the_caller_hands_it_over,
    pt_09_whoever_was_only_invited_is_no_last_administrator,
    pt_09_two_administrators_do_not_take_each_others_role_away,
    a_role_that_goes_away_while_it_is_given_is_no_fault_of_ours,
);

async fn a_user_is_added_invited_changed_and_removed(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let viewer = api.role_id(BuiltInRole::Viewer).await;
    let body = json!({
        "Id": null, "ExternalUserId": null, "ContactGivenName": "Bob", "ContactSurname": "Builder",
        "ContactEmail": "bob@example.com", "IdentityProviderId": null, "RoleIds": [viewer],
    });
    let made = api.post("/Users", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let user = made.json();
    assert_eq!((&user["Name"], &user["Email"]), (&json!("Bob Builder"), &json!("bob@example.com")));
    assert_eq!((&user["GivenName"], &user["ContactSurname"]), (&json!("Bob"), &json!("Builder")));
    assert_eq!(user["RoleIds"].as_array().map(Vec::len), Some(2), "Account Member is added");
    assert_refused(&api.post("/Users", body).await, 409);

    let chosen = json!({ "Id": user["Id"], "ContactEmail": "sam@example.com" });
    assert_refused(&api.post("/Users", chosen).await, 409);

    let path = format!("/Users/{}", made.member("Id"));
    assert_eq!(api.get(&path).await.json(), user);
    assert_eq!(api.get(&format!("{path}/Status")).await.json()["InvitationStatus"], 1, "nobody was invited yet");
    let invited = api.post(&format!("{path}/Invitation"), json!({ "SendInvitation": false })).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    server.confide(&invited.member("Link"));
    assert!(invited.member("Link").starts_with(server.public_url()));
    assert_eq!(invited.member("Expires"), "2027-02-05T08:00:00Z", "21 days");
    let shown = api.get(&format!("{path}/Invitation")).await.json();
    assert_eq!((&shown["Expires"], shown.get("Link")), (&json!("2027-02-05T08:00:00Z"), None), "shown once");
    assert_eq!(api.get(&format!("{path}/Status")).await.json()["InvitationStatus"], 3);
    server.clock().advance(22 * 86_400);
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    assert_eq!(api.get(&format!("{path}/Status")).await.json()["InvitationStatus"], 4);

    let changed = api.put(&path, json!({ "ContactSurname": "Brown", "RoleIds": [] })).await;
    assert_eq!((changed.status, changed.member("Name").as_str()), (200, "Bob Brown"));
    assert_eq!(changed.json()["RoleIds"].as_array().map(Vec::len), Some(1));
    assert_refused(&api.put(&path, json!({ "ContactEmail": ADMIN_EMAIL })).await, 409);
    assert_refused(&api.post("/Users", json!({ "ContactEmail": ADMIN_EMAIL.to_uppercase() })).await, 409);
    assert_eq!(api.delete(&path).await.status, 204);
    assert_refused(&api.get(&path).await, 404);
    assert_refused(&api.get(&format!("{path}/Status")).await, 404);
}

async fn ky_06_no_machine_has_the_subject_of_a_user(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let user = api.post("/Users", json!({ "ContactEmail": "bob@example.com" })).await.member("Id");
    for id in [user.clone(), user.to_uppercase()] {
        let url = "https://app.example.com/cb";
        for (path, body) in [
            ("/ClientCredentialClients", json!({ "Id": id, "Name": "x" })),
            ("/HybridClients", json!({ "Id": id, "Name": "x", "RedirectUris": [url] })),
            ("/AuthorizationCodeClients", json!({ "Id": id, "Name": "x", "RedirectUris": [url] })),
        ] {
            assert_refused(&api.post(path, body).await, 409);
        }
    }
    let (client, _) = api.add_daemon(&server, "pump").await;
    for id in [client.clone(), client.to_uppercase()] {
        assert_refused(&api.post("/Users", json!({ "Id": id, "ContactEmail": "sam@example.com" })).await, 409);
    }
    assert_eq!(api.get(&format!("/Users/{user}")).await.status, 200);
    assert_refused(&api.get(&format!("/Users/{client}")).await, 404);
}

async fn ky_06_of_a_user_and_a_client_added_at_one_instant_one_has_the_id(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for round in 0..4 {
        let id = format!("6f1ed002-ab64-4595-8a1e-00000000000{round}");
        let client =
            json!({ "Id": id.to_uppercase(), "Name": "spa", "RedirectUris": ["https://app.example/callback"] });
        let user = json!({ "Id": id, "ContactEmail": format!("sam{round}@example.com") });
        let (client, user) = tokio::join!(api.post("/AuthorizationCodeClients", client), api.post("/Users", user));
        let mut statuses = [client.status, user.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", client.text(), user.text());
    }
}

async fn users_are_found_by_id_and_by_page(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let id = "C0FFEE00-0000-4000-8000-00000000000A";
    for (email, id) in [("carol@example.com", json!(id)), ("bob@example.com", json!(null))] {
        let made = api.post("/Users", json!({ "Id": id, "ContactEmail": email })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert!(id.is_null() || made.json()["Id"] == id.as_str().expect("an id").to_lowercase());
    }
    assert_eq!(api.get(&format!("/Users/{id}")).await.member("Email"), "carol@example.com");
    let all = api.get("/Users?count=2").await;
    assert_eq!(all.header("total-count"), "3");
    assert!(all.header("link").contains("rel=\"next\""));
    let emails: Vec<_> = all.json().as_array().expect("users").iter().map(|user| user["Email"].clone()).collect();
    assert_eq!(emails, [json!(ADMIN_EMAIL), json!("bob@example.com")]);
    let bob = all.json()[1]["Id"].as_str().expect("an id").to_owned();
    let found = api.get(&format!("/Users?id={bob}")).await;
    let counted = found.json().as_array().map(Vec::len);
    assert_eq!((found.status, found.header("total-count"), counted), (200, "3", Some(1)), "there are three users");
    let some = api.get(&format!("/Users?id=nobody&id={bob}")).await;
    assert_eq!((some.status, &some.json()["ChildErrors"][0]["ModelId"]), (207, &json!("nobody")));
    let statuses = api.get("/Users/Status").await.json();
    let statuses: Vec<_> =
        statuses.as_array().expect("users").iter().map(|row| row["InvitationStatus"].clone()).collect();
    assert_eq!(statuses, [0, 1, 1], "the administrator has a password, the others are not invited");
    let accepted = api.get("/users/status?status=InvitationAccepted").await.json();
    assert_eq!(accepted.as_array().map(Vec::len), Some(1));
    assert_refused(&api.get("/Users/Status?status=Unknown").await, 400);
}

async fn nobody_is_locked_out(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let ada = api.get("/Users").await.json()[0]["Id"].as_str().expect("an id").to_owned();
    let path = format!("/Users/{ada}");
    // A program may not take the last administrator away, and nobody removes themselves.
    assert_refused(&api.delete(&path).await, 400);
    assert_refused(&api.put(&format!("{path}/Roles"), json!([])).await, 400);
    assert_refused(&api.post(&format!("{path}/Invitation"), json!({})).await, 409);
    let app = json!({ "Name": "App", "RedirectUris": ["https://app.example.com/cb"] });
    let app = api.post("/AuthorizationCodeClients", app).await.member("Id");
    let herself = api.as_holder_of(&user_token(&server, &app, &UserId::new(ada.as_str())).await);
    let refused = herself.delete(&path).await;
    assert_refused(&refused, 400);
    assert!(refused.member("Reason").contains("your own account"), "{}", refused.text());
}

async fn what_a_user_granted_is_seen_and_taken_back(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let app = json!({
        "Name": "App", "RedirectUris": ["https://app.example.com/cb"], "AllowOfflineAccess": true,
    });
    let app = api.post("/AuthorizationCodeClients", app).await.member("Id");
    let bob = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let carol = user_with(&server, BuiltInRole::Member, "carol@example.com").await;
    let himself = api.as_holder_of(&user_token(&server, &app, &bob).await);
    let another = api.as_holder_of(&user_token(&server, &app, &carol).await);
    let path = format!("/Users/{bob}/PersistedGrants");
    assert_refused(&another.get(&path).await, 403);
    assert_refused(&another.delete(&path).await, 403);
    for caller in [&api, &himself] {
        let listed = caller.get(&path).await;
        assert_eq!((listed.json(), listed.header("total-count")), (json!([app]), "1"));
    }
    assert_eq!(himself.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.json(), json!([]));
    assert_refused(&himself.get(&path).await, 401);
    assert_eq!(another.get("").await.status, 200, "others keep what they have");
    assert_refused(&api.get("/Users/nobody/PersistedGrants").await, 404);
    assert_refused(&api.delete("/Users/nobody/PersistedGrants").await, 404);
}

async fn an_invitation_is_taken_back(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let made = api.post("/Users", json!({ "ContactEmail": "bob@example.com" })).await;
    let path = format!("/Users/{}", made.member("Id"));
    let invitation = format!("{path}/Invitation");
    for answer in [api.get(&invitation).await, api.delete(&invitation).await] {
        assert_refused(&answer, 404);
        assert!(answer.member("Reason").contains("no invitation"), "{}", answer.text());
    }
    let link = api.put(&invitation, json!({ "ExpiresDateTime": "2027-01-20T08:00:00.5+00:00" })).await.member("Link");
    server.confide(&link);
    let opened = link.strip_prefix(server.public_url()).expect("a link of this server");
    assert_eq!(server.http().visit(opened).await.status, 200);
    assert_eq!(api.delete(&invitation).await.status, 204);
    assert_ne!(server.http().visit(opened).await.status, 200, "the link works no more");
    assert_eq!(api.get(&format!("{path}/Status")).await.json()["InvitationStatus"], 1);
    let ada = api.get("/Users").await.json()[0]["Id"].as_str().expect("an id").to_owned();
    assert_refused(&api.delete(&format!("/Users/{ada}/Invitation")).await, 404);
}

async fn preferences_are_the_users_own(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let app = json!({ "Name": "App", "RedirectUris": ["https://app.example.com/cb"] });
    let app = api.post("/AuthorizationCodeClients", app).await.member("Id");
    let bob = user_with(&server, BuiltInRole::Member, "bob@example.com").await;
    let carol = user_with(&server, BuiltInRole::Member, "carol@example.com").await;
    let himself = api.as_holder_of(&user_token(&server, &app, &bob).await);
    let another = api.as_holder_of(&user_token(&server, &app, &carol).await);
    let path = format!("/Users/{bob}/Preferences");
    assert_eq!(himself.get(&path).await.json(), json!({}));
    let kept = json!({ "theme": "dark", "columns": [1, 2, { "x": null }], "\u{e9}": "\u{1f511}" });
    assert_eq!(himself.put(&path, kept.clone()).await.json(), kept);
    for caller in [&api, &himself] {
        assert_eq!(caller.get(&path).await.json(), kept);
    }
    assert_refused(&another.get(&path).await, 403);
    assert_refused(&another.put(&path, json!({})).await, 403);
    for bad in [json!([]), json!("x"), json!(null), json!({ "a": "x".repeat(17_000) }), json!({ "a": "\u{0}" })] {
        assert_refused(&himself.put(&path, bad).await, 400);
    }
    let as_written = r#"{ "z": 12345678901234567890123, "a": 1.10 }"#;
    for (body, expected) in [
        (as_written, Ok(r#"{"z":12345678901234567890123,"a":1.10}"#)),
        (r#"{"a":1,"a":2}"#, Err(400)),
        (r#"{"x":{"a":1,"a":2}}"#, Err(400)),
    ] {
        let request = himself.request(Method::PUT, &path).header("content-type", "application/json").body(body);
        let answer = send(request).await;
        match expected {
            Ok(text) => {
                assert_eq!((answer.status, answer.text().as_str()), (200, text));
                assert_eq!(himself.get(&path).await.text(), text);
            }
            Err(status) => assert_refused(&answer, status),
        }
    }
    let old = himself.get(&path).await.header("etag").to_owned();
    assert_eq!(himself.put(&path, json!({ "theme": "light" })).await.status, 200);
    let stale = himself.request(Method::PUT, &path).header("if-match", old).json(&json!({}));
    assert_refused(&send(stale).await, 412);
    assert_refused(&api.get("/Users/nobody/Preferences").await, 404);
    assert_refused(&api.put("/Users/nobody/Preferences", json!({})).await, 404);
}

async fn a_link_is_mailed_unless_the_caller_hands_it_over(server: TestServer) {
    let mails = Mails::of(&server);
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let user = api.post("/Users", json!({ "ContactEmail": "uma@example.com" })).await.member("Id");
    let path = format!("/Users/{user}/Invitation");
    let silent = api.post(&path, json!({ "SendInvitation": false })).await;
    server.confide(&silent.member("Link"));
    assert!(silent.status == 201 && mails.next().await.is_none(), "{}", silent.text());
    for body in [json!({}), json!({ "SendInvitation": true })] {
        let made = api.post(&path, body).await;
        server.confide(&made.member("Link"));
        let mail = mails.next().await.expect("a mail");
        assert_eq!((mail.to.as_str(), mail.what.as_ref()), ("uma@example.com", "invitation"));
    }
}

async fn pt_09_whoever_was_only_invited_is_no_last_administrator(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let invited = user_with(&server, BuiltInRole::Administrator, "pending@example.com").await;
    let ada = api.get("/Users").await.json();
    let ada = ada.as_array().expect("users").iter().find(|user| user["Email"] == ADMIN_EMAIL).expect("Ada").clone();
    let ada = format!("/Users/{}", ada["Id"].as_str().expect("an id"));
    for answer in [api.delete(&ada).await, api.put(&format!("{ada}/Roles"), json!([])).await] {
        assert_refused(&answer, 400);
    }
    // Whoever was only invited can go: nobody who can sign in goes with them.
    assert_eq!(api.delete(&format!("/Users/{invited}")).await.status, 204);
    server.operator().await.add_user("bob@example.com").await;
    server.operator().await.make_administrator("bob@example.com", true).await;
    assert_eq!(api.delete(&ada).await.status, 204, "Bob can sign in");
}

async fn pt_09_two_administrators_do_not_take_each_others_role_away(server: TestServer) {
    let (api, operator) = (Api::of(&server, BuiltInRole::Administrator).await, server.operator().await);
    let second = server.second_node().await;
    operator.add_user("bob@example.com").await;
    for _ in 0..6 {
        for email in [ADMIN_EMAIL, "bob@example.com"] {
            operator.make_administrator(email, true).await;
        }
        let users = api.get("/Users").await.json();
        let paths = users.as_array().expect("users").iter();
        let paths: Vec<_> =
            paths.map(|user| api.path(&format!("/Users/{}/Roles", user["Id"].as_str().expect("an id")))).collect();
        let [one, other] = paths.as_slice() else { panic!("{users}") };
        let none = json!([]);
        let elsewhere = second.http().request(Method::PUT, other).header("authorization", api.authorization());
        let (one, other) =
            tokio::join!(send(api.request_at(Method::PUT, one).json(&none)), send(elsewhere.json(&none)),);
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{} {}", one.text(), other.text());
    }
}

async fn a_role_that_goes_away_while_it_is_given_is_no_fault_of_ours(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for round in 0..6 {
        let role = api.post("/Roles", json!({ "Name": format!("role {round}") })).await.member("Id");
        let client = json!({ "Name": "x", "RoleIds": [role] });
        let user = json!({ "ContactEmail": format!("u{round}@example.com"), "RoleIds": [role] });
        let path = format!("/Roles/{role}");
        let (client, user, removed) =
            tokio::join!(api.post("/ClientCredentialClients", client), api.post("/Users", user), api.delete(&path),);
        assert_eq!(removed.status, 204, "{}", removed.text());
        for made in [client, user] {
            if made.status != 201 {
                assert_refused(&made, 400);
                assert!(made.member("Reason").contains("no longer there"), "{}", made.text());
            } else if let Some(secret) = made.json()["Secret"].as_str() {
                server.confide(secret);
            }
        }
    }
}
