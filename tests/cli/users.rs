//! `portcullis user …`

use crate::folder::{Folder, PASSWORD};
use crate::mail::mail_server;
use serde_json::{Value, json};

/// Everything that the scopes profile, email, phone and address can ask for, besides the user's own fields.
fn every_claim() -> Value {
    json!({
        "given_name": "Uma", "middle_name": "Maria", "family_name": "Jansen", "nickname": "Um",
        "preferred_username": "uma", "profile": "https://uma.example/about", "picture": "https://uma.example/me.png",
        "website": "https://uma.example", "gender": "female", "birthdate": "1990-05-17",
        "zoneinfo": "Europe/Amsterdam", "locale": "nl-NL", "email_verified": true,
        "phone_number": "+31 20 555 0100", "phone_number_verified": false,
        "address": {"street_address": "Markt 1", "locality": "Delft", "postal_code": "2611 GP", "country": "NL"},
    })
}

fn user(answer: &Value) -> &Value {
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["users"].as_array().map(Vec::len), Some(1), "{answer}");
    &answer["users"][0]
}

#[test]
fn a_user_with_every_standard_claim_is_added_from_a_file() {
    let folder = Folder::set_up();
    folder.write("uma.json", &every_claim().to_string());
    let args = ["user", "add", "uma@example.com", "--name", "Uma Jansen", "--role", "Viewer", "--claims-file"];
    let password = ["uma.json", "--password-file", "password.txt", "--json"];
    let added = folder.run(&[&args[..], &password[..]].concat()).json();
    assert_eq!(added["link"], Value::Null);
    let shown = folder.run(&["user", "show", "UMA@example.com", "--json"]).json();
    assert_eq!(user(&shown), user(&added));
    let uma = user(&shown);
    assert_eq!((&uma["Name"], &uma["Email"]), (&json!("Uma Jansen"), &json!("uma@example.com")));
    assert_eq!(uma["Roles"], json!(["Account Member", "Account Viewer"]));
    assert_eq!((&uma["Enabled"], &uma["HasPassword"]), (&json!(true), &json!(true)));
    assert_eq!(uma["Claims"], every_claim());
    assert!(!shown.to_string().contains("argon2"), "{shown}");
    let facts = folder.run(&["user", "show", uma["Id"].as_str().unwrap()]).ok();
    assert!(facts.contains("birthdate\t1990-05-17\n") && facts.contains("email_verified\ttrue\n"), "{facts}");
}

#[test]
fn without_a_password_there_is_an_invitation_to_pass_on() {
    let folder = Folder::set_up();
    let said = folder.run(&["user", "add", "uma@example.com"]);
    assert!(said.err.contains("it works once, until "), "{said:?}");
    let told = said.ok();
    let link = told.lines().find_map(|line| line.strip_prefix("Invitation\t")).unwrap();
    assert!(link.starts_with("http://localhost:8484/password/new?link=pc_"), "{link}");
    let added = folder.run(&["user", "add", "ubo@example.com", "--json"]).json();
    assert_eq!(added["link"]["Email"], "ubo@example.com");
    assert_eq!((&user(&added)["Name"], &user(&added)["HasPassword"]), (&json!("ubo"), &json!(false)));
    let id = folder.run(&["user", "add", "udo@example.com", "-q"]).ok();
    assert_eq!(id.lines().count(), 1);
    assert_eq!(folder.run(&["user", "show", id.trim(), "-q"]).ok(), id);

    let kept = folder.run_with(&["user", "add", "ute@example.com"], &[("CI", "true")]);
    assert!(!kept.out.contains("pc_") && kept.err.contains("--json shows it"), "{kept:?}");
    let list = folder.run(&["user", "ls", "--filter", "ute"]).ok();
    assert!(list.starts_with("ute@example.com\tute\tAccount Member\tinvited\t"), "{list}");
}

