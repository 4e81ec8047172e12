//! `portcullis client …`

use crate::folder::Folder;
use serde_json::{Value, json};

fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

#[test]
fn a_client_is_answered_as_the_api_answers() {
    let folder = Folder::set_up();
    let daemon = folder.run(&[
        "client",
        "create",
        "billing",
        "--role",
        "Account Viewer",
        "--token-lifetime",
        "600",
        "--tag",
        "a",
        "--id",
        "b-1",
        "--secret-description",
        "prod",
        "--expires",
        "2099-11-24",
        "--output",
        "json",
    ]);
    let daemon = daemon.json();
    assert_eq!(members(&daemon), ["Client", "Description", "ExpirationDate", "Id", "Secret"]);
    assert_eq!((&daemon["Id"], &daemon["Description"]), (&json!(1), &json!("prod")));
    assert_eq!(daemon["ExpirationDate"], "2099-11-24T23:59:59Z");
    let client = &daemon["Client"];
    assert_eq!(members(client), ["AccessTokenLifetime", "Enabled", "Id", "Name", "RoleIds", "Tags"]);
    assert_eq!((&client["Id"], &client["AccessTokenLifetime"]), (&json!("b-1"), &json!(600)));
    assert_eq!(client["RoleIds"].as_array().unwrap().len(), 2);
    folder.run(&["client", "create", "another", "--id", "b-1"]).failed(5);

    let spa = ["client", "create", "spa", "--type", "authorization-code", "--redirect-url", "https://a.example.com/cb"];
    let spa = folder.run(&[&spa[..], &["--cors-origin", "https://b.example.com/", "--json"]].concat()).json();
    assert_eq!(spa["AllowedCorsOrigins"], json!(["https://b.example.com"]));
    assert!(spa.get("Secret").is_none());

    let web = ["client", "create", "web", "--type", "hybrid", "--redirect-url", "https://a.example.com/cb", "--json"];
    let web = folder.run(&[&web[..], &["--allow-refresh-token", "--access-tokens-via-browser"]].concat()).json();
    assert_eq!(web["Client"]["AllowOfflineAccess"], true);
    assert_eq!(web["Client"]["AllowAccessTokensViaBrowser"], true);

    let shown = folder.run(&["client", "show", "billing", "--json"]).json();
    assert_eq!(shown["version"], 1);
    for member in members(client) {
        assert_eq!(shown["clients"][0][member], client[member], "{member}");
    }
    assert_eq!(shown["clients"][0]["Secrets"][0]["State"], "Active");
    let listed = folder.run(&["client", "list", "--json"]).json();
    assert_eq!(listed["clients"].as_array().unwrap().len(), 3);
    assert_eq!(listed["clients"][0], shown["clients"][0]);
}

#[test]
fn answers_are_alone_on_standard_output() {
    let folder = Folder::set_up();
    let env = folder.run(&["client", "create", "billing", "--output", "env"]).ok();
    let lines: Vec<&str> = env.lines().collect();
    assert!(
        matches!(lines.as_slice(), [id, secret] if id.starts_with("PORTCULLIS_CLIENT_ID=")
        && secret.starts_with("PORTCULLIS_CLIENT_SECRET=pc_cs_")),
        "{env}"
    );
    let id = folder.run(&["client", "create", "later", "--no-secret", "--quiet"]).ok();
    assert_eq!(id.trim().len(), 36, "{id}");
    let told = folder.run(&["client", "create", "lost", "--quiet"]).failed(2);
    assert!(told.contains("--output env"), "{told}");
    let rows = folder.run(&["client", "list", "--sort", "name"]).ok();
    let names: Vec<&str> = rows.lines().filter_map(|row| row.split('\t').next()).collect();
    assert_eq!(names, ["billing", "later"]);
    assert!(rows.lines().all(|row| row.split('\t').count() == 7 && row.contains('Z')), "{rows}");
    assert_eq!(folder.run(&["client", "list", "-q", "--status", "no-usable-secret"]).ok(), id);
    assert_eq!(folder.run(&["client", "ls", "-q", "--type", "hybrid"]).ok(), "");
}

#[test]
fn secrets_are_not_left_in_the_logs_of_a_build() {
    let folder = Folder::set_up();
    let ci = [("CI", "true")];
    let told = folder.run_with(&["client", "create", "billing"], &ci);
    assert!(!told.out.contains("pc_cs_") && told.out.contains("withheld"), "{told:?}");
    assert!(told.err.contains("portcullis secret add billing --output value"), "{told:?}");
    assert!(folder.run_with(&["client", "create", "other", "--output", "env"], &ci).ok().contains("pc_cs_"));
    assert!(folder.run_with(&["client", "create", "third"], &[("CI", "false")]).ok().contains("pc_cs_"));
}

