//! Measures a body while it is read, how long it is and how long it takes, and sees to it that it is read to its end.

use super::refusal::Refusal;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::header::EXPECT;
use hyper::body::{Frame, SizeHint};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Sleep;

/// How long an answer waits for the rest of a body that nobody wanted to read.
const LINGER: Duration = Duration::from_secs(1);

/// What became of a body, to be asked when the handler is done.
#[derive(Debug, Default)]
pub(super) struct Fate(Option<Arc<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    refusal: OnceLock<Refusal>,
    /// What was left when the body was let go of.
    rest: Mutex<Option<Reading>>,
    /// Whether the client waits to be asked for its body (RFC 9110 section 10.1.1).
    expects: bool,
}

impl Fate {
    /// The refusal, if the body was cut off.
    pub(super) fn verdict(&self) -> Result<(), Refusal> {
        self.0.as_ref().and_then(|shared| shared.refusal.get().cloned()).map_or(Ok(()), Err)
    }

    /// Reads what the handler left, for a moment, and says whether the body came to its end. If not, the connection can't
    /// be used again: what comes next on it is this body's rest (RFC 9112 section 9.6). Without this, whoever is refused
    /// before their body was looked at would lose their next request with the connection.
    pub(super) async fn comes_to_its_end(self) -> bool {
        let Some(shared) = self.0 else { return true };
        let rest = shared.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        match rest {
            Some(_) if shared.expects => false,
            Some(mut rest) => tokio::time::timeout(LINGER, rest.drain()).await.unwrap_or(false),
            None => shared.refusal.get().is_none(),
        }
    }
}

/// Bounds the body of `request` to `most` bytes and `longest` from now. A body that says itself that it is too long is
/// refused, and not read at all.
pub(super) fn meter(request: &mut Request, most: usize, longest: Duration) -> Fate {
    if request.body().is_end_stream() {
        return Fate::default();
    }
    let expects = request.headers().contains_key(EXPECT);
    let shared = Arc::new(Shared { expects, ..Shared::default() });
    let inner = std::mem::take(request.body_mut());
    if inner.size_hint().lower() > most as u64 {
        let _ = shared.refusal.set(Refusal::BodySize(most));
    } else {
        let time = Box::pin(tokio::time::sleep(longest));
        let reading = Reading { inner, most, left: most, longest, time };
        *request.body_mut() = Body::new(Metered { reading: Some(reading), shared: Arc::clone(&shared) });
    }
    Fate(Some(shared))
}

/// A body on its way to whoever reads it. Let go of before its end, it leaves the rest to [`Fate`].
#[derive(Debug)]
struct Metered {
    reading: Option<Reading>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Reading {
    inner: Body,
    most: usize,
    left: usize,
    longest: Duration,
    time: Pin<Box<Sleep>>,
}

impl Reading {
    /// The next part, within the bounds.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                Poll::Ready(Some(match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Ok(frame)
                    }
                    None => Err(Cut::Bounds(Refusal::BodySize(self.most))),
                }))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(Cut::Connection(error)))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.time.as_mut().poll(context).is_ready() => {
                tracing::debug!(seconds = self.longest.as_secs_f64(), "a body did not come in time");
                Poll::Ready(Some(Err(Cut::Bounds(Refusal::BodyTime))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Reads to the end; says whether it was reached.
    async fn drain(&mut self) -> bool {
        loop {
            match poll_fn(|context| self.poll(context)).await {
                Some(Ok(_)) => {}
                Some(Err(_)) => return false,
                None => return true,
            }
        }
    }
}

/// Why a body ended before its end.
enum Cut {
    Bounds(Refusal),
    Connection(axum::Error),
}

impl Drop for Metered {
    fn drop(&mut self) {
        let Some(reading) = self.reading.take().filter(|reading| !reading.inner.is_end_stream()) else { return };
        *self.shared.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
    }
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(reading) = self.reading.as_mut() else { return Poll::Ready(None) };
        let polled = ready!(reading.poll(context));
        if !matches!(polled, Some(Ok(_))) {
            self.reading = None;
        }
        Poll::Ready(polled.map(|part| {
            part.map_err(|cut| match cut {
                Cut::Connection(error) => error,
                Cut::Bounds(refusal) => {
                    let error = axum::Error::new(std::io::Error::other(refusal.reason().into_owned()));
                    let _ = self.shared.refusal.set(refusal);
                    error
                }
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.reading.as_ref().is_none_or(|reading| reading.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.reading.as_ref().map_or_else(|| SizeHint::with_exact(0), |reading| reading.inner.size_hint())
    }
}
