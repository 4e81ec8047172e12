//! HTTP/2 without TLS, by those who know that we speak it.

use super::{HANGS, House};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn tp_11_a_preface_is_answered_with_settings() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut frame = [0; 9];
    tokio::time::timeout(HANGS, stream.read_exact(&mut frame)).await.unwrap().unwrap();
    assert_eq!(frame[3], 4, "the type of the first frame");
}

#[tokio::test]
async fn requests_share_a_connection_and_pass_the_same_layers() {
    let house = House::open().await;
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(house.connect().await)).await.unwrap();
    let connection = tokio::spawn(connection);
    for (host, path, expected) in [
        (format!("localhost:{}", house.address.port()), "/fine", StatusCode::OK),
        (format!("localhost:{}", house.address.port()), "/nowhere", StatusCode::NOT_FOUND),
        ("evil.example".to_owned(), "/fine", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let request = Request::get(format!("http://{host}{path}")).body(Full::<Bytes>::default()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), expected, "{host}{path}");
        assert!(response.headers().contains_key("x-request-id"));
        response.into_body().collect().await.unwrap();
    }
    house.shutdown.drain();
    tokio::time::timeout(HANGS, connection).await.expect("told to go away").unwrap().unwrap();
    house.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn tp_17_a_list_of_headers_is_bounded() {
    let house = House::open().await;
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(house.connect().await)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(format!("http://localhost:{}/fine", house.address.port()))
        .header("x-long", "x".repeat(40_000))
        .body(Empty::<Bytes>::new())
        .unwrap();
    let answer = sender.send_request(request).await;
    assert!(answer.map_or(true, |response| response.status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    house.assert_alive().await;
}
