//! The first administrator, and the way back in.

use crate::folder::{Folder, PASSWORD};

#[test]
fn init_makes_store_keys_and_administrator_once() {
    let folder = Folder::empty();
    folder.write("password.txt", &format!("{PASSWORD}\n"));
    let init = ["init", "--admin-email", "Alex@example.com", "--password-file", "password.txt", "--json"];
    let made = folder.run(&[&init[..], &["--name", "Alex Kim", "--tenant-name", "Contoso Ltd."]].concat()).json();
    assert_eq!(made["version"], 1);
    assert_eq!(made["tenant"]["Alias"], "contoso-ltd");
    let users = folder.run(&["user", "list", "--json"]).json();
    assert_eq!(users["users"][0]["Id"], made["user"]["Id"]);
    assert_eq!(
        (&users["users"][0]["Name"], &users["users"][0]["Email"]),
        (&"Alex Kim".into(), &"Alex@example.com".into())
    );
    assert_eq!(users["users"][0]["Roles"], serde_json::json!(["Account Administrator", "Account Member"]));
    let keys = folder.run(&["keys", "list", "--json"]).json();
    let mut algorithms: Vec<&str> =
        keys["keys"].as_array().unwrap().iter().filter_map(|key| key["Algorithm"].as_str()).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "EdDSA", "RS256"]);
    folder.run(&init).failed(5);

    for (name, mode) in [("portcullis-data", 0o700), ("portcullis-data/keys/master.key", 0o600)] {
        let facts = std::fs::metadata(folder.path().join(name)).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&facts) & 0o777, mode, "{name}");
    }
}

#[test]
fn a_password_comes_from_a_file_or_from_standard_input() {
    let folder = Folder::empty();
    let told = folder.run(&["init", "--admin-email", "a@example.com"]).failed(2);
    assert!(told.contains("--password-file FILE or --password-stdin"), "{told}");
    let weak = folder.feed(&["init", "--admin-email", "a@example.com", "--password-stdin"], "short\n").failed(2);
    assert!(weak.contains("password: "), "{weak}");
    let gone = folder.run(&["init", "--admin-email", "a@example.com", "--password-file", "gone"]).failed(2);
    assert!(gone.starts_with("error: --password-file names gone, which cannot be read"), "{gone}");
    folder.feed(&["init", "--admin-email", "a@example.com", "--password-stdin"], &format!("{PASSWORD}\n")).ok();
}

#[test]
fn a_set_up_link_is_given_until_there_is_an_administrator() {
    let folder = Folder::empty();
    let first = folder.run(&["init", "--setup-link"]).ok();
    assert!(first.starts_with("http://localhost:8484/setup?code="), "{first}");
    assert_eq!(first.lines().count(), 1);
    let second = folder.run(&["user", "setup-link"]).ok();
    assert_ne!(first, second);
    let told = folder.run(&["client", "list"]).failed(4);
    assert!(told.contains("portcullis user setup-link"), "{told}");
    folder.feed(&["init", "--admin-email", "a@example.com", "--password-stdin"], PASSWORD).ok();
    let told = folder.run(&["user", "setup-link"]).failed(2);
    assert!(told.contains("portcullis user setup-link alex@example.com"), "{told}");
}

#[test]
fn a_user_gets_a_link_for_a_new_password_and_the_audit_log_knows() {
    let folder = Folder::set_up();
    let link = folder.run(&["user", "setup-link", "ALEX@example.com", "--as", "Omar"]).ok();
    assert!(link.starts_with("http://localhost:8484/password/new?link=pc_"), "{link}");
    let link = folder.run(&["user", "reset-password", "alex@example.com", "--expires", "24h", "--json"]).json();
    assert_eq!(link["link"]["Email"], "alex@example.com");
    folder.run(&["user", "reset-password", "alex@example.com", "--expires", "tomorrow"]).failed(2);
    let audit = folder.run(&["audit", "list", "--json"]).json();
    let events: Vec<(&str, &str)> = audit["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["Action"].as_str().unwrap(), event["ActorName"].as_str().unwrap()))
        .collect();
    assert!(events.contains(&("user.link_made", "Omar")), "{events:?}");
    assert!(events.contains(&("user.link_made", "local operator")), "{events:?}");
    assert!(!audit.to_string().contains("pc_"), "{audit}");
}

#[test]
fn whoever_has_no_password_is_invited_again_and_no_link_works_for_years() {
    let folder = Folder::set_up();
    folder.run(&["user", "add", "uma@example.com", "-q"]).ok();
    let end = |args: &[&str]| {
        let link = folder.run(&[&["user", "setup-link", "uma@example.com", "--json"], args].concat()).json();
        link["link"]["Expires"].as_str().expect("an end").to_owned()
    };
    // Times of one zone compare as texts do: an invitation works for a week unless somebody says otherwise.
    assert!((end(&["--expires", "6d"])..end(&["--expires", "8d"])).contains(&end(&[])));
    end(&["--expires", "60d"]);
    let audit = folder.run(&["audit", "list", "--json"]).ok();
    assert!(audit.contains("invitation") && !audit.contains("\"reset\""), "{audit}");
    for (email, span, most) in [("uma@example.com", "61d", "60 days"), ("alex@example.com", "8d", "7 days")] {
        let told = folder.run(&["user", "setup-link", email, "--expires", span]).failed(2);
        assert!(told.starts_with("error: --expires: a") && told.contains(most), "{told}");
    }
    let told = folder.run(&["client", "create", "x", "--expires", "0d"]).failed(2);
    assert!(told.contains("Expiry date must be in the future."), "{told}");
}

#[test]
fn an_init_that_is_refused_leaves_nothing_behind() {
    let folder = Folder::empty();
    for (email, password, why) in [("nope", PASSWORD, "e-mail"), ("a@example.com", "short", "15 characters")] {
        let told = folder.feed(&["init", "--admin-email", email, "--password-stdin"], password).failed(2);
        assert!(told.contains(why), "{told}");
    }
    assert!(!folder.path().join("portcullis-data").exists());
}
