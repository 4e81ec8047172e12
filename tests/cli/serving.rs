//! The server beside the commands.

use crate::folder::Folder;
use crate::server::Server;
use serde_json::Value;
use std::process::Command;

#[test]
fn ux_56_a_token_is_fetched_as_the_client_would() {
    let folder = Folder::set_up();
    let (id, secret) = folder.client("billing");
    let server = Server::start(&folder);
    let secret = [("PORTCULLIS_CLIENT_SECRET", secret.as_str())];

    let token = server.run(&["token", "billing"], &secret).ok();
    assert_eq!((token.matches('.').count(), token.lines().count()), (2, 1), "{token}");
    let decoded = server.run(&["token", "billing", "--decode"], &secret).json();
    // Where the documentation has a program's own API, here is the one of this server.
    let tenant = decoded["claims"]["tid"].as_str().expect("a tenant");
    let ask = format!("{}/api/v1/Tenants/{tenant}/ClientCredentialClients/{id}", server.url());
    let token = format!("Authorization: Bearer {}", token.trim_end());
    let curl = Command::new("curl").args(["-sS", "--noproxy", "*", "-H", &token, &ask]).output().expect("curl runs");
    assert!(String::from_utf8_lossy(&curl.stdout).contains("\"billing\""), "{curl:?}");
    assert_eq!((&decoded["header"]["typ"], &decoded["claims"]["sub"]), (&"at+jwt".into(), &id.as_str().into()));
    let answer: Value = server.run(&["token", &id, "--scope", "ocsapi", "--json"], &secret).json();
    assert_eq!(answer["token_type"], "Bearer");

    folder.write("secret.txt", &format!("{}\n", secret[0].1));
    server.run(&["token", "billing", "--secret-file", "secret.txt"], &[]).ok();
    let told = server.run(&["token", "billing"], &[]).failed(2);
    assert!(told.contains("PORTCULLIS_CLIENT_SECRET") && told.contains("--secret-stdin"), "{told}");
    let told = server.run(&["token", "billing", "--scope", "nope"], &secret).failed(6);
    assert!(told.starts_with("error: invalid_scope: ") && told.contains("portcullis help errors"), "{told}");

    folder.run(&["client", "edit", "billing", "--auth-method", "client_secret_basic"]).ok();
    server.run(&["token", "billing"], &secret).ok();
}

#[test]
fn st_08_what_others_may_write_is_closed_to_them_or_the_server_does_not_start() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::set_up();
    let data = folder.path().join("portcullis-data");
    let set = |path: &std::path::Path, mode| set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let open =
        [(data.clone(), 0o777, 0o700), (data.join("keys"), 0o777, 0o700), (data.join("portcullis.db"), 0o666, 0o600)];
    for (path, mode, _) in &open {
        set(path, *mode);
    }
    Server::start(&folder).stop();
    for (path, _, mode) in &open {
        assert_eq!(metadata(path).unwrap().permissions().mode() & 0o777, *mode, "{}", path.display());
    }
    // A folder that is not ours is not for us to change.
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::copy(data.join("keys/master.key"), elsewhere.join("master.key")).unwrap();
    set(&elsewhere.join("master.key"), 0o600);
    set(&elsewhere, 0o777);
    let env = [("PORTCULLIS_MASTER_KEY_FILE", "elsewhere/master.key")];
    let told = folder.run_with(&["serve", "--listen", "127.0.0.1:0"], &env).failed(3);
    assert!(told.contains("mode 0777") && told.contains("chmod go-w"), "{told}");
}

#[test]
fn a_change_by_a_command_reaches_the_running_server() {
    let folder = Folder::set_up();
    let (_, secret) = folder.client("billing");
    let server = Server::start(&folder);
    let secret = [("PORTCULLIS_CLIENT_SECRET", secret.as_str())];
    server.run(&["token", "billing"], &secret).ok();
    server.run(&["client", "disable", "billing"], &[]).ok();
    let refused = (0..200).map(|_| server.run(&["token", "billing"], &secret)).find(|said| said.exit != 0);
    let told = refused.expect("the server never heard that the client is disabled").failed(6);
    assert!(told.contains("disabled"), "{told}");
    server.run(&["client", "enable", "billing"], &[]).ok();
    assert!((0..200).any(|_| server.run(&["token", "billing"], &secret).exit == 0), "it never heard of its return");
}

#[test]
fn health_is_asked_of_the_listening_address() {
    let folder = Folder::set_up();
    let told = folder.run_with(&["healthcheck"], &[("PORTCULLIS_SERVER__LISTEN", "127.0.0.1:1")]).failed(1);
    assert!(told.contains("portcullis serve"), "{told}");
    let server = Server::start(&folder);
    assert_eq!(server.run(&["healthcheck"], &[]).ok(), "ok\n");
    assert_eq!(server.run(&["healthcheck", "--json"], &[]).json()["said"], "ok");
    server.run(&["healthcheck", "--ready", "-q"], &[]).ok();
    let taken = server.run(&["serve"], &[]).failed(5);
    assert!(taken.contains("--listen"), "{taken}");
}

#[test]
fn a_server_that_shall_opens_its_set_up_link_in_a_browser() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::empty();
    // What the desktop would be asked for comes through this pipe: reading it waits until somebody has written.
    let pipe = folder.path().join("opened");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let path = folder.path().join("bin");
    std::fs::create_dir(&path).expect("a folder");
    for program in ["xdg-open", "open"] {
        let file = path.join(program);
        std::fs::write(&file, format!("#!/bin/sh\nprintf %s \"$1\" > {}\n", pipe.display())).expect("a program");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    }
    let path = path.to_str().expect("a path").to_owned();
    let server = Server::start_flagged(&folder, "--open", &path);
    let address = std::fs::read_to_string(&pipe).expect("an address");
    assert!(address.starts_with(&format!("{}/setup?code=", server.url())), "{address}");
    server.stop();

    folder.write("password.txt", crate::folder::PASSWORD);
    folder.run(&["init", "--admin-email", "alex@example.com", "--password-file", "password.txt"]).ok();
    let server = Server::start_flagged(&folder, "--open", &path);
    assert_eq!(std::fs::read_to_string(&pipe).expect("an address"), format!("{}/portal", server.url()));
}

#[test]
fn a_server_to_try_things_out_is_for_this_machine_alone() {
    let folder = Folder::set_up();
    let told = folder.run(&["serve", "--dev", "--public-url", "https://id.example.com"]).failed(3);
    assert!(told.contains("--dev is for this machine alone"), "{told}");
    let server = Server::start_flagged(&folder, "--dev", "/nowhere");
    let page = server.get("/dev/mail");
    assert!(
        page.starts_with("HTTP/1.1 303") && page.contains("/login?request="),
        "mails are for administrators: {page}"
    );
}
