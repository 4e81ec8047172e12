//! The loop and the layers together, over real sockets. Names begin with the id of the threat that they answer.

mod bodies;
mod drain;
mod heads;
mod http2;
mod patience;
mod requests;

use super::{Limits, Shutdown, serve};
use crate::random::Random;
use crate::web::layers::{Edge, Origin, apply};
use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Nothing takes this long unless it hangs.
const HANGS: Duration = Duration::from_secs(20);

/// A server with a few routes.
struct House {
    address: SocketAddr,
    shutdown: Shutdown,
    served: JoinHandle<std::io::Result<()>>,
}

impl House {
    async fn open() -> Self {
        Self::open_with(Router::new(), Limits::default(), |_| {}).await
    }

    async fn open_limited(limits: Limits) -> Self {
        Self::open_with(Router::new(), limits, |_| {}).await
    }

    async fn open_with(more: Router, limits: Limits, adapt: impl FnOnce(&mut Edge)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let router = router(more, address.port(), adapt);
        let served = tokio::spawn(serve(listener, router, limits, shutdown.clone()));
        Self { address, shutdown, served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// `GET path`, with the right host and nothing else.
    fn get(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.address.port())
    }

    /// `POST path` with more header lines (each with its CRLF) and a body.
    fn post(&self, path: &str, lines: &str, body: &str) -> String {
        let port = self.address.port();
        format!("POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{lines}\r\n{body}")
    }

    /// Sends `bytes` on a new connection, and reads until the server closes.
    async fn tell(&self, bytes: impl AsRef<[u8]>) -> String {
        let (mut reader, mut writer) = self.connect().await.into_split();
        let bytes = bytes.as_ref().to_vec();
        let sent = tokio::spawn(async move {
            let _ = writer.write_all(&bytes).await;
            writer
        });
        let heard = hear(&mut reader).await;
        drop(sent.await.unwrap());
        heard
    }

    /// The server is alive and answers.
    async fn assert_alive(&self) {
        assert_eq!(status(&self.tell(self.get("/fine")).await), 200);
    }
}

fn router(more: Router, port: u16, adapt: impl FnOnce(&mut Edge)) -> Router {
    let home = Origin::of(&format!("http://localhost:{port}").parse().unwrap()).unwrap();
    let mut edge = Edge::new(home, Arc::new(Random::seeded(1)));
    adapt(&mut edge);
    let length = |body: String| async move { body.len().to_string() };
    let routes = Router::new()
        .route("/fine", get(|| async { Html("fine") }).post(length))
        .route("/canary", get(|| async { "the canary sings" }))
        .route("/api/v1/length", post(length))
        .route("/identity/connect/token", post(length))
        .route("/healthz", get(|| async { "up" }));
    apply(routes.merge(more), edge)
}

/// Everything until the other side closes, be it in order or by a reset.
async fn hear(reader: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut heard = Vec::new();
    let read = tokio::time::timeout(HANGS, reader.read_to_end(&mut heard)).await;
    assert!(read.is_ok(), "the server neither answers nor closes; so far: {}", String::from_utf8_lossy(&heard));
    String::from_utf8_lossy(&heard).into_owned()
}

/// The status of the first answer; 0 if there is none.
fn status(heard: &str) -> u16 {
    heard.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}

/// The value of a header of the first answer; empty if it is not there.
fn header<'a>(heard: &'a str, name: &str) -> &'a str {
    let first = heard.split("\r\n\r\n").next().unwrap_or_default();
    let lines = first.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
}
