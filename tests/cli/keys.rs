//! `portcullis keys …`

use crate::folder::Folder;
use serde_json::{Value, json};

/// The keys of ES256, whose making takes no time.
fn keys(folder: &Folder) -> Vec<(String, String)> {
    let list = folder.run(&["keys", "list", "--json"]).json();
    let keys = list["keys"].as_array().expect("keys").iter().filter(|key| key["Algorithm"] == "ES256");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    keys.map(|key| (text(&key["Id"]), text(&key["State"]))).collect()
}

/// The same, in no order: keys of one second are listed as their ids happen to fall.
fn states(folder: &Folder) -> std::collections::BTreeMap<String, String> {
    keys(folder).into_iter().collect()
}

#[test]
fn a_key_is_announced_and_takes_over() {
    let folder = Folder::set_up();
    let old = keys(&folder)[0].0.clone();
    let said = folder.run(&["keys", "rotate", "--alg", "ES256", "--json"]);
    assert!(said.err.contains("The next ES256 key is announced") && said.err.contains("signs in"), "{said:?}");
    let announced = said.json();
    assert_eq!(announced["keys"].as_array().unwrap().len(), 1);
    let new = announced["keys"][0]["Id"].as_str().unwrap().to_owned();
    let again = folder.run(&["keys", "rotate", "--alg", "ES256"]);
    assert!(again.err.contains("was announced already") && again.out.starts_with(&new), "{again:?}");
    assert_eq!(states(&folder), [(old.clone(), "active".to_owned()), (new.clone(), "pending".to_owned())].into());

    let told = folder.run(&["keys", "activate", &new]).failed(2);
    assert!(told.contains("Programs that keep the published keys") && told.contains("--yes"), "{told}");
    let active = folder.run(&["keys", "activate", &new, "--yes", "--json"]).json();
    assert_eq!(active["keys"][0]["State"], "active");
    assert_eq!(states(&folder), [(old.clone(), "retired".to_owned()), (new.clone(), "active".to_owned())].into());
    let told = folder.run(&["keys", "activate", &old, "--yes"]).failed(5);
    assert!(told.contains("portcullis keys rotate"), "{told}");
    // An id may begin with a hyphen: it is base64url.
    for unknown in ["none", "-none", "--none"] {
        folder.run(&["keys", "activate", unknown, "--yes"]).failed(4);
    }
    folder.run(&["keys", "rotate", "--alg", "HS256"]).failed(2);
}

#[test]
fn a_key_is_revoked_only_by_whoever_repeats_its_id() {
    let folder = Folder::set_up();
    let old = keys(&folder)[0].0.clone();
    let told = folder.run(&["keys", "revoke", &old, "--yes"]).failed(2);
    assert!(told.contains(&format!("portcullis keys revoke {old} --confirm {old}")), "{told}");
    folder.run(&["keys", "revoke", &old, "--confirm", "another"]).failed(2);
    for unknown in ["none", "-none"] {
        folder.run(&["keys", "revoke", unknown, "--confirm", unknown]).failed(4);
    }
    assert_eq!(keys(&folder), [(old.clone(), "active".to_owned())]);

    let said = folder.run(&["keys", "revoke", &old, "--confirm", &old, "--json", "--as", "Omar"]);
    assert!(said.err.contains("refused from now on") && said.err.contains("ES256 signs with"), "{said:?}");
    assert_eq!(said.json(), json!({"version": 1, "revoked": [old]}));
    let left = keys(&folder);
    assert_eq!(left.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(), ["active"]);
    assert_ne!(left[0].0, old);
    let audit = folder.run(&["audit", "list", "--json"]).json();
    let events = audit["events"].as_array().unwrap().iter();
    let told: Vec<_> = events.filter(|event| event["ActorName"] == "Omar").map(|event| &event["Action"]).collect();
    assert_eq!(told, ["key.created", "key.revoked"]);
}
