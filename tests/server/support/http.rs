//! HTTP, as a careful neighbour speaks it: no redirect is followed, no cookie kept, and no answer gives away what it
//! should not.

use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use std::net::SocketAddr;

/// A way to a node: its socket, and the name under which it wants to be asked.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    address: SocketAddr,
    host: String,
}

impl Http {
    /// To the node at `address`, which is reached under `host` by the world.
    pub(crate) fn new(address: SocketAddr, host: &str) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        Self { client: client.expect("an HTTP client"), address, host: host.to_owned() }
    }

    /// The same node, asked for under another name.
    pub(crate) fn under(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// A request to be completed.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address)).header(HOST, &self.host)
    }

    /// Gets a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Gets a path as a browser does that wants a page.
    pub(crate) async fn visit(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path).header("accept", "text/html,*/*;q=0.8")).await
    }

    /// A form to be completed.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, path).form(fields)
    }
}

/// Sends a request and hears the whole answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await.expect("a whole answer").to_vec();
    let answer = Answer { status, headers, body };
    answer.assert_harmless();
    answer
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// What speaks of our insides (ZZ-02).
const INSIDES: &[&str] = &[
    "sqlx",
    "sqlite",
    "postgres",
    "panicked",
    "src/",
    ".rs",
    "backtrace",
    "select ",
    "insert ",
    "/tmp",
    "rustc",
    "hyper",
    "axum",
];

impl Answer {
    /// ZZ-01 and ZZ-02: whatever a client sends, nothing breaks and nothing of the inside is told.
    fn assert_harmless(&self) {
        assert!(self.status < 500 || self.status == 503, "ZZ-01: {} {}", self.status, self.text());
        assert_eq!(self.header("x-content-type-options"), "nosniff", "TP-08");
        assert_eq!(self.header("server"), "", "TP-08");
        assert!(!self.header("x-request-id").is_empty(), "every answer has a reference");
        if self.status >= 400 {
            // A list to choose from is no SQL.
            let text = self.text().to_ascii_lowercase().replace("<select ", "<");
            for word in INSIDES {
                assert!(!text.contains(word), "ZZ-02: {word} in {text}");
            }
        }
    }

    /// A header's value; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of plain text"))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        let kind = self.headers.get(CONTENT_TYPE).map(reqwest::header::HeaderValue::as_bytes);
        assert_eq!(kind, Some(&b"application/json"[..]), "{}", self.text());
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// A member of the JSON body; empty if it is no text.
    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    /// The answer is a refusal of the token endpoint (RFC 6749 5.2).
    #[track_caller]
    pub(crate) fn assert_refused(&self, error: &str) {
        let body = self.json();
        assert_eq!(body["error"], error, "{body}");
        assert_eq!(self.status, if error == "invalid_client" { 401 } else { 400 }, "{body}");
        assert_eq!(self.header("cache-control"), "no-store", "TK-10");
        let description = body["error_description"].as_str().expect("a description");
        let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(!description.is_empty() && description.bytes().all(allowed), "RFC 6749 5.2: {description}");
        assert!(body.get("access_token").is_none());
    }
}
