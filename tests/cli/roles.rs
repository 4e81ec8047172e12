//! `portcullis role …`, and the manual.

use crate::folder::Folder;
use serde_json::json;

#[test]
fn a_role_is_added_given_shown_changed_and_removed() {
    let folder = Folder::set_up();
    folder.client("nightly-import");
    let made = folder.run(&["role", "create", "Pump Operator", "--description", "Pumps", "--json"]).json();
    let id = made["roles"][0]["Id"].as_str().unwrap().to_owned();
    assert_eq!((&made["version"], &made["roles"][0]["RoleTypeId"]), (&json!(1), &json!(null)));
    let again = folder.run(&["role", "create", "Pump Operator", "--description", "Pumps", "-q"]).ok();
    assert_eq!(again.trim(), id, "the same once more is no error");
    folder.run(&["role", "create", "pump operator", "--description", "Other"]).failed(5);

    let who = ["--user", "alex@example.com", "--client", "nightly-import"];
    let said = folder.run(&[&["role", "grant", "Pump Operator"][..], &who[..]].concat());
    assert!(said.err.contains("alex@example.com, nightly-import now have Pump Operator"), "{said:?}");
    let shown = folder.run(&["role", "show", "pump operator", "--json"]).json();
    assert_eq!(shown["users"][0]["Email"], "alex@example.com");
    assert_eq!(shown["clients"][0]["Name"], "nightly-import");
    folder.run(&["role", "grant", "Viewer", "--user", "alex@example.com", "--client", "nightly-imprt"]).failed(4);
    let viewers = folder.run(&["role", "show", "Viewer", "--json"]).json();
    assert_eq!(viewers["users"], json!([]), "a slip in one name changes nothing");
    folder.run(&["role", "revoke", "Administrator", "--user", "alex@example.com"]).failed(5);
    folder.run(&["role", "grant", "Member", "--user", "alex@example.com"]).failed(2);
    folder.run(&["role", "grant", "Viewer"]).failed(2);

    folder.run(&["role", "edit", &id, "--name", "Pump Keeper"]).ok();
    folder.run(&["role", "edit", "Viewer", "--name", "x"]).failed(6);
    assert!(folder.run(&["role", "list"]).ok().contains("Pump Keeper\tPumps\town\t"));
    let told = folder.run(&["role", "delete", "Pump Keeper"]).failed(2);
    assert!(told.contains("it is taken from 1 user and 1 client"), "{told}");
    folder.run(&["role", "delete", "Pump Keeper", "--yes"]).ok();
    let told = folder.run(&["role", "show", "Pump Keeper"]).failed(4);
    assert!(told.contains("there is no role called"), "{told}");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::empty();
    let names = folder.run(&["man", "man1", "-q"]).ok();
    assert!(names.lines().any(|name| name == "portcullis-role-grant"), "{names}");
    for name in names.lines() {
        let page = std::fs::read_to_string(folder.path().join("man1").join(format!("{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH EXAMPLES\n.nf\n\\&  portcullis"), "{name}: {page}");
    }
}
