//! The connection loop: accepts, counts, times and at the end drains.
//!
//! It is our own because `axum::serve` installs no timer, so that one slow socket would be held for ever.
//! A connection is cut when its head, its silence or its refusal to read takes too long ([`Limits`]); what a single
//! request may do is decided further in, by [`crate::web::layers`].

mod accept;
mod connection;
mod gate;
mod limits;
mod pulse;
mod shutdown;
mod stream;
#[cfg(test)]
mod tests;
mod tls;

pub use limits::Limits;
pub use shutdown::{Phase, Shutdown};
pub use tls::{CertificateError, Certificates, end_of_certificate};

use accept::{Accept, Backoff};
use axum::Router;
use connection::Attendant;
use gate::Gate;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Who is at the other end of the socket: the peer itself, whatever a header says. An extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// Serves `router` on `listener` until `shutdown` says otherwise: HTTP/1.1, and HTTP/2 to those who start with its preface.
///
/// When draining begins the listener is closed, idle connections are closed, and requests in flight have
/// [`Limits::drain`] to finish. At [`Phase::Now`], and when that time is over, everything is cut.
///
/// # Errors
/// None today: trouble with accepting is waited out, because a server that exits for want of a file descriptor would
/// lose the requests in flight as well.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    limits: Limits,
    shutdown: Shutdown,
) -> std::io::Result<()> {
    serve_from(listener, router, limits, shutdown).await
}

/// The same with TLS: the certificate is asked for at each handshake, so that it can be renewed.
///
/// # Errors
/// As [`serve`].
pub async fn serve_tls(
    listener: tokio::net::TcpListener,
    certificates: Arc<Certificates>,
    router: Router,
    limits: Limits,
    shutdown: Shutdown,
) -> std::io::Result<()> {
    serve_from(tls::TlsListener::new(listener, certificates), router, limits, shutdown).await
}

async fn serve_from<A: Accept>(
    mut source: A,
    router: Router,
    limits: Limits,
    shutdown: Shutdown,
) -> std::io::Result<()> {
    let gate = Arc::new(Gate::new(&limits));
    let drain = limits.drain;
    let attendant = Arc::new(Attendant::new(router, limits, shutdown.clone()));
    let mut connections = JoinSet::new();
    let mut backoff = Backoff::default();

    loop {
        tokio::select! {
            () = shutdown.draining() => break,
            accepted = source.accept() => match accepted {
                Ok((stream, peer)) => {
                    backoff = Backoff::default();
                    // Above the cap the socket is closed by dropping it: an answer would cost what the cap is to save.
                    let Some(pass) = gate.enter(peer.ip()) else { continue };
                    let attendant = Arc::clone(&attendant);
                    connections.spawn(async move {
                        attendant.attend(stream, peer).await;
                        drop(pass);
                    });
                }
                Err(error) => {
                    let Some(pause) = backoff.after(&error) else { continue };
                    tracing::warn!(%error, "connections cannot be accepted at the moment");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = shutdown.draining() => break,
                    }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }

    drop(source);
    let finished = tokio::time::timeout(drain, async { while connections.join_next().await.is_some() {} });
    tokio::select! {
        _ = finished => {}
        () = shutdown.at_once() => {}
    }
    if !connections.is_empty() {
        tracing::warn!(open = connections.len(), "connections were cut: they did not finish while draining");
    }
    connections.shutdown().await;
    Ok(())
}
