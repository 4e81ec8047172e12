//! One connection, from its first byte to its last.

use super::pulse::{Alarm, Pulse, Ticket};
use super::stream::{Watched, linger};
use super::{Limits, PeerAddress, Shutdown};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use http::{Request, Version};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tower::Service;

/// hyper refuses a smaller buffer.
const SMALLEST_HEADER_BYTES: usize = 8 * 1024;

/// What all connections share.
pub(super) struct Attendant {
    protocol: Builder<TokioExecutor>,
    router: Router,
    limits: Limits,
    shutdown: Shutdown,
}

impl Attendant {
    pub(super) fn new(router: Router, limits: Limits, shutdown: Shutdown) -> Self {
        Self { protocol: protocol(&limits), router, limits, shutdown }
    }

    /// Serves one connection until it ends, its time is over, or the server drains and it has nothing in flight.
    pub(super) async fn attend<S>(&self, stream: S, peer: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pulse = Arc::new(Pulse::new(&self.limits));
        let mut alarm = Alarm::new(Arc::clone(&pulse));
        let (stream, returned) = Watched::new(stream, Arc::clone(&pulse));
        let service = service_fn(|request: Request<Incoming>| {
            let ticket = pulse.begin(request.version() == Version::HTTP_2);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(PeerAddress(peer));
            let answer = self.router.clone().call(request);
            async move { Ok::<_, Infallible>(answer.await?.map(|body| Ticketed { body, _ticket: ticket })) }
        });
        // Boxed so that it can be dropped before the stream is taken back.
        let mut connection = Box::pin(self.protocol.serve_connection(TokioIo::new(stream), service));
        let mut drain = std::pin::pin!(self.shutdown.draining());
        let mut drains = false;
        let in_order = loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%peer, %error, "a connection ended in disorder");
                    }
                    break true;
                }
                () = poll_fn(|context| alarm.poll(context)) => {
                    tracing::debug!(%peer, "a connection was cut: its time was over");
                    break false;
                }
                () = drain.as_mut(), if !drains => {
                    drains = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        };
        drop(connection);
        // While draining nobody is waited for: a peer with nothing in flight has nothing to lose.
        if let Some(stream) = returned.take().filter(|_| in_order && !drains) {
            linger(stream, self.limits.linger).await;
        }
    }
}

fn protocol(limits: &Limits) -> Builder<TokioExecutor> {
    let header_list = u32::try_from(limits.header_bytes).unwrap_or(u32::MAX);
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The pulse times heads: hyper's timer would also cut the silence between two requests.
        .header_read_timeout(None)
        .max_buf_size(limits.header_bytes.max(SMALLEST_HEADER_BYTES))
        .max_headers(limits.header_count);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_streams)
        .max_pending_accept_reset_streams(limits.http2_resets)
        .max_local_error_reset_streams(limits.http2_resets)
        .max_header_list_size(header_list)
        // Bodies are small, so windows are: they bound what a peer can make us hold.
        .initial_stream_window_size(64 * 1024)
        .initial_connection_window_size(1024 * 1024);
    builder
}

/// A body that ends its request when it is sent or given up.
struct Ticketed {
    body: Body,
    _ticket: Ticket,
}

impl HttpBody for Ticketed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
