//! Request bodies: too long, too slow, encoded.

use super::{House, Limits, Router, status};
use std::time::Duration;

#[tokio::test]
async fn tp_05_a_body_that_says_it_is_too_long_is_refused_unread() {
    let house = House::open().await;
    let declared = house.post("/identity/connect/token", "Content-Length: 67108864\r\n", "");
    let heard = house.tell(&declared).await;
    assert_eq!(status(&heard), 413, "{heard}");
    assert!(heard.contains("\"error\":\"invalid_request\""), "{heard}");
    let sent = house.tell(format!("{declared}{}", "x".repeat(4 * 1024 * 1024))).await;
    assert_eq!(status(&sent), 413, "also while it is sending: {sent}");
}

#[tokio::test]
async fn tp_05_a_body_that_turns_out_too_long_is_refused() {
    let house = House::open().await;
    let chunked = |bytes: usize| format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(bytes));
    for (path, bytes, expected) in [
        ("/fine", 64 * 1024, 200),
        ("/fine", 64 * 1024 + 1, 413),
        ("/api/v1/length", 256 * 1024, 200),
        ("/api/v1/length", 256 * 1024 + 1, 413),
    ] {
        let heard = house.tell(house.post(path, "Transfer-Encoding: chunked\r\n", &chunked(bytes))).await;
        assert_eq!(status(&heard), expected, "{path} {bytes}: {heard}");
        let lengthy = format!("Content-Length: {bytes}\r\n");
        let heard = house.tell(house.post(path, &lengthy, &"x".repeat(bytes))).await;
        assert_eq!(status(&heard), expected, "{path} {bytes}: {heard}");
    }
    let heard = house.tell(house.post("/api/v1/length", "Content-Length: 999999\r\n", "")).await;
    for member in ["\"OperationId\":", "\"Error\":", "\"Reason\":", "\"Resolution\":", "operation-id: "] {
        assert!(heard.contains(member), "{member}: {heard}");
    }
}

#[tokio::test]
async fn tp_10_nothing_is_unpacked() {
    let house = House::open().await;
    for (encoding, expected) in [("gzip", 415), ("br", 415), ("identity, gzip", 415), ("identity", 200)] {
        let lines = format!("Content-Encoding: {encoding}\r\nContent-Length: 2\r\n");
        let heard = house.tell(house.post("/fine", &lines, "ab")).await;
        assert_eq!(status(&heard), expected, "{encoding}: {heard}");
    }
}

#[tokio::test]
async fn ds_02_a_body_that_does_not_come_is_given_up() {
    let house =
        House::open_with(Router::new(), Limits::default(), |edge| edge.body_timeout = Duration::from_millis(100)).await;
    for lines in ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"] {
        let heard = house.tell(house.post("/fine", lines, "5\r\nabcde\r\n")).await;
        assert_eq!(status(&heard), 408, "{lines}: {heard}");
    }
    house.assert_alive().await;
}

#[tokio::test]
async fn tp_12_a_client_that_waits_to_be_told_to_continue_is_told() {
    let house = House::open().await;
    let request = house.post("/fine", "Expect: 100-continue\r\nContent-Length: 2\r\n", "ab");
    let heard = house.tell(request).await;
    assert!(heard.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"), "{heard}");
    let refused = house.tell(house.post("/fine", "Expect: 100-continue\r\nContent-Length: 99999999\r\n", "")).await;
    assert_eq!(status(&refused), 413, "and is not asked for a body that nobody wants: {refused}");
}
