//! TLS in the process: a certificate that is served, renewed and refused.

use crate::folder::Folder;
use crate::server::Server;
use std::process::Command;

/// Makes `cert.pem` and `key.pem` for localhost, good for so many days.
pub(crate) fn certificate(folder: &Folder, days: &str) {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days]);
    command.args(["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]);
    command.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
    let made = command.current_dir(folder.path()).output().expect("openssl runs");
    assert!(made.status.success(), "{made:?}");
}

/// The variables of a server that ends TLS itself.
pub(crate) const TLS: [(&str, &str); 2] =
    [("PORTCULLIS_SERVER__TLS_CERT", "cert.pem"), ("PORTCULLIS_SERVER__TLS_KEY", "key.pem")];

#[test]
fn a_token_is_fetched_over_tls_and_a_renewed_certificate_is_served_without_a_restart() {
    let folder = Folder::set_up();
    certificate(&folder, "90");
    let (_, secret) = folder.client("billing");
    let server = Server::start_as(&folder, "https", &TLS);
    let trusting = [("PORTCULLIS_CLIENT_SECRET", secret.as_str()), ("SSL_CERT_FILE", "cert.pem")];
    server.run(&["token", "billing"], &trusting).ok();
    server.run(&["healthcheck", "--ready"], &TLS).ok();
    let told = server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret), ("SSL_CERT_FILE", "none")]);
    assert_eq!(told.exit, 7, "{told:?}");
    let ends = |metrics: String| {
        let line =
            metrics.lines().find_map(|line| line.strip_prefix("portcullis_tls_certificate_expires_timestamp_seconds "));
        line.and_then(|text| text.trim().parse::<i64>().ok()).expect("the end of the certificate")
    };
    let before = ends(server.get_internal("/metrics"));

    // A key that belongs to another certificate is refused, and the old pair is served on.
    std::fs::copy(folder.path().join("cert.pem"), folder.path().join("old.pem")).unwrap();
    let good_key = std::fs::read(folder.path().join("key.pem")).unwrap();
    certificate(&folder, "30");
    let new_key = std::fs::read(folder.path().join("key.pem")).unwrap();
    std::fs::write(folder.path().join("key.pem"), &good_key).unwrap();
    server.signal("HUP");
    server.hear("the new certificate cannot be used");
    server.run(&["token", "billing"], &[trusting[0], ("SSL_CERT_FILE", "old.pem")]).ok();

    std::fs::write(folder.path().join("key.pem"), &new_key).unwrap();
    server.signal("HUP");
    server.hear("serving the new certificate");
    server.run(&["token", "billing"], &trusting).ok();
    server.run(&["token", "billing"], &[trusting[0], ("SSL_CERT_FILE", "old.pem")]).failed(7);
    assert!(ends(server.get_internal("/metrics")) < before);
}

#[test]
fn tp_11_plain_http_and_garbage_on_the_tls_port_are_closed_and_others_are_served() {
    use std::io::{Read as _, Write as _};
    let folder = Folder::set_up();
    certificate(&folder, "90");
    let (_, secret) = folder.client("billing");
    let server = Server::start_as(&folder, "https", &TLS);
    for bytes in [&b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"[..], &[0x16, 3, 1, 0xff, 0xff], &[0; 512]] {
        let mut stream = std::net::TcpStream::connect(server.listen()).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        assert!(!heard.starts_with(b"HTTP/"), "{heard:?}");
    }
    let trusting = [("PORTCULLIS_CLIENT_SECRET", secret.as_str()), ("SSL_CERT_FILE", "cert.pem")];
    server.run(&["token", "billing"], &trusting).ok();
}

#[test]
fn settings_of_tls_that_do_not_fit_stop_the_start() {
    let folder = Folder::set_up();
    let told = folder.run_with(&["serve"], &TLS[..1]).failed(3);
    assert!(told.contains("server.tls_key go together"), "{told}");
    let told = folder.run_with(&["serve"], &TLS).failed(3);
    assert!(told.contains("write that in public_url"), "{told}");
    let https = [
        TLS[0],
        TLS[1],
        ("PORTCULLIS_PUBLIC_URL", "https://id.example.com"),
        ("PORTCULLIS_SERVER__LISTEN", "127.0.0.1:0"),
    ];
    let told = folder.run_with(&["serve"], &https).failed(3);
    assert!(told.contains("cert.pem"), "{told}");
}