/// Variables of a server that sends mail by this mail server.
fn by(url: &str) -> [(&str, &str); 2] {
    [("PORTCULLIS_MAIL__URL", url), ("PORTCULLIS_MAIL__FROM", "login@example.com")]
}

#[test]
fn where_mail_is_set_up_the_invitation_is_mailed_unless_its_link_is_asked_for() {
    let folder = Folder::set_up();
    let (url, told) = mail_server(false);
    let said = folder.run_with(&["user", "add", "uma@example.com"], &by(&url));
    assert!(said.err.contains("is mailed to uma@example.com") && !said.out.contains("pc_"), "{said:?}");
    let mail = told.join().unwrap();
    assert!(mail.contains("RCPT TO:<uma@example.com>") && mail.contains("/password/new?link"), "{mail}");

    let (url, told) = mail_server(false);
    let added = folder.run_with(&["user", "add", "ubo@example.com", "--json"], &by(&url)).json();
    assert!(added["link"]["Url"].as_str().is_some_and(|link| link.contains("pc_")), "{added}");
    assert_eq!(added["mailed"], true);
    assert!(told.join().unwrap().contains("RCPT TO:<ubo@example.com>"));

    let silent = by("smtp://127.0.0.1:1");
    let printed = folder.run_with(&["user", "add", "udo@example.com", "--no-mail"], &silent);
    assert!(printed.out.contains("\nInvitation\thttp") && !printed.err.contains("mail"), "{printed:?}");
    // What no mail server takes waits for a server that runs; the link can be handed over.
    let waits = folder.run_with(&["user", "add", "ute@example.com"], &silent);
    assert!(waits.out.contains("\nInvitation\thttp") && waits.err.contains("tries again"), "{waits:?}");
    let (url, told) = mail_server(true);
    assert_eq!(folder.run_with(&["user", "add", "uwe@example.com", "--json"], &by(&url)).json()["mailed"], false);
    told.join().unwrap();
    // ute's alone: the others were sent, or refused for good.
    let database = folder.path().join("portcullis-data/portcullis.db");
    assert_eq!(crate::doctor::count(&database, "SELECT COUNT(*) FROM mails"), 1);
    let file = folder.run(&["backup", "create", "backups", "-q"]).ok();
    let name = file.trim().rsplit('/').next().unwrap().to_owned();
    folder.run(&["backup", "restore", file.trim(), "--confirm", &name]).ok();
    assert_eq!(crate::doctor::count(&database, "SELECT COUNT(*) FROM mails"), 0, "mails of a copy are not sent again");
}

