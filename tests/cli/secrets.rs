//! `portcullis secret …`

use crate::folder::Folder;
use serde_json::json;

#[test]
fn a_secret_is_added_changed_and_revoked() {
    let folder = Folder::set_up();
    let (_, first) = folder.client("billing");
    let value = folder.run(&["secret", "add", "billing", "--description", "prod", "--output", "value"]).ok();
    assert!(value.starts_with("pc_cs_") && value.trim() != first && value.lines().count() == 1, "{value}");
    let third = folder.run(&["secret", "add", "billing", "--expires", "never", "--json"]).json();
    assert_eq!((&third["Id"], &third["Expires"], &third["Expiration"]), (&json!(3), &json!(false), &json!(null)));
    let list = folder.run(&["secret", "list", "billing", "--json"]).json();
    assert_eq!(list["version"], 1);
    let ids: Vec<i64> = list["secrets"].as_array().unwrap().iter().filter_map(|secret| secret["Id"].as_i64()).collect();
    assert_eq!(ids, [3, 2, 1]);
    assert!(!list.to_string().contains("pc_cs_"));

    folder.run(&["secret", "edit", "billing", "2", "--description", "old CI", "--expires", "2099-01-01"]).ok();
    folder.run(&["secret", "edit", "billing", "2"]).failed(2);
    folder.run(&["secret", "edit", "billing", "2", "--expires", "2020-01-01"]).failed(2);
    folder.run(&["secret", "disable", "billing", "2"]).ok();
    let row = |rows: &str| rows.lines().find(|row| row.starts_with("2\t")).unwrap().to_owned();
    let rows = folder.run(&["secret", "ls", "billing"]).ok();
    assert!(
        row(&rows).contains("old CI")
            && row(&rows).ends_with("disabled")
            && row(&rows).contains("2099-01-01T23:59:59Z")
    );
    let enabled = folder.run(&["secret", "enable", "billing", "2", "--json"]).json();
    assert_eq!((&enabled["secrets"][0]["Id"], &enabled["secrets"][0]["State"]), (&json!(2), &json!("Active")));

    let revoked = folder.run(&["secret", "revoke", "billing", "3", "--json"]).json();
    assert_eq!(revoked, json!({"version": 1, "revoked": [3]}));
    folder.run(&["secret", "rm", "billing", "2"]).ok();
    let told = folder.run(&["secret", "revoke", "billing", "1"]).failed(2);
    assert!(told.contains("last usable one") && told.contains("--yes"), "{told}");
    folder.run(&["secret", "revoke", "billing", "1", "--yes"]).ok();
    assert_eq!(folder.run(&["secret", "list", "billing", "-q"]).ok(), "");
}

#[test]
fn a_secret_is_rotated_and_the_old_one_ends_by_itself() {
    let folder = Folder::set_up();
    folder.client("billing");
    folder.run(&["secret", "rotate", "billing", "--revoke-old-after", "7d", "--output", "env"]).ok();
    let list = folder.run(&["secret", "list", "billing", "--json"]).json();
    assert_eq!((&list["secrets"][0]["State"], &list["secrets"][1]["State"]), (&json!("Active"), &json!("Expiring")));
    let told = folder.run(&["secret", "rotate", "billing"]).failed(5);
    assert!(told.contains("--old 2 or 1"), "{told}");
    let told = folder.run(&["secret", "rotate", "billing", "--old", "1"]);
    assert!(told.err.contains("portcullis secret revoke billing 1"), "{told:?}");
}

#[test]
fn the_eleventh_secret_is_refused_with_what_to_do() {
    let folder = Folder::set_up();
    folder.client("billing");
    for _ in 0..9 {
        folder.run(&["secret", "add", "billing"]).ok();
    }
    let told = folder.run(&["secret", "add", "billing"]).failed(5);
    assert!(told.contains("10 secrets") && told.contains("portcullis secret list billing"), "{told}");
    folder.run(&["secret", "revoke", "billing", "--unused-since", "1h"]).ok();
    assert_eq!(folder.run(&["secret", "list", "billing", "-q"]).ok().lines().count(), 10);
}

#[test]
fn a_client_without_secrets_gets_none() {
    let folder = Folder::set_up();
    let args =
        ["client", "create", "spa", "--type", "authorization-code", "--redirect-url", "https://a.example.com/cb"];
    folder.run(&args).ok();
    let told = folder.run(&["secret", "add", "spa"]).failed(5);
    assert!(told.contains("PKCE"), "{told}");
    folder.run(&[&args[..], &["--yes", "--expires", "1y"]].concat()).failed(2);
}
