//! `doctor` finds each fault that is planted (ux: http behind TLS, untrusted proxy, clocks, schema, TLS, folder, mail, backup).

use crate::folder::Folder;
use crate::server::Server;
use crate::tls::{TLS, certificate};
use serde_json::Value;
use sqlx::Connection as _;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;

/// What doctor says, with exit code 8 or 0 as it should be.
#[expect(clippy::needless_pass_by_value, reason = "what was said is said once")]
fn findings(said: crate::folder::Said) -> Vec<Value> {
    let answer: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let findings = answer["findings"].as_array().expect("findings").clone();
    let problem = findings.iter().any(|finding| finding["Level"] == "problem");
    assert_eq!(said.exit, if problem { 8 } else { 0 }, "{said:?}");
    findings
}

#[track_caller]
fn assert_found(findings: &[Value], code: &str, level: &str) {
    let found = findings.iter().find(|finding| finding["Code"] == code);
    let found = found.unwrap_or_else(|| panic!("{code} is not among {findings:#?}"));
    assert_eq!(found["Level"], level, "{found}");
    assert!(found["Resolution"].as_str().is_some_and(|fix| fix.len() > 20), "{found}");
}

/// Changes the database behind the back of everything.
fn change(folder: &Folder, sql: &'static str) {
    change_file(&folder.path().join("portcullis-data/portcullis.db"), sql);
}

/// The same of a file.
pub(crate) fn change_file(path: &std::path::Path, sql: &'static str) {
    let change = async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("the database");
        sqlx::query(sql).execute(&mut connection).await.expect("a change");
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(change);
}

/// A number out of a database behind the back of everything.
pub(crate) fn count(path: &std::path::Path, sql: &'static str) -> i64 {
    let count = async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("the database");
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(count)
}

#[test]
fn ux_55_a_server_that_is_well_has_warnings_at_most_and_strict_counts_them() {
    let folder = Folder::set_up();
    let server = Server::start(&folder);
    let found = findings(server.run(&["doctor", "--json"], &[]));
    let problems: Vec<_> = found.iter().filter(|finding| finding["Level"] == "problem").collect();
    assert!(problems.is_empty(), "{problems:#?}");
    for check in
        ["Configuration", "Server", "Public URL", "Database", "Clocks", "Signing keys", "Master key", "Secrets"]
    {
        assert!(
            found.iter().any(|finding| finding["Check"] == check && finding["Level"] == "ok"),
            "{check}: {found:#?}"
        );
    }
    for code in ["D-503", "D-601", "D-701"] {
        assert_found(&found, code, "warning");
    }
    let strict = server.run(&["doctor", "--strict", "--only", "mail"], &[]);
    assert_eq!(strict.exit, 8, "{strict:?}");
    assert!(strict.out.starts_with("Mail ") && strict.out.contains("D-601"), "{strict:?}");

    let misspelt = server.run(&["doctor", "--only", "sekrets"], &[]);
    assert!(misspelt.exit == 2 && misspelt.err.contains("secrets"), "{misspelt:?}");

    let nodes = server.run(&["doctor", "--cluster"], &[]);
    assert_eq!(nodes.exit, 0, "{nodes:?}");
    assert_eq!(nodes.out.lines().next().map(|line| line.split('\t').count()), Some(6), "{nodes:?}");
    folder.run(&["backup", "create", "backups"]).ok();
    let found = findings(server.run(&["doctor", "--json", "--only", "backups"], &[]));
    assert!(found.len() == 1 && found[0]["Level"] == "ok", "{found:#?}");
}

#[test]
fn an_untrusted_proxy_and_one_that_changes_the_host_are_found() {
    let folder = Folder::set_up();
    let server = Server::start(&folder);
    let mut stream = std::net::TcpStream::connect(server.listen()).unwrap();
    let host = server.url().trim_start_matches("http://");
    write!(stream, "GET /healthz HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: 192.0.2.7\r\nconnection: close\r\n\r\n")
        .unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    let found = findings(server.run(&["doctor", "--json"], &[]));
    assert_found(&found, "D-109", "problem");

    // The server calls itself localhost; whoever comes by another name is told so.
    let other = server.url().replace("localhost", "127.0.0.1");
    let found = findings(server.run(&["doctor", "--json", "--public-url", &other], &[]));
    assert_found(&found, "D-105", "problem");
}

