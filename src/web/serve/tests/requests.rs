//! What every request gets: an id, a line in the log, and an answer even when its handler fails.

use super::{House, Limits, Router, header, status};
use crate::web::layers::{ClientAddress, LoggedClient, Networks, Reference};
use axum::Extension;
use axum::routing::get;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

fn failing() -> Router {
    async fn panics() -> &'static str {
        panic!("the secret cause")
    }
    async fn hangs() -> &'static str {
        std::future::pending().await
    }
    Router::new()
        .route("/panics", get(panics))
        .route("/identity/panics", get(panics))
        .route("/api/panics", get(panics))
        .route("/hangs", get(hangs))
}

#[tokio::test]
async fn zz_01_a_panic_is_an_answer_with_a_reference_and_the_server_lives_on() {
    let house = House::open_with(failing(), Limits::default(), |_| {}).await;
    for (path, expected) in [
        ("/panics", "Something went wrong on our side (PC-9001)."),
        ("/identity/panics", "\"error\":\"server_error\""),
        ("/api/panics", "\"Error\":\"Something went wrong\""),
    ] {
        let heard = house.tell(house.get(path)).await;
        assert_eq!(status(&heard), 500, "{heard}");
        assert!(heard.contains(expected) && !heard.contains("secret cause"), "{heard}");
        let (_, body) = heard.split_once("\r\n\r\n").unwrap();
        let reference = header(&heard, "x-request-id");
        assert!(reference.len() == 9 && body.contains(reference), "{heard}");
        assert_eq!(header(&heard, "x-content-type-options"), "nosniff");
    }
    house.assert_alive().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_becomes_503() {
    let house =
        House::open_with(failing(), Limits::default(), |edge| edge.request_timeout = Duration::from_millis(50)).await;
    let heard = house.tell(house.get("/hangs")).await;
    assert_eq!((status(&heard), header(&heard, "retry-after")), (503, "5"), "{heard}");
}

#[tokio::test]
async fn every_answer_has_an_id_and_no_banner() {
    let house = House::open().await;
    for path in ["/fine", "/nowhere", "/identity/connect/token"] {
        let heard = house.tell(house.get(path)).await;
        assert_eq!(header(&heard, "x-request-id").len(), 9, "{heard}");
        assert_eq!(header(&heard, "server"), "");
        assert_eq!(header(&heard, "x-content-type-options"), "nosniff");
    }
}

async fn who(client: ClientAddress, reference: Reference) -> String {
    format!("{} {reference}", client.0)
}

#[tokio::test]
async fn lg_18_only_a_trusted_proxy_says_who_the_client_is() {
    let lines = "X-Forwarded-For: 198.51.100.7\r\nForwarded: for=198.51.100.8\r\nX-Real-IP: 198.51.100.9\r\n\
                 X-Request-Id: proxy-1\r\n";
    for (trusted, address, id) in
        [(Networks::default(), "127.0.0.1", None), (Networks::loopback(), "198.51.100.7", Some("proxy-1"))]
    {
        let more = Router::new().route("/who", get(who).post(who));
        let house = House::open_with(more, Limits::default(), |edge| edge.trusted_proxies = trusted.into()).await;
        let heard = house.tell(house.post("/who", lines, "")).await;
        let (_, body) = heard.split_once("\r\n\r\n").unwrap();
        let (seen, reference) = body.split_once(' ').unwrap();
        assert_eq!(seen, address);
        assert_eq!(header(&heard, "x-request-id"), id.unwrap_or(reference));
    }
}

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_request_has_one_line_in_the_log_and_its_query_is_not_in_it() {
    let log = Log::default();
    // While there is one subscriber in the process, tracing asks only the thread that first comes by a log statement
    // whether it is wanted, which may be another test's thread. With two, it asks both.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let named = || async { (Extension(LoggedClient("daemon-1".to_owned())), "x") };
    let house = House::open_with(Router::new().route("/named", get(named)), Limits::default(), |_| {}).await;
    let heard = house.tell(house.get("/named?code=s3cret")).await;
    assert_eq!(status(&heard), 200);
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = written.lines().filter(|line| line.contains("access")).collect();
    assert_eq!(lines.len(), 1, "{written}");
    let reference = format!("reference=\"{}\"", header(&heard, "x-request-id"));
    for part in [
        "method=\"GET\"",
        "path=\"/named\"",
        "status=200",
        "client_id=\"daemon-1\"",
        "address=127.0.0.1",
        "duration_ms=",
        &reference,
    ] {
        assert!(lines[0].contains(part), "{part}: {written}");
    }
    assert!(!written.contains("s3cret"), "{written}");
}