#[test]
fn what_cannot_be_a_user_is_told_with_an_exit_code() {
    let folder = Folder::set_up();
    let add = ["user", "add", "uma@example.com"];
    let told = folder.run(&["user", "add", "uma"]).failed(2);
    assert!(told.contains("e-mail: Enter an e-mail address"), "{told}");
    let told = folder.run(&["user", "add", "Alex@EXAMPLE.com"]).failed(5);
    assert!(told.contains("portcullis user show alex@example.com"), "{told}");
    let told = folder.feed(&[&add[..], &["--password-stdin"]].concat(), "short\n").failed(2);
    assert!(told.contains("password: "), "{told}");
    let told = folder.run(&[&add[..], &["--role", "Viwer"]].concat()).failed(4);
    assert!(told.contains("did you mean: --role 'Account Viewer'"), "{told}");
    for (claims, why) in [
        ("[]", "must be a JSON object"),
        (r#"{"email_verified": "true"}"#, "email_verified must be true or false"),
        (r#"{"name": "Uma"}"#, "name is a field of the user itself"),
        (r#"{"shoe_size": 42}"#, "shoe_size is not one of the standard claims"),
        ("{", "Claims are not JSON"),
    ] {
        folder.write("claims.json", claims);
        let told = folder.run(&[&add[..], &["--claims-file", "claims.json"]].concat()).failed(2);
        assert!(told.starts_with("error: --claims-file: ") && told.contains(why), "{claims}: {told}");
    }
    folder.write("claims.json", &format!("{{\"nickname\": \"{}\"}}", "u".repeat(20_000)));
    assert!(folder.run(&[&add[..], &["--claims-file", "claims.json"]].concat()).failed(2).contains("16 kB"));
    folder.run(&[&add[..], &["--claims-file", "gone.json"]].concat()).failed(2);
    assert_eq!(folder.run(&["user", "list", "-q"]).ok().lines().count(), 1, "none of these was added");
}

#[test]
fn a_user_is_changed_disabled_enabled_and_deleted() {
    let folder = Folder::set_up();
    let id = folder.feed(&["user", "add", "uma@example.com", "--password-stdin", "-q"], PASSWORD).ok();
    folder.run(&["user", "edit", "uma@example.com"]).failed(2);
    folder.write("uma.json", r#"{"locale": "nl-NL"}"#);
    let edit = ["user", "edit", "uma@example.com", "--email", "uma@example.org", "--name", "Uma de Vries"];
    let more = ["--role", "Account Contributor", "--claims-file", "uma.json", "--json"];
    let changed = folder.run(&[&edit[..], &more[..]].concat()).json();
    let uma = user(&changed);
    assert_eq!((&uma["Email"], &uma["Name"]), (&json!("uma@example.org"), &json!("Uma de Vries")));
    assert_eq!(uma["Roles"], json!(["Account Contributor", "Account Member"]));
    assert_eq!(uma["Claims"], json!({"locale": "nl-NL"}));
    let told = folder.run(&["user", "edit", "uma@example.org", "--email", "alex@example.com"]).failed(2);
    assert!(told.contains("There is a user with this e-mail address already"), "{told}");

    let enabled = |answer: Value| user(&answer)["Enabled"].clone();
    assert_eq!(enabled(folder.run(&["user", "disable", "uma@example.org", "--json"]).json()), false);
    assert!(folder.run(&["user", "list", "--filter", "uma"]).ok().contains("\tdisabled\t"));
    assert_eq!(enabled(folder.run(&["user", "enable", "uma@example.org", "--json"]).json()), true);

    let told = folder.run(&["user", "delete", "uma@example.org"]).failed(2);
    assert!(told.contains("Delete user uma@example.org?") && told.contains("--yes"), "{told}");
    let gone = folder.run(&["user", "rm", "uma@example.org", "--yes", "--json"]).json();
    assert_eq!(gone, json!({"version": 1, "deleted": [id.trim()]}));
    let told = folder.run(&["user", "show", "uma@example.org"]).failed(4);
    assert!(told.contains("portcullis user list"), "{told}");
    let audit = folder.run(&["audit", "list", "--json"]).json().to_string();
    for action in ["user.created", "user.changed", "user.disabled", "user.enabled", "user.removed"] {
        assert!(audit.contains(action), "{action}");
    }
}

#[test]
fn the_last_administrator_stays() {
    let folder = Folder::set_up();
    for change in [&["edit", "alex@example.com", "--role", "Account Viewer"][..], &["disable", "alex@example.com"]] {
        let told = folder.run(&[&["user"], change].concat()).failed(5);
        assert!(told.contains("last Account Administrator"), "{told}");
    }
    folder.run(&["user", "delete", "alex@example.com", "--yes"]).failed(5);
    // Whoever has only been invited cannot sign in, and is none to rely on.
    folder.run(&["user", "add", "pending@example.com", "--role", "Account Administrator"]).ok();
    let told = folder.run(&["user", "delete", "alex@example.com", "--yes"]).failed(5);
    assert!(told.contains("last Account Administrator"), "{told}");
    let told = folder.run(&["user", "show", "alx@example.com"]).failed(4);
    assert!(told.contains("did you mean: alex@example.com"), "{told}");
}
