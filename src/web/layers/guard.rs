//! Bounds one request: its shape before the handler runs, its time and its panics while it runs.

use super::Edge;
use super::answer::is_api;
use super::panic::caught;
use super::refusal::Refusal;
use axum::extract::Request;
use axum::response::Response;
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method};
use std::future::Future;
use std::time::Duration;

/// Refuses what no endpoint wants to see.
pub(super) fn check(request: &Request, edge: &Edge) -> Result<(), Refusal> {
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return Err(Refusal::Method);
    }
    if !is_framed(request.headers()) {
        return Err(Refusal::Transfer);
    }
    let longest = if is_api(request.uri().path()) { edge.api_target_bytes } else { edge.target_bytes };
    if request.uri().path_and_query().map_or(0, |target| target.as_str().len()) > longest {
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

/// Whether the body comes as it is, or in chunks and nothing else. A coding beside them would be for whoever reads the
/// body to undo (RFC 9112 section 6.1), and a proxy in front may have undone it or not.
fn is_framed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let only_chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    codings.next().is_none_or(only_chunked) && codings.next().is_none()
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
