//! Where connections come from. The seam for TLS: another source with another stream, nothing else changes.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

/// A source of connections.
pub(super) trait Accept: Send {
    /// What is read from and written to.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection and who made it. Must be safe to cancel.
    fn accept(&mut self) -> impl Future<Output = Result<(Self::Stream, SocketAddr)>> + Send;
}

impl Accept for TcpListener {
    type Stream = TcpStream;

    async fn accept(&mut self) -> Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = TcpListener::accept(self).await?;
        // Answers are small and whole: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        Ok((stream, peer))
    }
}

/// How long to pause after failures to accept: longer each time, so that a machine out of file descriptors is not
/// kept busy by being asked again and again.
pub(super) struct Backoff(Duration);

const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(1);

impl Default for Backoff {
    fn default() -> Self {
        Self(SHORTEST)
    }
}

impl Backoff {
    /// The pause after `error`; `None` if only that one connection failed and the next may be taken at once.
    pub(super) fn after(&mut self, error: &Error) -> Option<Duration> {
        let of_one_connection = matches!(
            error.kind(),
            ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
        );
        if of_one_connection {
            return None;
        }
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, LONGEST, SHORTEST};
    use std::io::{Error, ErrorKind};

    #[test]
    fn without_file_descriptors_the_pauses_grow_to_a_second_and_no_further() {
        let (mut backoff, too_many_open_files) = (Backoff::default(), Error::from_raw_os_error(24));
        assert_eq!(backoff.after(&too_many_open_files), Some(SHORTEST));
        assert_eq!(backoff.after(&too_many_open_files), Some(SHORTEST * 2));
        for _ in 0..10 {
            backoff.after(&too_many_open_files);
        }
        assert_eq!(backoff.after(&too_many_open_files), Some(LONGEST));
    }

    #[test]
    fn a_connection_that_is_gone_before_it_is_taken_costs_no_pause() {
        assert_eq!(Backoff::default().after(&Error::from(ErrorKind::ConnectionAborted)), None);
    }
}
