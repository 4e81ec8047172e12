//! Roles of a tenant's own, and who holds them.

use super::world::{Api, assert_refused, user_with};
use crate::support::TestServer;
use portcullis::oauth::BuiltInRole;
use serde_json::json;

on_both_engines!(
    a_role_is_made_once_and_found_again,
    a_role_is_changed_by_its_name_and_description,
    built_in_roles_stand_as_they_are,
    roles_are_found_by_type,
    holders_of_a_role_are_listed,
    everyone_stays_a_member,
);

async fn a_role_is_made_once_and_found_again(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let id = "c0ffee00-0000-4000-8000-000000000001";
    let role = json!({ "Id": id, "Name": "Pump Operator", "Description": "Runs pumps", "RoleScope": 1 });
    let made = api.post("/Roles", role.clone()).await;
    assert_eq!((made.status, made.member("Id").as_str()), (201, id));
    assert_eq!(api.post("/Roles", role).await.status, 302);
    let same = json!({ "Name": "Pump Operator", "Description": "Runs pumps" });
    assert_eq!(api.post("/Roles", same).await.status, 302);
    // Programs that run twice run at once as well.
    let twice = json!({ "Name": "Valve Operator", "Description": "Opens and closes" });
    let ask = || api.post("/Roles", twice.clone());
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 302, 302, 302]);
    let clashes = [
        json!({ "Id": id, "Name": "Another" }),
        json!({ "Name": "Pump Operator", "Description": "Does something else" }),
        json!({ "Name": "PUMP OPERATOR", "Description": "Runs pumps" }),
        json!({ "Id": "c0ffee00-0000-4000-8000-000000000002", "Name": "Pump Operator", "Description": "Runs pumps" }),
        json!({ "Name": "account administrator" }),
        json!({ "Name": "Account\u{a0}Administrator" }),
        json!({ "Name": "Account  Administra\u{200b}tor" }),
        json!({ "Name": "pump\u{2003}operator" }),
    ];
    for clash in clashes {
        let answer = api.post("/Roles", clash.clone()).await;
        assert_eq!(answer.status, 409, "{clash}: {}", answer.text());
        assert_refused(&answer, 409);
    }
    let refused = [
        json!({}),
        json!({ "Name": " " }),
        json!({ "Name": "x".repeat(129) }),
        json!({ "Name": "x", "Description": "x".repeat(129) }),
        json!({ "Name": "x", "RoleScope": 2 }),
        json!({ "Name": "x", "CommunityId": id }),
        json!({ "Name": "x", "RoleTypeId": BuiltInRole::Administrator.type_id() }),
        json!({ "Name": "x", "Id": "not-a-guid" }),
        json!({ "Name": "x", "Id": BuiltInRole::Administrator.type_id() }),
        json!({ "Name": "x", "Id": BuiltInRole::Member.type_id().to_uppercase() }),
        json!({ "Name": "\u{200b}\u{2060}" }),
        json!({ "Name": "x", "TenantId": id }),
    ];
    for body in refused {
        let answer = api.post("/Roles", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    }
}

async fn a_role_is_changed_by_its_name_and_description(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let made = api.post("/Roles", json!({ "Name": "one", "Description": "first" })).await.json();
    api.post("/Roles", json!({ "Name": "two" })).await;
    let path = format!("/Roles/{}", made["Id"].as_str().expect("an id"));
    let changed = api.put(&path, json!({ "Description": "second", "Name": null })).await.json();
    assert_eq!((&changed["Name"], &changed["Description"]), (&json!("one"), &json!("second")));
    assert_eq!(api.get(&path).await.json(), changed);
    assert_eq!(api.get(&path.to_uppercase()).await.json(), changed, "a GUID in capitals is the same");
    assert_eq!(api.put(&path, changed.clone()).await.json(), changed, "what is shown can be sent back");
    assert_refused(&api.put(&path, json!({ "Name": "TWO" })).await, 409);
    assert_eq!(api.delete(&path).await.status, 204);
    assert_refused(&api.get(&path).await, 404);
    assert_refused(&api.put(&path, json!({ "Name": "x" })).await, 404);
    assert_refused(&api.delete(&path).await, 404);
}

