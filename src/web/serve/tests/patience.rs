//! Connections that do nothing, or take their time, or are too many.

use super::super::accept::Accept;
use super::super::serve_from;
use super::{HANGS, House, Limits, Router, Shutdown, hear, router, status};
use axum::body::Bytes;
use axum::routing::get;
use std::io::Error;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn ds_01_a_head_that_does_not_end_is_cut() {
    let house = House::open_limited(Limits { header_read: SHORT, ..Limits::default() }).await;
    let partial = format!("GET /fine HTTP/1.1\r\nHost: localhost:{}\r\n", house.address.port());
    for begun in ["", "G", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &partial] {
        let heard = house.tell(begun).await;
        assert_eq!(status(&heard), 0, "{begun}: {heard}");
    }
    house.assert_alive().await;
}

#[tokio::test]
async fn ds_01_the_second_head_on_a_connection_is_timed_as_the_first() {
    let house = House::open_limited(Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut stream = house.connect().await;
    assert_eq!(ask_for_health(&house, &mut stream).await, 200);
    stream.write_all(b"GET /canary HT").await.unwrap();
    assert_eq!(hear(&mut stream).await, "");
}

/// Sends one request, and reads the status of its answer; the connection stays open.
async fn ask_for_health(house: &House, stream: &mut TcpStream) -> u16 {
    let request = format!("GET /healthz HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", house.address.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 1024];
    let read = stream.read(&mut answer).await.unwrap();
    status(&String::from_utf8_lossy(&answer[..read]))
}

#[tokio::test]
async fn silence_between_two_requests_has_its_own_time() {
    let limits = Limits { header_read: HANGS * 2, keep_alive: SHORT, ..Limits::default() };
    let house = House::open_limited(limits).await;
    let mut stream = house.connect().await;
    assert_eq!(ask_for_health(&house, &mut stream).await, 200);
    assert_eq!(hear(&mut stream).await, "", "closed without a word");
}

/// A large answer, and a channel that ends when it is no longer held.
fn large_answer() -> (Router, tokio::sync::mpsc::Receiver<()>) {
    struct Held(Vec<u8>, #[expect(dead_code, reason = "dropped with the bytes")] tokio::sync::mpsc::Sender<()>);
    impl AsRef<[u8]> for Held {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    let (held, given_up) = tokio::sync::mpsc::channel(1);
    let held = std::sync::Arc::new(std::sync::Mutex::new(Some(held)));
    let answer = move || {
        let held = held.lock().unwrap().take().unwrap();
        async move { Bytes::from_owner(Held(vec![0; 64 * 1024 * 1024], held)) }
    };
    (Router::new().route("/large", get(answer)), given_up)
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let (more, mut given_up) = large_answer();
    let house = House::open_with(more, Limits { write_stall: SHORT, ..Limits::default() }, |_| {}).await;
    let mut stream = house.connect().await;
    stream.write_all(house.get("/large").as_bytes()).await.unwrap();
    assert_eq!(given_up.recv().await, None);
    house.assert_alive().await;
}

#[tokio::test]
async fn ds_03_above_the_cap_connections_are_closed_at_once_and_the_others_go_on() {
    let house = House::open_limited(Limits { connections: 2, ..Limits::default() }).await;
    let (one, mut two) = (house.connect().await, house.connect().await);
    assert_eq!(house.tell("").await, "", "the third");
    two.write_all(house.get("/fine").as_bytes()).await.unwrap();
    assert_eq!(status(&hear(&mut two).await), 200);
    drop(one);
}

#[tokio::test]
async fn ds_03_three_hundred_silent_connections_disturb_nobody() {
    let house = House::open().await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(house.connect().await);
    }
    house.assert_alive().await;
    drop(silent);
}

/// A listener on a machine that has run out of file descriptors for a while.
struct Exhausted(u32, TcpListener);

impl Accept for Exhausted {
    type Stream = TcpStream;

    async fn accept(&mut self) -> std::io::Result<(TcpStream, SocketAddr)> {
        if self.0 > 0 {
            self.0 -= 1;
            return Err(Error::from_raw_os_error(24));
        }
        Accept::accept(&mut self.1).await
    }
}

#[tokio::test]
async fn a_want_of_file_descriptors_is_waited_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, shutdown) = (listener.local_addr().unwrap(), Shutdown::new());
    let routes = router(Router::new(), address.port(), |_| {});
    let serving = serve_from(Exhausted(3, listener), routes, Limits::default(), shutdown.clone());
    let house = House { address, served: tokio::spawn(serving), shutdown };
    house.assert_alive().await;
}