#[test]
fn http_where_https_answers_and_a_certificate_that_is_over_are_found() {
    let folder = Folder::set_up();
    certificate(&folder, "90");
    let server = Server::start_as(&folder, "https", &TLS);
    let plain = server.url().replace("https:", "http:");
    let found = findings(server.run(&["doctor", "--json", "--public-url", &plain], &[]));
    assert_found(&found, "D-104", "problem");
    let trusting = [TLS[0], TLS[1], ("SSL_CERT_FILE", "cert.pem")];
    let found = findings(server.run(&["doctor", "--json"], &trusting));
    assert!(found.iter().any(|finding| finding["Check"] == "TLS" && finding["Level"] == "ok"), "{found:#?}");
    let found = findings(server.run(&["doctor", "--json"], &TLS));
    assert_found(&found, "D-108", "problem");
    assert_found(&found, "D-601", "problem");
    server.stop();

    // What openssl makes unless it is told otherwise.
    let mut command = std::process::Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90"]);
    command.args(["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]);
    command.args(["-addext", "subjectAltName=DNS:localhost"]).current_dir(folder.path());
    assert!(command.output().expect("openssl runs").status.success());
    let server = Server::start_as(&folder, "https", &TLS);
    let found = findings(server.run(&["doctor", "--json"], &trusting));
    assert_found(&found, "D-115", "problem");
    let told = serde_json::to_string(&found).unwrap();
    assert!(told.contains("an authority's own") && !told.contains("OtherError"), "{told}");
    server.stop();

    let expired = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("keys/expired-certificate.pem");
    for file in ["cert.pem", "key.pem"] {
        std::fs::copy(&expired, folder.path().join(file)).unwrap();
    }
    let server = Server::start_as(&folder, "https", &TLS);
    let found = findings(server.run(&["doctor", "--json"], &trusting));
    assert_found(&found, "D-107", "problem");
}

#[test]
fn clocks_old_backups_and_nodes_that_differ_are_found() {
    let folder = Folder::set_up();
    change(&folder, "INSERT INTO instance (name, value) VALUES ('backup_last_at', '1700000000')");
    change(
        &folder,
        "INSERT INTO mails (id, sealed, what, made_at, due_at, ends_at, tries)
         VALUES ('a', 'x', 'reset', unixepoch() - 1000, unixepoch(), unixepoch() + 9000, 4)",
    );
    change(&folder, "INSERT INTO instance (name, value) VALUES ('mail_unsent', unixepoch() || ' 3 reset untaken')");
    change(
        &folder,
        "INSERT INTO nodes (id, name, version, key_fingerprint, config_hash, started_at, seen_at, clock_ahead) VALUES
         ('a', 'node-1', '0.1.0', 'f00', 'c0', 0, unixepoch(), 0), ('b', 'node-2', '0.2.0', 'f01', 'c1', 0, unixepoch(), -9)",
    );
    let found = findings(folder.run(&["doctor", "--json"]));
    for (code, level) in [
        ("D-301", "problem"),
        ("D-302", "warning"),
        ("D-303", "problem"),
        ("D-304", "warning"),
        ("D-603", "warning"),
        ("D-604", "warning"),
        ("D-702", "problem"),
        ("D-121", "warning"),
    ] {
        assert_found(&found, code, level);
    }
    let said = folder.run(&["doctor", "--cluster"]);
    assert!(said.out.contains("node-2\t0.2.0\t1970-01-01T00:00:00Z\t-9 s\tf01\tc1"), "{said:?}");
    assert!(said.err.contains("Begin with D-301"), "{said:?}");
    let told = folder.run(&["migrate", "--finish"]).failed(5);
    assert!(told.contains("node-2 0.2.0") && told.contains("the schema is up to date, but"), "{told}");
    change(&folder, "DELETE FROM nodes WHERE id = 'b'");
    folder.run(&["migrate", "--finish"]).ok();
}

#[test]
fn a_server_whose_administrators_are_all_disabled_is_found() {
    let folder = Folder::set_up();
    change(&folder, "UPDATE users SET enabled = FALSE");
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-504", "warning");
    folder.run(&["user", "enable", "alex@example.com"]).ok();
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-503", "warning");
}

#[test]
fn a_schema_that_is_older_or_newer_is_found() {
    let folder = Folder::set_up();
    change(&folder, "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)");
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-201", "problem");
    let folder = Folder::set_up();
    change(
        &folder,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    );
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-206", "warning");
    // It says which programs may run on it.
    change(&folder, "UPDATE instance SET value = '9999' WHERE name = 'schema_must_know'");
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-202", "problem");
    let told = folder.run(&["serve"]).failed(7);
    assert!(told.contains("newer version"), "{told}");
}

#[test]
fn rel_06_a_damaged_database_is_found_and_nobody_is_served_from_it() {
    let folder = Folder::set_up();
    let file = folder.path().join("portcullis-data/portcullis.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.chunks_mut(4_096).skip(1).for_each(|page| page[0] = 0xa5); // no kind of page that there is
    std::fs::write(&file, &bytes).unwrap();
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-205", "problem");
    let told = folder.run(&["serve"]).failed(8);
    assert!(told.contains("damaged") && told.contains("backup restore"), "{told}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "it is left as it was");
}

#[test]
fn a_folder_that_cannot_be_written_or_is_open_to_all_is_found() {
    let folder = Folder::set_up();
    let data = folder.path().join("portcullis-data");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_found(&findings(folder.run(&["doctor", "--json"])), "D-111", "warning");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    let database = data.join("portcullis.db");
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    let found = findings(folder.run(&["doctor", "--json"]));
    assert!(
        found.iter().any(|finding| finding["Check"] == "Data folder" && finding["Level"] == "ok"),
        "nobody else comes to a file in a closed folder: {found:#?}"
    );
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::copy(&database, elsewhere.join("other.db")).unwrap();
    std::fs::set_permissions(elsewhere.join("other.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let other = [("PORTCULLIS_DATABASE__URL", "sqlite:elsewhere/other.db")];
    let found = findings(folder.run_with(&["doctor", "--json"], &other));
    assert_found(&found, "D-111", "warning");
    assert!(!found.iter().any(|finding| finding["Check"] == "Data folder" && finding["Level"] == "ok"), "{found:#?}");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o500)).unwrap();
    let found = findings(folder.run(&["doctor", "--json"]));
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_found(&found, "D-110", "problem");
}

#[test]
fn what_is_missing_or_wrong_is_found_before_anything_is_made() {
    let folder = Folder::empty();
    let found = findings(folder.run(&["doctor", "--json"]));
    assert_found(&found, "D-204", "problem");
    assert!(!folder.path().join("portcullis-data").exists());
    let found = findings(folder.run_with(&["doctor", "--json"], &[("PORTCULLIS_SERVER__LISTN", "x")]));
    assert_found(&found, "D-101", "problem");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let mail = [
        ("PORTCULLIS_SERVER__LISTEN", listen.as_str()),
        ("PORTCULLIS_MAIL__URL", "smtp://127.0.0.1:1"),
        ("PORTCULLIS_MAIL__FROM", "x@example.com"),
    ];
    let folder = Folder::set_up();
    std::fs::remove_file(folder.path().join("portcullis-data/keys/master.key")).unwrap();
    drop(taken);
    let found = findings(folder.run_with(&["doctor", "--json"], &mail));
    assert_found(&found, "D-402", "problem");
    assert_found(&found, "D-602", "problem");
}
