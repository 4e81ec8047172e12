//! Traces: a span for each request by OTLP, and nothing else that anybody could want.

use crate::folder::Folder;
use crate::server::Server;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A collector; where it is, and each request that it gets: the head, and the message.
fn collector() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (mut lines, mut answers) = (BufReader::new(stream.try_clone().expect("a stream")), stream);
            let mut head = String::new();
            while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.and_then(|length| length.parse().ok()).expect("a length")];
            lines.read_exact(&mut body).expect("a body");
            let _ = answers.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
            let _ = sender.send((head, serde_json::from_slice(&body).expect("JSON")));
        }
    });
    (url, messages)
}

/// The next span of that name, and the whole message that it came in.
fn span(messages: &Receiver<(String, Value)>, name: &str) -> (Value, String) {
    loop {
        let (head, message) = messages.recv_timeout(Duration::from_secs(30)).expect("a message with the span");
        assert!(head.starts_with("POST /v1/traces HTTP/1.1") && head.contains("api-key: k1"), "{head}");
        let spans = message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans").clone();
        if let Some(span) = spans.into_iter().find(|span| span["name"] == name) {
            return (span, message.to_string());
        }
    }
}

fn attribute(span: &Value, key: &str) -> Option<String> {
    let found = span["attributes"].as_array().expect("attributes").iter().find(|one| one["key"] == key)?;
    found["value"].as_object().expect("a value").values().next().and_then(Value::as_str).map(ToOwned::to_owned)
}

#[test]
fn a_request_is_a_span_with_its_route_and_nothing_of_what_it_brought() {
    let folder = Folder::set_up();
    let (_, secret) = folder.client("billing");
    let (url, messages) = collector();
    let env = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Api-Key=k1"),
        ("OTEL_SERVICE_NAME", "sign-in"),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
        ("PORTCULLIS_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let server = Server::start_with(&folder, &env);
    let token = server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
    let (token_span, message) = span(&messages, "POST /identity/connect/token");
    assert_eq!(attribute(&token_span, "http.response.status_code").as_deref(), Some("200"));
    assert_eq!(attribute(&token_span, "http.route").as_deref(), Some("/identity/connect/token"));
    assert!(
        attribute(&token_span, "portcullis.reference").is_some_and(|reference| reference.len() == 9),
        "{token_span}"
    );
    assert!(message.contains("\"sign-in\"") && token_span["parentSpanId"] == "", "{message}");
    for kept in [secret.as_str(), token.trim(), "127.0.0.1", "grant_type"] {
        assert!(!message.contains(kept), "{kept} is in {message}");
    }

    // A proxy that is trusted says which trace it belongs to, and the API which route it is.
    let parent = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    server.ask(&["GET /API/v1/Tenants/4711/Users?query=hunter2 HTTP/1.1", parent]);
    let (asked, message) = span(&messages, "GET /api/v1/tenants/{tenantId}/users");
    assert_eq!(asked["traceId"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(asked["parentSpanId"], "b7ad6b7169203331");
    assert!(!message.contains("hunter2") && !message.contains("4711"), "{message}");
    server.stop();
}

#[test]
fn rel_32_a_collector_that_says_nothing_or_is_not_there_changes_nothing() {
    let folder = Folder::set_up();
    let (_, secret) = folder.client("billing");
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent_url = format!("http://{}", silent.local_addr().expect("an address"));
    for url in [silent_url.as_str(), "http://127.0.0.1:1"] {
        let env = [("OTEL_EXPORTER_OTLP_ENDPOINT", url), ("OTEL_BSP_SCHEDULE_DELAY", "10")];
        let server = Server::start_with(&folder, &env);
        for _ in 0..3 {
            server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
        }
        if url != silent_url {
            server.hear("the collector does not take our traces");
        }
        server.stop();
    }
    // An internal address of its own: another server of this machine may have the usual one.
    let env =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"), ("PORTCULLIS_SERVER__INTERNAL_LISTEN", "127.0.0.1:0")];
    let wrong = folder.run_with(&["serve"], &env).failed(3);
    assert!(wrong.contains("OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https address"), "{wrong}");
}
