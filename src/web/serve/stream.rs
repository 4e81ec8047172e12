//! The stream under a connection: tells the pulse what passes, and is handed back at the end.

use super::pulse::Pulse;
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// Most bytes to read and throw away after the last answer.
const MOST_DISCARDED: usize = 16 * 1024 * 1024;

/// Where a stream lies after its connection has let go of it.
pub(super) struct Returned<S>(Arc<Mutex<Option<S>>>);

impl<S> Returned<S> {
    /// The stream, once the [`Watched`] is dropped.
    pub(super) fn take(&self) -> Option<S> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A stream that is listened to.
pub(super) struct Watched<S> {
    /// Present until drop.
    stream: Option<S>,
    pulse: Arc<Pulse>,
    returned: Arc<Mutex<Option<S>>>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, pulse: Arc<Pulse>) -> (Self, Returned<S>) {
        let returned = Arc::new(Mutex::new(None));
        (Self { stream: Some(stream), pulse, returned: Arc::clone(&returned) }, Returned(returned))
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = self.stream.take();
    }
}

impl<S: Unpin> Watched<S> {
    fn stream(&mut self) -> Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| std::io::ErrorKind::NotConnected.into())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let polled = self.stream()?.poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.heard();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let polled = self.stream()?.poll_write(context, bytes);
        self.pulse.wrote(polled.is_pending());
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let polled = self.stream()?.poll_write_vectored(context, slices);
        self.pulse.wrote(polled.is_pending());
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let polled = self.stream()?.poll_flush(context);
        self.pulse.wrote(polled.is_pending());
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.stream()?.poll_shutdown(context)
    }
}

/// Says that nothing more will be written, and reads on until the peer has understood. Closing a socket with unread
/// bytes resets it, and a reset takes the answer (413, 431) away from a peer that is still sending.
pub(super) async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, longest: Duration) {
    let _ = tokio::time::timeout(longest, async {
        let _ = stream.shutdown().await;
        let (mut discarded, mut buffer) = (0, [0_u8; 4096]);
        while discarded < MOST_DISCARDED {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => discarded += read,
            }
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::serve::Limits;
    use std::task::Waker;

    /// Takes everything at once, but is slow to flush as often as it says.
    struct Slow(usize);

    impl AsyncWrite for Slow {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
            if self.0 == 0 {
                return Poll::Ready(Ok(()));
            }
            self.0 -= 1;
            Poll::Pending
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn a_flush_that_was_slow_is_forgotten_once_it_is_done() {
        let pulse = Arc::new(Pulse::new(&Limits::default()));
        let _ticket = pulse.begin(false);
        let (mut stream, _returned) = Watched::new(Slow(2), Arc::clone(&pulse));
        let mut context = Context::from_waker(Waker::noop());
        let mut flush = || Pin::new(&mut stream).poll_flush(&mut context).is_pending();
        assert!(flush() && flush());
        assert!(pulse.deadline().is_some(), "a peer that takes nothing is cut in the end");
        assert!(!flush());
        assert_eq!(pulse.deadline(), None, "one that took everything is not");
    }
}
