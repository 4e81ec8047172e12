//! Bounds one request: its shape before the handler runs, its time and its panics while it runs.

use super::Edge;
use super::panic::caught;
use super::refusal::Refusal;
use axum::extract::Request;
use axum::response::Response;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Method};
use std::future::Future;
use std::time::Duration;

/// Refuses what no endpoint wants to see.
pub(super) fn check(request: &Request, edge: &Edge) -> Result<(), Refusal> {
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return Err(Refusal::Method);
    }
    if request.uri().path_and_query().map_or(0, |target| target.as_str().len()) > edge.target_bytes {
        return Err(Refusal::Target);
    }
    if request.headers().len() > edge.header_count {
        return Err(Refusal::Headers);
    }
    if is_encoded(request.headers()) {
        return Err(Refusal::Encoding);
    }
    Ok(())
}

/// Nothing is ever unpacked: a few bytes could become gigabytes.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|line| !line.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The handler's answer, if it comes in time and without a panic. The cause of a panic goes to the log alone.
///
/// A handler out of time is dropped; state changes run in tasks of their own, which that does not cut.
pub(super) async fn run(handler: impl Future<Output = Response>, longest: Duration) -> Result<Response, Refusal> {
    match tokio::time::timeout(longest, caught(handler)).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(panic)) => {
            tracing::error!(%panic, "a request panicked");
            Err(Refusal::Panic)
        }
        Err(_) => {
            tracing::error!(seconds = longest.as_secs_f64(), "a request took too long");
            Err(Refusal::Time)
        }
    }
}
