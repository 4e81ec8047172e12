//! What `--json` writes is what the API answers, member by member.

use crate::folder::Folder;
use crate::server::Server;
use serde_json::{Map, Value};

/// Every member that the API has, with its value; what the program tells besides is `besides` and nothing more.
#[track_caller]
fn assert_same(program: &Value, api: &Value, besides: &[&str]) {
    let mut members: Map<String, Value> = program.as_object().expect("an object").clone();
    members.retain(|name, _| !besides.contains(&name.as_str()));
    assert_eq!(Value::Object(members), *api);
}

/// The entry of a list that has this id.
#[track_caller]
fn with_id<'a>(list: &'a Value, id: &Value) -> &'a Value {
    list.as_array().expect("a list").iter().find(|entry| entry["Id"] == *id).unwrap_or_else(|| panic!("{id}: {list}"))
}

const OF_CLIENTS: [&str; 5] = ["ClientType", "Created", "CreatedBy", "LastUsed", "Secrets"];
const OF_SECRETS: [&str; 6] = ["EndsIn", "Enabled", "State", "Created", "LastUsed", "LastUsedFrom"];
const OF_USERS: [&str; 6] = ["Roles", "Enabled", "HasPassword", "Created", "LastSignIn", "Claims"];

#[test]
fn the_program_writes_clients_secrets_roles_and_users_as_the_api_answers_them() {
    let folder = Folder::set_up();
    folder.run(&["role", "create", "Pump Operator", "--description", "Pumps"]).ok();
    folder.write("uma.json", r#"{"given_name": "Uma", "family_name": "Jansen"}"#);
    folder.run(&["user", "add", "uma@example.com", "--role", "Pump Operator", "--claims-file", "uma.json"]).ok();
    folder.run(&["user", "add", "ubo@example.com"]).ok();
    let robot = ["client", "create", "robot", "--role", "Account Administrator", "--json"];
    let secret = folder.run(&robot).json()["Secret"].as_str().expect("a secret").to_owned();
    // One of each type as it comes, and one with everything that can be set of it.
    let page = ["--redirect-url", "https://a.example/cb"];
    let all = ["--token-lifetime", "600", "--access-token-algorithm", "ES256", "--tag", "t"];
    let seen = [&page[..], &["--logout-redirect-url", "https://a.example/out", "--consent", "first_time"]].concat();
    let known = [&seen[..], &["--client-uri", "https://a.example/", "--allow-refresh-token"]].concat();
    let made: [(&str, Vec<&str>); 6] = [
        ("client-credentials", vec![]),
        ("client-credentials", [&all[..], &["--auth-method", "client_secret_post", "--expires", "never"]].concat()),
        ("authorization-code", page.to_vec()),
        ("authorization-code", [&all[..], &known, &["--cors-origin", "https://b.example"]].concat()),
        ("hybrid", page.to_vec()),
        ("hybrid", [&all[..], &known, &["--pkce", "required", "--access-tokens-via-browser"]].concat()),
    ];
    for (at, (kind, flags)) in made.iter().enumerate() {
        let name = format!("client {at}");
        folder.run(&[&["client", "create", &name, "--type", kind], &flags[..]].concat()).ok();
    }
    folder.run(&["secret", "add", "client 0", "--description", "", "--expires", "2099-11-24"]).ok();

    let server = Server::start(&folder);
    let token = server.run(&["token", "robot"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
    let roles = folder.run(&["role", "list", "--json"]).json();
    let tenant = roles["roles"][0]["TenantId"].as_str().expect("a tenant").to_owned();
    let ask = |path: &str| server.ask_api(&format!("/api/v1/Tenants/{tenant}/{path}?count=100"), token.trim());

    let api = ask("Roles");
    assert_eq!(api.as_array().unwrap().len(), 6);
    for role in roles["roles"].as_array().unwrap() {
        assert_same(role, with_id(&api, &role["Id"]), &[]);
    }
    let (users, api) = (folder.run(&["user", "list", "--json"]).json(), ask("Users"));
    assert_eq!(users["users"].as_array().unwrap().len(), 3);
    for user in users["users"].as_array().unwrap() {
        assert_same(user, with_id(&api, &user["Id"]), &OF_USERS);
    }
    let clients = folder.run(&["client", "list", "--json"]).json();
    let mut compared = (0, 0);
    for client in clients["clients"].as_array().unwrap().iter().filter(|client| client["Name"] != "robot") {
        let (word, id) = (word(&client["ClientType"]), client["Id"].as_str().unwrap());
        assert_same(client, &ask(&format!("{word}/{id}")), &OF_CLIENTS);
        compared.0 += 1;
        if word == "AuthorizationCodeClients" {
            assert_eq!(client["Secrets"].as_array().unwrap().len(), 0);
            continue;
        }
        let secrets = ask(&format!("{word}/{id}/Secrets"));
        for secret in client["Secrets"].as_array().unwrap() {
            assert_same(secret, with_id(&secrets, &secret["Id"]), &OF_SECRETS);
            compared.1 += 1;
        }
    }
    assert_eq!(compared, (6, 5));
}

fn word(kind: &Value) -> &'static str {
    match kind.as_str().expect("a type") {
        "client-credentials" => "ClientCredentialClients",
        "authorization-code" => "AuthorizationCodeClients",
        _ => "HybridClients",
    }
}
