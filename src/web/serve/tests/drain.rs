//! The end: what is in flight finishes, nothing new begins.

use super::{HANGS, House, Limits, Router, Shutdown, hear, status};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// A route that reports its arrival and answers when it is let.
struct Gatekeeper {
    arrived: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Gatekeeper {
    fn new() -> (Self, Router) {
        let keeper = Self { arrived: Arc::new(Semaphore::new(0)), released: Arc::new(Semaphore::new(0)) };
        let (arrived, released) = (Arc::clone(&keeper.arrived), Arc::clone(&keeper.released));
        let slow = move || {
            let (arrived, released) = (Arc::clone(&arrived), Arc::clone(&released));
            async move {
                arrived.add_permits(1);
                released.acquire().await.unwrap().forget();
                "worth waiting for"
            }
        };
        (keeper, Router::new().route("/slow", get(slow)))
    }

    async fn arrival(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }
}

/// A server with one request in flight that waits for its gatekeeper.
async fn with_a_request_in_flight(limits: Limits) -> (House, Gatekeeper, TcpStream) {
    let (keeper, more) = Gatekeeper::new();
    let house = House::open_with(more, limits, |_| {}).await;
    let mut stream = house.connect().await;
    let request = format!("GET /slow HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", house.address.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    keeper.arrival().await;
    (house, keeper, stream)
}

async fn ended(house: House) {
    tokio::time::timeout(HANGS, house.served).await.expect("the server ends").unwrap().unwrap();
}

#[tokio::test]
async fn draining_finishes_what_is_in_flight_and_takes_nothing_new() {
    let (house, keeper, mut stream) = with_a_request_in_flight(Limits::default()).await;
    let mut idle = house.connect().await;
    house.shutdown.drain();
    assert_eq!(hear(&mut idle).await, "", "a connection without a request is closed, and the listener before it");
    assert!(TcpStream::connect(house.address).await.is_err(), "nobody listens");
    assert!(house.shutdown.is_leaving() && !house.served.is_finished());
    keeper.released.add_permits(1);
    let heard = hear(&mut stream).await;
    assert!(status(&heard) == 200 && heard.ends_with("worth waiting for"), "{heard}");
    assert_eq!(super::header(&heard, "connection"), "close");
    ended(house).await;
}

#[tokio::test]
async fn a_second_signal_cuts_what_is_in_flight() {
    let (house, _keeper, mut stream) = with_a_request_in_flight(Limits::default()).await;
    house.shutdown.drain();
    house.shutdown.stop_now();
    assert_eq!(hear(&mut stream).await, "");
    ended(house).await;
}

#[tokio::test]
async fn draining_has_an_end() {
    let limits = Limits { drain: Duration::from_millis(50), ..Limits::default() };
    let (house, _keeper, mut stream) = with_a_request_in_flight(limits).await;
    house.shutdown.drain();
    assert_eq!(hear(&mut stream).await, "");
    ended(house).await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_first_signal_drains_and_the_second_one_stops() {
    let shutdown = Shutdown::on_signals(std::time::Duration::ZERO).unwrap();
    let signal = |name: &str| {
        let command = format!("kill -{name} {}", std::process::id());
        assert!(std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success());
    };
    assert!(!shutdown.is_leaving());
    signal("TERM");
    shutdown.draining().await;
    assert_eq!(shutdown.phase(), super::super::Phase::Draining);
    signal("INT");
    shutdown.at_once().await;
}
