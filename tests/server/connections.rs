//! Connections that are kept: who is refused before their body was looked at may ask again on the same one.

use crate::support::TestServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

on_both_engines!(
    whoever_is_refused_before_their_body_is_read_keeps_their_connection,
    a_body_that_never_comes_ends_the_connection_and_the_answer_says_so,
);

/// One HTTP/1.1 connection.
struct Connection(TcpStream);

impl Connection {
    async fn to(server: &TestServer) -> Self {
        let address = server.public_url().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    async fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).await.expect("sent");
        self.0.flush().await.expect("sent");
    }

    /// One answer: its head, in lower case. Its body is read past.
    async fn answer(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("an answer's head"));
        }
        let head = String::from_utf8(head).expect("text").to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        self.0.read_exact(&mut body).await.expect("an answer's body");
        head
    }
}

fn head(server: &TestServer, method: &str, path: &str, length: usize) -> String {
    let host = server.public_url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

async fn whoever_is_refused_before_their_body_is_read_keeps_their_connection(server: TestServer) {
    let tenant = server.operator().await.tenant_id();
    let clients = format!("/api/v1/Tenants/{tenant}/ClientCredentialClients");
    let body = format!("{{\"Name\": \"{}\"}}", "x".repeat(20_000));
    let mut connection = Connection::to(&server).await;
    for (method, path, status) in [
        ("POST", clients.as_str(), "401"),
        ("PUT", &format!("{clients}/none"), "401"),
        ("PATCH", &clients, "405"),
        ("POST", "/nothing", "404"),
        ("DELETE", "/identity/connect/token", "405"),
        ("POST", "/login", "4"),
    ] {
        connection.send(&head(&server, method, path, body.len())).await;
        let (first, second) = body.split_at(100);
        connection.send(first).await;
        connection.send(second).await;
        let answer = connection.answer().await;
        assert!(answer.starts_with(&format!("http/1.1 {status}")), "{method} {path}: {answer}");
        assert!(!answer.contains("connection: close"), "{method} {path}: {answer}");
        connection.send(&head(&server, "GET", "/healthz", 0)).await;
        assert!(connection.answer().await.starts_with("http/1.1 200"), "after {method} {path}");
    }
}

async fn a_body_that_never_comes_ends_the_connection_and_the_answer_says_so(server: TestServer) {
    let mut connection = Connection::to(&server).await;
    connection.send(&head(&server, "POST", "/nothing", 10)).await;
    let answer = connection.answer().await;
    assert!(answer.starts_with("http/1.1 404") && answer.contains("connection: close"), "{answer}");
    assert_eq!(connection.0.read(&mut [0]).await.expect("an end"), 0);
}
