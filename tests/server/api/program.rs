//! A program that was written for the original, from its first call to its last.

use super::world::{Api, assert_refused};
use crate::support::{Daemon, TestServer};
use portcullis::oauth::BuiltInRole;
use serde_json::json;

on_both_engines!(a_program_sets_a_tenant_up_and_cleans_up, a_client_works_in_the_very_next_request_with_its_roles);

async fn a_program_sets_a_tenant_up_and_cleans_up(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let tenant = api.get("").await;
    assert_eq!((tenant.status, tenant.json()["State"].as_i64()), (200, Some(1)));
    assert_eq!(tenant.json()["CompanyName"], "Contoso");

    // It finds the built-in roles by type, whatever they are called, and sets its own up.
    let roles = api.get("/Roles?skip=0&count=1000").await;
    assert_eq!(roles.header("total-count"), "5");
    for kind in BuiltInRole::ALL {
        let of_type = |role: &&serde_json::Value| role["RoleTypeId"] == kind.type_id();
        let role = roles.json().as_array().and_then(|roles| roles.iter().find(of_type).cloned()).expect("a role");
        assert_eq!((&role["Name"], &role["RoleScope"]), (&json!(kind.name()), &json!(1)));
        assert_ne!(role["Id"], role["RoleTypeId"]);
    }
    let new_role = json!({ "Id": null, "Name": "Setup_Contributor", "Description": "Made by setup", "RoleScope": 1 });
    let made = api.post("/Roles", new_role.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let own_role = made.member("Id");
    assert_eq!(made.json()["RoleTypeId"], json!(null));
    // A second run of the same program finds it.
    let again = api.post("/Roles", new_role).await;
    assert_eq!((again.status, again.member("Id")), (302, own_role.clone()));
    assert_eq!(again.header("location"), made.header("location"));

    let contributor = api.role_id(BuiltInRole::Contributor).await;
    let body = json!({
        "Id": null, "Name": "Setup Script Client", "Enabled": true, "AccessTokenLifetime": 3600, "Tags": [],
        "RoleIds": [contributor, own_role], "SecretDescription": "Setup secret",
        "SecretExpirationDate": "2027-01-20T10:41:07.123456+00:00",
    });
    let created = api.post("/ClientCredentialClients", body).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let created = created.json();
    server.confide(created["Secret"].as_str().expect("a secret"));
    assert_eq!((&created["Id"], &created["Description"]), (&json!(1), &json!("Setup secret")));
    assert_eq!(created["ExpirationDate"], "2027-01-20T10:41:07Z");
    let id = created["Client"]["Id"].as_str().expect("an id");
    assert_eq!(created["Client"]["RoleIds"].as_array().map(Vec::len), Some(3), "Account Member is added");

    // The secret works in the next request, and the client's own token manages the client's secrets.
    let daemon = Daemon::new(&server.http(), id, created["Secret"].as_str().expect("a secret"));
    let own = api.as_holder_of(&daemon.token().await);
    let secrets = format!("/ClientCredentialClients/{id}/Secrets");
    let listed = own.get(&secrets).await;
    assert_eq!(listed.header("total-count"), "1");
    let expected = json!([{
        "Id": 1, "Description": "Setup secret", "Expiration": "2027-01-20T10:41:07Z", "Expires": true,
    }]);
    assert_eq!(listed.json(), expected);
    let added = own.post(&secrets, json!({ "Expiration": null, "Expires": false, "Description": null })).await;
    assert_eq!((added.status, added.json()["Id"].as_i64()), (201, Some(2)));
    server.confide(&added.member("Secret"));
    assert_eq!(own.delete(&format!("{secrets}/2")).await.status, 204);

    // Cleaning up: roles first, while the client still holds them.
    assert_eq!(api.delete(&format!("/Roles/{own_role}")).await.status, 204);
    let left = api.get(&format!("/ClientCredentialClients/{id}")).await.json();
    assert!(!left["RoleIds"].as_array().expect("roles").contains(&json!(own_role)), "{left}");
    assert!(daemon.gets_a_token().await);
    assert_eq!(api.delete(&format!("/ClientCredentialClients/{id}")).await.status, 204);
    assert_refused(&api.get(&format!("/ClientCredentialClients/{id}")).await, 404);
    assert!(!daemon.gets_a_token().await);
}

async fn a_client_works_in_the_very_next_request_with_its_roles(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let role = api.post("/Roles", json!({ "Name": "Pump Operator", "RoleScope": 1 })).await.member("Id");
    let (id, secret) = api.add_daemon(&server, "pump").await;
    let path = format!("/Clients/{id}/Roles");
    assert_eq!(api.put(&path, json!([{ "Id": role, "Name": "whatever" }])).await.status, 200);
    let token = Daemon::new(&server.http(), &id, &secret).token().await;
    let claims = server.resource_server().verify(&token).await.expect("a token").claims;
    assert!(claims["roles"].as_array().expect("roles").contains(&json!(role)));
    assert_eq!(claims["role_type"], json!([BuiltInRole::Member.type_id()]));
    assert_eq!(api.delete(&format!("/Roles/{role}")).await.status, 204);
    let token = Daemon::new(&server.http(), &id, &secret).token().await;
    let claims = server.resource_server().verify(&token).await.expect("a token").claims;
    assert_eq!(claims["roles"].as_array().map(Vec::len), Some(1), "the role left with the next token");
}