#[test]
fn a_client_is_changed_switched_off_and_removed() {
    let folder = Folder::set_up();
    let args =
        ["client", "create", "spa", "--type", "authorization-code", "--redirect-url", "https://a.example.com/cb"];
    folder.run(&args).ok();
    folder
        .run(&[
            "client",
            "edit",
            "spa",
            "--name",
            "shop",
            "--token-lifetime",
            "300",
            "--add-redirect-url",
            "com.example.app:/cb",
            "--remove-redirect-url",
            "https://a.example.com/cb",
            "--allow-refresh-token",
            "--consent",
            "first_time",
        ])
        .ok();
    let shop = folder.run(&["client", "show", "shop", "--json"]).json();
    let shop = &shop["clients"][0];
    assert_eq!(shop["RedirectUris"], json!(["com.example.app:/cb"]));
    assert_eq!((&shop["AccessTokenLifetime"], &shop["AllowOfflineAccess"]), (&json!(300), &json!(true)));
    folder.run(&["client", "edit", "shop", "--allow-refresh-token=false"]).ok();
    folder.run(&["client", "edit", "shop", "--remove-redirect-url", "com.example.app:/cb"]).failed(2);
    folder.run(&["client", "edit", "shop", "--add-role", "Viewer"]).failed(2);

    let disabled = folder.run(&["client", "disable", "shop", "--json"]).json();
    assert_eq!(disabled["clients"][0]["Enabled"], false);
    assert_eq!(folder.run(&["client", "list", "--status", "disabled"]).ok().lines().count(), 1);
    folder.run(&["client", "enable", "shop"]).ok();
    assert_eq!(folder.run(&["client", "list", "--status", "disabled"]).ok(), "");

    let told = folder.run(&["client", "delete", "shop"]).failed(2);
    assert!(told.contains("--yes") && told.contains("portcullis client disable shop"), "{told}");
    let deleted = folder.run(&["client", "delete", "shop", "--yes", "--json"]).json();
    assert_eq!(deleted, json!({"version": 1, "deleted": [disabled["clients"][0]["Id"]]}));
    folder.run(&["client", "show", "shop"]).failed(4);
}

#[test]
fn roles_are_given_and_taken_but_never_the_member_role() {
    let folder = Folder::set_up();
    folder.client("billing");
    let count = || {
        folder.run(&["client", "show", "billing", "--json"]).json()["clients"][0]["RoleIds"].as_array().unwrap().len()
    };
    folder.run(&["client", "edit", "billing", "--add-role", "Account Viewer", "--add-role", "Contributor"]).ok();
    assert_eq!(count(), 3);
    folder.run(&["client", "edit", "billing", "--remove-role", "viewer", "--remove-role", "Account Member"]).ok();
    assert_eq!(count(), 2);
    let told = folder.run(&["client", "create", "boss", "--role", "Account Administrator"]);
    assert!(told.err.contains("warning: whoever gets the secret"), "{told:?}");
}

#[test]
fn a_flag_that_nothing_would_come_of_is_refused() {
    let folder = Folder::set_up();
    let app = ["--type", "authorization-code", "--redirect-url", "https://a.example.com/cb"];
    let web = ["--type", "hybrid", "--redirect-url", "https://a.example.com/cb"];
    folder.run(&[&["client", "create", "app"][..], &app].concat()).ok();
    folder.run(&[&["client", "create", "web", "--no-secret"][..], &web].concat()).ok();
    folder.client("job");
    let rows: &[(&str, &[&str], &[&str], &str)] = &[
        ("app", &app, &["--pkce", "optional"], "must always use PKCE"),
        ("app", &app, &["--auth-method", "client_secret_basic"], "has no secrets"),
        ("app", &app, &["--access-tokens-via-browser"], "from the token endpoint alone"),
        ("job", &[], &["--access-tokens-via-browser"], "has no users"),
        ("job", &[], &["--allow-refresh-token=false"], "has no users"),
        ("job", &[], &["--consent", "always"], "has no users"),
        ("job", &[], &["--client-uri", "https://a.example.com"], "has no users"),
        ("job", &[], &["--logo-uri", "https://a.example.com/l.png"], "has no users"),
        ("job", &[], &["--pkce", "required"], "has no users"),
    ];
    for (name, kind, flag, why) in rows {
        let created = [&["client", "create", "another"][..], kind, flag].concat();
        for args in [created, [&["client", "edit", name][..], flag].concat()] {
            let told = folder.run(&args).failed(2);
            assert!(told.contains(why) && told.contains(flag[0].split('=').next().unwrap()), "{args:?}: {told}");
        }
    }
    folder.run(&["client", "edit", "web", "--pkce", "optional", "--auth-method", "client_secret_basic"]).ok();
}

#[test]
fn what_is_not_kept_as_typed_is_told_beside_the_answer() {
    let folder = Folder::set_up();
    let app = ["client", "create", "app", "--type", "authorization-code", "--json"];
    let urls = ["--redirect-url", "https://Shop.Example.com:443/cb", "--cors-origin", "https://app.example.com/"];
    let said = folder.run(&[&app[..], &urls].concat());
    for told in ["Saved as https://shop.example.com/cb (host in lower case", "an origin has no path"] {
        assert!(said.err.contains(told), "{said:?}");
    }
    assert_eq!(said.json()["RedirectUris"], json!(["https://shop.example.com/cb"]));
    let said = folder.run(&["client", "edit", "app", "--add-redirect-url", "https://B.example.com/cb", "-q"]);
    assert!(said.err.contains("warning: Saved as https://b.example.com/cb"), "{said:?}");
}
