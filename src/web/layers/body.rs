//! Measures a body while it is read: how long it is and how long it takes.

use super::refusal::Refusal;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use hyper::body::{Frame, SizeHint};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// What became of a body, to be asked when the handler is done.
#[derive(Debug, Default)]
pub(super) struct Fate(Option<Arc<OnceLock<Refusal>>>);

impl Fate {
    /// The refusal, if the body was cut off.
    pub(super) fn verdict(self) -> Result<(), Refusal> {
        self.0.and_then(|fate| fate.get().cloned()).map_or(Ok(()), Err)
    }
}

/// Bounds the body of `request` to `most` bytes and `longest` from now.
///
/// # Errors
/// If the request says itself that its body is too long: it is then not read at all.
pub(super) fn meter(request: &mut Request, most: usize, longest: Duration) -> Result<Fate, Refusal> {
    if request.body().is_end_stream() {
        return Ok(Fate::default());
    }
    if request.body().size_hint().lower() > most as u64 {
        return Err(Refusal::BodySize(most));
    }
    let fate = Arc::new(OnceLock::new());
    let inner = std::mem::take(request.body_mut());
    let metered = Metered {
        inner,
        most,
        left: most,
        longest,
        time: Box::pin(tokio::time::sleep(longest)),
        fate: Arc::clone(&fate),
    };
    *request.body_mut() = Body::new(metered);
    Ok(Fate(Some(fate)))
}

struct Metered {
    inner: Body,
    most: usize,
    left: usize,
    longest: Duration,
    time: Pin<Box<Sleep>>,
    fate: Arc<OnceLock<Refusal>>,
}

impl Metered {
    /// Lets go of the rest, and remembers why.
    fn cut(&mut self, refusal: Refusal) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.inner = Body::empty();
        let error = axum::Error::new(std::io::Error::other(refusal.reason().into_owned()));
        let _ = self.fate.set(refusal);
        Poll::Ready(Some(Err(error)))
    }
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                let Some(left) = self.left.checked_sub(length) else {
                    let most = self.most;
                    return self.cut(Refusal::BodySize(most));
                };
                self.left = left;
            }
            Poll::Pending => {
                if self.time.as_mut().poll(context).is_ready() {
                    tracing::debug!(seconds = self.longest.as_secs_f64(), "a body did not come in time");
                    return self.cut(Refusal::BodyTime);
                }
            }
            Poll::Ready(_) => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