async fn built_in_roles_stand_as_they_are(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for role in BuiltInRole::ALL {
        let path = format!("/Roles/{}", api.role_id(role).await);
        let changed = api.put(&path, json!({ "Name": "Mine" })).await;
        let removed = api.delete(&path).await;
        for answer in [changed, removed] {
            assert_refused(&answer, 405);
            assert_eq!(answer.header("allow"), "GET,HEAD");
        }
        assert_eq!(api.get(&path).await.member("Name"), role.name());
    }
}

async fn roles_are_found_by_type(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    api.post("/Roles", json!({ "Name": "Own" })).await;
    let (member, viewer) = (BuiltInRole::Member.type_id().to_uppercase(), BuiltInRole::Viewer.type_id());
    for (query, total) in [
        (String::new(), "6"),
        (format!("roleTypeId={member}"), "1"),
        (format!("RoleTypeId={member}&roletypeid={viewer}"), "2"),
        ("roleTypeId=nothing".to_owned(), "0"),
    ] {
        let answer = api.get(&format!("/Roles?{query}")).await;
        assert_eq!(answer.header("total-count"), total, "{query}");
        assert_eq!(api.head(&format!("/Roles?{query}")).await.header("total-count"), total, "{query}");
    }
}

async fn holders_of_a_role_are_listed(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let user = user_with(&server, BuiltInRole::Viewer, "bob@example.com").await;
    let (daemon, _) = api.add_daemon(&server, "pump").await;
    let role = api.post("/Roles", json!({ "Name": "Own" })).await.member("Id");
    let ids = |answer: &crate::support::Answer| {
        let rows = answer.json();
        rows.as_array().expect("a list").iter().map(|row| row["Id"].clone()).collect::<Vec<_>>()
    };
    let (users, clients) = (format!("/Roles/{role}/Users"), format!("/Roles/{role}/clientcredentialclients"));
    assert_eq!((ids(&api.get(&users).await), ids(&api.get(&clients).await)), (vec![], vec![]));
    assert_eq!(api.put(&format!("/Users/{user}/Roles"), json!([{ "Id": role }])).await.status, 200);
    assert_eq!(api.put(&format!("/Clients/{daemon}/Roles"), json!([{ "Id": role }])).await.status, 200);
    assert_eq!(ids(&api.get(&users).await), [json!(user)]);
    assert_eq!(ids(&api.get(&clients).await), [json!(daemon)]);
    let member = api.role_id(BuiltInRole::Member).await;
    let all = api.head(&format!("/Roles/{member}/Users")).await;
    assert_eq!((all.status, all.header("total-count")), (200, "2"), "the administrator and the user");
    let page = api.get(&format!("/Roles/{member}/clientcredentialclients?count=1")).await;
    assert_eq!((page.header("total-count"), ids(&page).len()), ("2", 1), "the caller and the client");
    assert_refused(&api.get("/Roles/nothing/users").await, 404);
}

async fn everyone_stays_a_member(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let user = user_with(&server, BuiltInRole::Viewer, "bob@example.com").await;
    let (daemon, _) = api.add_daemon(&server, "pump").await;
    let member = api.role_id(BuiltInRole::Member).await;
    for path in [format!("/ClientCredentialClients/{daemon}/Roles"), format!("/Users/{user}/Roles")] {
        let held = api.put(&path, json!([])).await;
        assert_eq!(
            (held.status, &held.json()[0]["Id"], held.json().as_array().map(Vec::len)),
            (200, &json!(member), Some(1))
        );
        let listed = api.get(&path).await;
        assert_eq!((listed.json(), listed.header("total-count")), (held.json(), "1"));
        assert_eq!(api.get(&format!("{path}?skip=1&count=1")).await.json(), json!([]));
        assert_eq!(api.head(&path).await.header("total-count"), "1");
        assert_refused(&api.put(&path, json!([{ "Id": "nothing" }])).await, 400);
        assert_refused(&api.put(&path, json!([{ "Name": "Account Member" }])).await, 400);
        assert_refused(&api.put(&path, json!({})).await, 400);
    }
}
