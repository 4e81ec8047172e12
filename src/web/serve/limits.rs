//! What one connection may cost.

use crate::metrics::Metrics;
use crate::web::layers::LiveNetworks;
use std::sync::Arc;
use std::time::Duration;

/// Times, sizes and numbers that bound connections. The default suits a server that faces the internet.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest time from the first byte of a request head to its last, and from connecting to the end of the first
    /// head. Default 10 s.
    pub header_read: Duration,
    /// Longest silence between two requests on one connection. Default 60 s.
    pub keep_alive: Duration,
    /// Longest time that a peer may refuse to read what was written to it. Default 30 s.
    pub write_stall: Duration,
    /// How long to go on reading after the last answer, so that a peer that is still sending gets to see it instead of
    /// a reset. Default 2 s, or 16 MiB, whatever comes first.
    pub linger: Duration,
    /// How long requests in flight may take to finish when draining. Default 20 s.
    pub drain: Duration,
    /// Most bytes of a request head (request line and headers). Default 32 KiB; less than 8 KiB counts as 8 KiB.
    /// Above: 431.
    pub header_bytes: usize,
    /// Most headers of a request. Default 100. Above: 431.
    pub header_count: usize,
    /// Most connections at once. Default 10,000. Above: closed at once.
    pub connections: usize,
    /// Most connections at once from one IPv4 address or one IPv6 /64 network. Default 200. Above: closed at once.
    pub connections_per_address: usize,
    /// Peers without a limit per address, because all the world comes through them. This machine never has one.
    pub trusted_proxies: LiveNetworks,
    /// Most requests at once on one HTTP/2 connection. Default 100.
    pub http2_streams: u32,
    /// Most HTTP/2 requests that a peer may have cancelled before we got to them. Default 20. Above: closed.
    pub http2_resets: usize,
    /// Counts connections.
    pub metrics: Arc<Metrics>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(10),
            keep_alive: Duration::from_mins(1),
            write_stall: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            drain: Duration::from_secs(20),
            header_bytes: 32 * 1024,
            header_count: 100,
            connections: 10_000,
            connections_per_address: 200,
            trusted_proxies: LiveNetworks::default(),
            http2_streams: 100,
            http2_resets: 20,
            metrics: Arc::default(),
        }
    }
}
