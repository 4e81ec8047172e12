//! Settings that are misspelt, and where settings come from.

use crate::folder::Folder;
use serde_json::Value;

#[test]
fn a_misspelt_setting_stops_the_start_with_the_right_name() {
    let folder = Folder::set_up();
    folder.write("portcullis.toml", "publc_url = \"https://id.example.com\"\n");
    let told = folder.run(&["serve"]).failed(3);
    assert!(told.contains("publc_url") && told.contains("did you mean public_url?"), "{told}");
    folder.write("portcullis.toml", "");
    let told = folder.run_with(&["serve"], &[("PORTCULLIS_SERVER__LISTN", "127.0.0.1:0")]).failed(3);
    assert!(told.contains("PORTCULLIS_SERVER__LISTN") && told.contains("PORTCULLIS_SERVER__LISTEN?"), "{told}");
}

#[test]
fn a_service_of_kubernetes_that_is_called_portcullis_stops_nothing() {
    let folder = Folder::set_up();
    let env = [
        ("PORTCULLIS_SERVICE_HOST", "10.1.2.3"),
        ("PORTCULLIS_SERVICE_PORT_HTTP", "80"),
        ("PORTCULLIS_PORT", "tcp://10.1.2.3:80"),
        ("PORTCULLIS_PORT_80_TCP_ADDR", "10.1.2.3"),
    ];
    folder.run_with(&["config", "check"], &env).ok();
    folder.run_with(&["client", "list"], &env).ok();
    folder.run_with(&["client", "list"], &[("PORTCULLIS_PORT", "8585")]).failed(3);
    for manifest in ["packaging/kubernetes/portcullis.yaml", "packaging/helm/portcullis/templates/deployment.yaml"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest)).unwrap();
        assert!(text.contains("\n      enableServiceLinks: false\n"), "{manifest}");
    }
}

#[test]
fn config_show_names_the_source_of_each_value_and_hides_secrets() {
    let folder = Folder::empty();
    folder.write("portcullis.toml", "[tokens]\ncode = \"90s\"\n[database]\nurl_file = \"url\"\n");
    folder.write("url", "postgres://u:hunter2@db.example.com/p\n");
    let env = [
        ("PORTCULLIS_LOG", "warn"),
        ("PORTCULLIS_MASTER_KEY_FILE", "master.key"),
        ("PORTCULLIS_MAIL__URL", "smtps://u:hunter3@mail.example.com"),
        ("PORTCULLIS_MAIL__FROM", "x@example.com"),
    ];
    let args = ["--public-url", "https://id.example.com", "config", "show", "--origin", "--json"];
    let shown = folder.run_with(&args, &env).ok();
    assert!(!shown.contains("hunter"), "{shown}");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    for (path, value, origin) in [
        ("public_url", "https://id.example.com", "--public-url"),
        ("log.level", "warn", "PORTCULLIS_LOG"),
        ("tokens.code", "90s", "portcullis.toml"),
        ("database.url", "db.example.com", "portcullis.toml"),
        ("mail.url", "mail.example.com", "PORTCULLIS_MAIL__URL"),
        ("tokens.id_token", "300s", "default"),
    ] {
        let rows = shown["settings"].as_array().unwrap();
        let row = rows.iter().find(|row| row["path"] == path).unwrap_or_else(|| panic!("{path}: {shown}"));
        assert!(row["value"].as_str().unwrap().contains(value), "{row}");
        assert!(row["origin"].as_str().unwrap().contains(origin), "{row}");
    }
}

#[test]
fn config_check_refuses_the_files_that_serve_would_refuse() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::set_up();
    folder.run(&["config", "check"]).ok();
    let key = folder.path().join("portcullis-data/keys/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o444)).unwrap();
    let told = folder.run(&["config", "check"]).failed(8);
    assert!(told.contains("master.key") && told.contains("0444"), "{told}");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    folder.write("cert.pem", "none");
    let pair = [("PORTCULLIS_SERVER__TLS_CERT", "cert.pem"), ("PORTCULLIS_SERVER__TLS_KEY", "cert.pem")];
    let check = ["--public-url", "https://localhost:8484", "config", "check"];
    let told = folder.run_with(&check, &pair).failed(8);
    assert!(told.contains("cert.pem"), "{told}");
    let elsewhere =
        [("PORTCULLIS_DATABASE__URL", "postgres://u@db.example.com/p"), ("PORTCULLIS_MASTER_KEY_FILE", "gone.key")];
    let said = folder.run_with(&["config", "check"], &elsewhere);
    assert!(said.err.contains("warning: the master key file gone.key is not there"), "{said:?}");
    said.ok();
    let told = folder.run(&["--public-url", "ftp://id.example.com", "config", "check"]).failed(8);
    assert!(told.contains("does not start with https://"), "{told}");
}
