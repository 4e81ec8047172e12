//! Request heads: too long, too many, ambiguous, or no HTTP at all.

use super::{House, header, status};

#[tokio::test]
async fn tp_01_a_body_whose_length_is_ambiguous_never_hides_a_second_request() {
    let house = House::open().await;
    let hidden = format!("GET /canary HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", house.address.port());
    let n = hidden.len();
    for lines in [
        format!("Content-Length: {n}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {n}\r\n"),
        "Content-Length: 5\r\nContent-Length: 0\r\n".to_owned(),
        "Content-Length: 0, 5\r\n".to_owned(),
        "Content-Length: +5\r\n".to_owned(),
        "Content-Length: -1\r\n".to_owned(),
        "Content-Length: 0x5\r\n".to_owned(),
        "Content-Length: 5 5\r\n".to_owned(),
        "Content-Length : 5\r\n".to_owned(),
        "Content-Length: 99999999999999999999\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
        "Transfer-Encoding:\u{b}chunked\r\n".to_owned(),
        "X: y\r\n Transfer-Encoding: chunked\r\n".to_owned(),
    ] {
        let port = house.address.port();
        let heard =
            house.tell(format!("POST /fine HTTP/1.1\r\nHost: localhost:{port}\r\n{lines}\r\n0\r\n\r\n{hidden}")).await;
        assert!(!heard.contains("canary"), "{lines}: {heard}");
        if !lines.contains(&format!("{n}")) {
            assert!(matches!(status(&heard), 0 | 400..=499), "{lines}: {heard}");
        }
    }
    house.assert_alive().await;
}

#[tokio::test]
async fn tp_01_a_body_is_encoded_for_the_way_by_chunks_alone() {
    let house = House::open().await;
    let body = "2\r\nab\r\n0\r\n\r\n";
    for coding in ["gzip, chunked", "identity, chunked", "chunked\r\nTransfer-Encoding: chunked"] {
        let heard = house.tell(house.post("/fine", &format!("Transfer-Encoding: {coding}\r\n"), body)).await;
        assert_eq!((status(&heard), header(&heard, "connection")), (501, "close"), "{coding}: {heard}");
    }
    for coding in ["chunked", "Chunked"] {
        let heard = house.tell(house.post("/fine", &format!("Transfer-Encoding: {coding}\r\n"), body)).await;
        assert_eq!(status(&heard), 200, "{coding}: {heard}");
    }
}

#[tokio::test]
async fn tp_02_the_host_decides_whether_a_request_is_for_us() {
    let house = House::open().await;
    let port = house.address.port();
    let ours = format!("Host: localhost:{port}\r\n");
    for (target, hosts, expected) in [
        ("/fine", ours.clone(), 200),
        ("/fine", String::new(), 400),
        ("/fine", format!("{ours}{ours}"), 400),
        ("/fine", "Host: a b\r\n".to_owned(), 400),
        ("/fine", "Host: evil.example\r\n".to_owned(), 421),
        ("/fine", format!("Host: evil.example\r\nX-Forwarded-Host: localhost:{port}\r\n"), 421),
        ("/fine", format!("Host: 127.0.0.1:{port}\r\n"), 307),
        ("http://evil.example/fine", ours.clone(), 400),
        ("/healthz", "Host: 10.0.0.1\r\n".to_owned(), 200),
    ] {
        let heard =
            house.tell(format!("GET {target} HTTP/1.1\r\n{hosts}Accept: text/html\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&heard), expected, "{target} {hosts}: {heard}");
        assert!(!heard.contains("evil"), "never reflected: {heard}");
        if expected == 421 {
            assert!(heard.contains(&format!("href=\"http://localhost:{port}\"")), "{heard}");
        }
        if expected == 307 {
            assert_eq!(header(&heard, "location"), format!("http://localhost:{port}/fine"));
        }
    }
}

#[tokio::test]
async fn tp_03_heads_are_bounded() {
    let house = House::open().await;
    let long = |bytes: usize| format!("X-Long: {}\r\n", "x".repeat(bytes));
    for (name, lines) in [
        ("40 kB", long(40_000)),
        ("200 kB", long(200_000)),
        ("a bearer of 300 kB", format!("Authorization: Bearer {}\r\n", "x".repeat(300_000))),
        ("101 headers", "A: b\r\n".repeat(101)),
        ("3,000 headers", "A: b\r\n".repeat(3_000)),
    ] {
        let heard = house.tell(house.post("/fine", &lines, "")).await;
        assert_eq!(status(&heard), 431, "{name}: {heard}");
    }
    assert_eq!(status(&house.tell(house.post("/fine", &long(20_000), "")).await), 200, "20 kB are fine");
}

#[tokio::test]
async fn tp_04_request_lines_are_bounded() {
    let house = House::open().await;
    for (bytes, expected) in [(10_000, &[200][..]), (17_000, &[414]), (70_000, &[414, 431]), (1_000_000, &[414, 431])] {
        let heard = house.tell(house.get(&format!("/fine?{}", "q".repeat(bytes)))).await;
        assert!(expected.contains(&status(&heard)), "{bytes}: {heard}");
    }
}

#[tokio::test]
async fn tp_06_trace_and_connect_are_not_served() {
    let house = House::open().await;
    let host = format!("localhost:{}", house.address.port());
    for line in ["TRACE /fine".to_owned(), format!("CONNECT {host}")] {
        let heard =
            house.tell(format!("{line} HTTP/1.1\r\nHost: {host}\r\nSecret: s3cret\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&heard), 405, "{line}: {heard}");
        assert!(header(&heard, "allow").contains("GET") && !heard.contains("s3cret"), "{heard}");
    }
    let overridden =
        house.tell(house.post("/canary", "X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n", "")).await;
    assert_eq!(status(&overridden), 405, "{overridden}");
}

#[tokio::test]
async fn tp_11_what_is_not_http_is_closed_and_the_next_one_is_served() {
    let house = House::open().await;
    let tls_hello = b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x00\x01\x02\x03\x04\x05\x06\x07";
    for garbage in [
        &tls_hello[..],
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ] {
        let heard = house.tell(garbage).await;
        assert!(matches!(status(&heard), 0 | 400), "{garbage:?}: {heard}");
    }
    house.assert_alive().await;
}

#[tokio::test]
async fn tp_12_requests_in_a_pipeline_are_answered_in_order() {
    let house = House::open().await;
    let port = house.address.port();
    let first = format!("GET /fine HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let heard = house.tell(format!("{first}{}", house.get("/canary"))).await;
    let (fine, canary) = (heard.find("fine").unwrap(), heard.find("the canary sings").unwrap());
    assert!(fine < canary && heard.matches("HTTP/1.1 200").count() == 2, "{heard}");
}
