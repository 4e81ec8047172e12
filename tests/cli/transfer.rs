//! `portcullis export` and `portcullis import`: from one folder into another.

use crate::folder::Folder;
use crate::server::Server;
use serde_json::{Value, json};

/// A folder with a role, two clients and a user beside the administrator; and the secret of `billing`.
fn furnished() -> (Folder, String) {
    let folder = Folder::set_up();
    folder.run(&["role", "create", "Pump Operator", "--description", "Pumps"]).ok();
    let (_, secret) = folder.client("billing");
    folder.run(&["role", "grant", "Pump Operator", "--client", "billing"]).ok();
    let app =
        ["client", "create", "shop", "--type", "hybrid", "--redirect-url", "https://shop.example/cb", "--no-secret"];
    folder.run(&app).ok();
    folder.run(&["user", "add", "uma@example.com", "--name", "Uma", "--role", "Pump Operator"]).ok();
    (folder, secret)
}

/// What a folder exports, with these flags.
fn exported(folder: &Folder, flags: &[&str]) -> Value {
    folder.run(&[&["export"], flags].concat()).json()
}

/// Imports a document; the answer.
fn imported(folder: &Folder, document: &Value, flags: &[&str]) -> Value {
    folder.write("account.json", &document.to_string());
    folder.run(&[&["import", "account.json", "--json"], flags].concat()).json()
}

fn outcomes(answer: &Value) -> Vec<String> {
    let word = |change: &Value, name: &str| change[name].as_str().expect("text").to_owned();
    let changes = answer["changes"].as_array().expect("a list").iter();
    changes.map(|change| [word(change, "Outcome"), word(change, "Kind"), word(change, "Name")].join(" ")).collect()
}

#[test]
fn what_one_server_exports_another_imports_and_the_secrets_still_work() {
    let (from, secret) = furnished();
    let document = exported(&from, &["--with-secret-hashes"]);
    assert!(!document.to_string().contains(&secret), "a value is nowhere");
    let to = Folder::set_up();
    let all =
        ["created role Pump Operator", "created client billing", "created client shop", "created user uma@example.com"];

    let rehearsed = imported(&to, &document, &["--dry-run"]);
    assert_eq!((outcomes(&rehearsed), &rehearsed["dryRun"]), (all.map(str::to_owned).to_vec(), &json!(true)));
    to.run(&["client", "show", "billing"]).failed(4);
    assert_eq!(exported(&to, &["--only", "roles"])["roles"], json!([]), "a dry run changes nothing");

    assert_eq!(outcomes(&imported(&to, &document, &[])), all);
    let again = imported(&to, &document, &[]);
    assert_eq!((outcomes(&again), &again["unchanged"]), (Vec::new(), &json!(5)), "the administrator among them");
    let after = exported(&to, &["--with-secret-hashes"]);
    assert_eq!((&after["clients"], &after["roles"]), (&document["clients"], &document["roles"]));
    assert_eq!(after["users"][1], document["users"][1]);
    let audit = to.run(&["audit", "list"]).ok();
    assert!(audit.contains("client.created") && audit.contains("secret.added"), "{audit}");

    let server = Server::start(&to);
    server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
}

#[test]
fn without_the_flag_no_hash_leaves_and_what_is_there_keeps_its_secrets() {
    let (folder, secret) = furnished();
    let mut document = exported(&folder, &[]);
    let text = document.to_string();
    assert!(!text.contains("Hash") && !text.contains("Secrets") && !text.contains("argon2"), "{text}");
    document["clients"][0]["AccessTokenLifetime"] = json!(600);
    document["clients"].as_array_mut().unwrap().pop();
    let answer = imported(&folder, &document, &["--only", "clients"]);
    assert_eq!(outcomes(&answer), ["changed client billing"]);
    assert_eq!((&answer["changes"][0]["Members"], &answer["left"]), (&json!(["AccessTokenLifetime"]), &json!(1)));
    folder.run(&["client", "show", "shop"]).ok();
    let server = Server::start(&folder);
    server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
}

#[test]
fn a_document_that_will_not_do_changes_nothing_and_says_where_it_is_wrong() {
    let (folder, _) = furnished();
    let good = exported(&folder, &[]);
    let broken = |path: &str, value: Value| {
        let mut document = good.clone();
        document["roles"][0]["Description"] = json!("would be changed");
        *document.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        document.to_string()
    };
    let name = json!({"Id": "8c9b4e6e-6f0a-4bd0-9f0c-1d2ad7b4a111", "Name": "", "Email": "nobody"});
    let rows = [
        ("{".to_owned(), 2, "EOF while parsing"),
        (broken("/version", json!(2)), 2, "version 2 is not known"),
        (broken("/roles/0", json!({"Id": "x", "Nam": "y"})), 2, "unknown field `Nam`"),
        (broken("/roles/0/Id", json!("x")), 2, "roles[0].Id: Id must be a GUID."),
        (broken("/roles/0/Name", json!("account viewer")), 2, "roles[0].Name: There is another role"),
        (
            broken("/clients/0/AccessTokenLifetime", json!(5)),
            2,
            "clients[0].AccessTokenLifetime: Token Lifetime must be",
        ),
        (broken("/clients/0/RoleIds", json!(["nobody"])), 2, "clients[0].RoleIds: A chosen role is no longer there."),
        (
            broken("/clients/0/ClientType", json!("hybrid")),
            2,
            "clients[0].ClientType: The type of a client cannot change",
        ),
        (
            broken("/clients/1/PkcePolicy", json!("perhaps")),
            2,
            "clients[1].PkcePolicy: PkcePolicy has not one of its words.",
        ),
        (broken("/clients/1/RedirectUris", json!(["http://shop.example/cb"])), 2, "clients[1].RedirectUris: "),
        (broken("/users/1", name), 2, "users[1].Email: Enter an e-mail address"),
        (broken("/users/1/Claims", json!({"birthdate": "x"})), 2, "users[1].Claims.birthdate: "),
        (broken("/users/0/RoleIds", json!([])), 5, "this is the last Account Administrator"),
        (broken("/users/0/Enabled", json!(false)), 5, "this is the last Account Administrator"),
    ];
    for (text, exit, expected) in rows {
        folder.write("broken.json", &text);
        let told = folder.run(&["import", "broken.json"]).failed(exit);
        assert!(told.contains(expected), "{expected}: {told}");
        assert!(exit == 5 || (told.contains("broken.json") && told.contains("nothing was changed")), "{told}");
    }
    folder.run(&["import", "nothing.json"]).failed(4);
    assert_eq!(exported(&folder, &[]), good);
}
