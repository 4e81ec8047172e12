//! What monitoring finds.

use crate::folder::Folder;
use crate::server::Server;

#[test]
fn ds_10_metrics_are_at_the_internal_address_alone() {
    let folder = Folder::set_up();
    let (_, secret) = folder.client("billing");
    let server = Server::start(&folder);
    server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
    server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", "pc_cs_wrong")]).failed(6);
    let outside = server.get("/metrics");
    assert!(outside.starts_with("HTTP/1.1 404 "), "{outside}");

    let inside = server.get_internal("/metrics");
    assert!(inside.starts_with("HTTP/1.1 200 OK"), "{inside}");
    assert!(
        inside.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"),
        "{inside}"
    );
    for line in [
        "portcullis_tokens_issued_total{grant=\"client_credentials\"} 1",
        "portcullis_http_requests_total{endpoint=\"token\",status=\"2xx\"} 1",
        "portcullis_http_requests_total{endpoint=\"token\",status=\"4xx\"} 1",
        "portcullis_http_request_duration_seconds_count{endpoint=\"token\"} 2",
        "portcullis_refusals_total{reason=\"PC-2202\"} 1",
        "portcullis_ready 1",
        "portcullis_backup_last_success_timestamp_seconds 0",
        "# EOF",
    ] {
        assert!(inside.lines().any(|found| found == line), "{line} is not in {inside}");
    }
    for secret in [secret.as_str(), "billing", "alex@example.com"] {
        assert!(!inside.contains(secret), "{secret} is in {inside}");
    }
    assert!(server.get_internal("/healthz").ends_with("ok"));
}

#[test]
fn visiting_programs_are_told_whom_to_ask_and_to_index_nothing() {
    let folder = Folder::set_up();
    let server = Server::start(&folder);
    assert!(server.get("/robots.txt").ends_with("User-agent: *\nDisallow: /\n"));
    let none = server.get("/.well-known/security.txt");
    assert!(none.starts_with("HTTP/1.1 404 "), "nobody is named: {none}");
    drop(server);
    let server = Server::start_with(&folder, &[("PORTCULLIS_SUPPORT__CONTACT", "security@example.com")]);
    let told = server.get("/.well-known/security.txt");
    assert!(told.contains("\nContact: mailto:security@example.com\nExpires: 20"), "{told}");
}
