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

/// The smallest picture that is one: nobody reads more of it than how large it is.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=";

#[test]
fn what_the_document_does_not_name_goes_only_when_it_shall_and_the_name_was_repeated() {
    let (folder, _) = furnished();
    let mut document = exported(&folder, &[]);
    document["roles"] = json!([]);
    document["clients"].as_array_mut().unwrap().retain(|client| client["Name"] == "shop");
    document["users"].as_array_mut().unwrap().retain(|user| user["Email"] == "alex@example.com");
    let gone = ["removed role Pump Operator", "removed client billing", "removed user uma@example.com"];
    let before = exported(&folder, &["--with-secret-hashes"]);

    let left = imported(&folder, &document, &["--dry-run"]);
    assert_eq!((outcomes(&left).len(), &left["left"]), (0, &json!(3)));
    let rehearsed = imported(&folder, &document, &["--prune", "--dry-run"]);
    assert_eq!((outcomes(&rehearsed), &rehearsed["left"]), (gone.map(str::to_owned).to_vec(), &json!(0)));
    for refused in [&["--yes"][..], &["--confirm", "other.json"]] {
        let told = folder.run(&[&["import", "account.json", "--prune"], refused].concat()).failed(2);
        assert!(told.contains("the file's name") && told.contains("--prune"), "{told}");
    }
    let told = folder.run(&["import", "account.json", "--prune"]).failed(2);
    assert!(told.contains("1 role and 1 client and 1 user") && told.contains("client billing"), "{told}");
    assert_eq!(exported(&folder, &["--with-secret-hashes"]), before, "nothing went");

    // A section that is not there is not looked at.
    let only = imported(&folder, &document, &["--prune", "--only", "roles", "--confirm", "account.json"]);
    assert_eq!(outcomes(&only), gone[..1]);
    assert_eq!(outcomes(&imported(&folder, &document, &["--prune", "--confirm", "account.json"])), gone[1..]);
    assert_eq!(outcomes(&imported(&folder, &document, &["--prune"])).len(), 0, "nothing goes, so nothing is asked");
    folder.run(&["client", "show", "billing"]).failed(4);
    assert_eq!(folder.run(&["role", "list", "-q"]).ok().lines().count(), 5, "the built-in ones");
    let audit = folder.run(&["audit", "list"]).ok();
    for action in ["role.removed", "client.removed", "user.removed"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }

    document["users"] = json!([]);
    folder.write("account.json", &document.to_string());
    let told = folder.run(&["import", "account.json", "--prune", "--confirm", "account.json"]).failed(5);
    assert!(told.contains("this is the last Account Administrator"), "{told}");
}

#[test]
fn logos_travel_and_an_export_of_hashes_is_audited() {
    let (from, _) = furnished();
    let mut document = exported(&from, &[]);
    assert!(!from.run(&["audit", "list"]).ok().contains("account.exported"), "without hashes nothing is noted");
    let shop = |document: &Value| {
        let clients = document["clients"].as_array().unwrap();
        clients.iter().position(|client| client["Name"] == "shop").unwrap()
    };
    let at = shop(&document);
    assert_eq!((&document["clients"][at]["Logo"], document["clients"][1 - at].get("Logo")), (&json!(""), None));
    document["clients"][at]["Logo"] = json!(LOGO);
    let answer = imported(&from, &document, &[]);
    assert_eq!(
        (outcomes(&answer), &answer["changes"][0]["Members"]),
        (vec!["changed client shop".to_owned()], &json!(["Logo"]))
    );
    let document = exported(&from, &["--with-secret-hashes"]);
    assert_eq!(document["clients"][at]["Logo"], LOGO);
    assert!(from.run(&["audit", "list"]).ok().contains("account.exported"));

    let to = Folder::set_up();
    imported(&to, &document, &[]);
    let mut there = exported(&to, &[]);
    assert_eq!(there["clients"][at]["Logo"], LOGO);
    assert_eq!(outcomes(&imported(&to, &there, &[])).len(), 0);
    for (logo, sentence) in [("R0lGODlh", "must be a PNG, JPEG or WebP"), ("?", "in base64")] {
        there["clients"][at]["Logo"] = json!(logo);
        to.write("broken.json", &there.to_string());
        let told = to.run(&["import", "broken.json"]).failed(2);
        assert!(told.contains("clients[1].Logo") && told.contains(sentence), "{told}");
    }
    there["clients"][at]["Logo"] = json!("");
    imported(&to, &there, &[]);
    assert_eq!(exported(&to, &[])["clients"][at]["Logo"], "");
}
