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
    server.run(&["healthcheck", "--ready", "-q"], &[]).ok();
    let taken = server.run(&["serve"], &[]).failed(5);
    assert!(taken.contains("--listen"), "{taken}");
}
