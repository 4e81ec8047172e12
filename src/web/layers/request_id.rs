//! Every request has a reference that people can read out, and one line in the log.

use super::answer::is_probe;
use super::endpoint::endpoint_of;
use super::span::{OpenSpan, RouteTemplate, Spans};
use crate::metrics::Metrics;
use crate::oauth::without_tokens;
use crate::random::Random;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::time::Instant;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What people read out, `7K2Q-9M4D`: shown with every error and logged with everything the request did. An extension of
/// every request, and an extractor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(Arc<str>);

/// What X-Request-Id says: the reference, or what a trusted proxy called the request. An extension of every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

/// Put into a response's extensions to have the client named in the log. A client id, never anything secret.
#[derive(Debug, Clone)]
pub struct LoggedClient(pub String);

super::extracted!(Reference, Reference(Arc::from("none")));

impl Reference {
    pub(super) fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(in crate::web) fn to_header(&self) -> HeaderValue {
        to_header(&self.0)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RequestId {
    /// The id that came with the request, if it comes from a trusted proxy and is harmless: it ends up in logs.
    pub(super) fn accept(headers: &HeaderMap, trusted: bool) -> Option<Self> {
        let text = headers.get(X_REQUEST_ID).filter(|_| trusted)?.to_str().ok()?;
        let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'/' | b'+' | b'=');
        ((1..=128).contains(&text.len()) && text.bytes().all(harmless)).then(|| Self(Arc::from(text)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        to_header(&self.0)
    }
}

impl From<&Reference> for RequestId {
    fn from(reference: &Reference) -> Self {
        Self(Arc::clone(&reference.0))
    }
}

fn to_header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("unprintable"))
}

/// The access log's line: written when the answer is there, or when the request is given up.
pub(super) struct AccessLine {
    method: Method,
    /// Without the query, where codes and tokens travel.
    path: String,
    address: IpAddr,
    reference: Reference,
    id: RequestId,
    begun: Instant,
    status: u16,
    client: Option<String>,
    metrics: Arc<Metrics>,
    span: Option<OpenSpan>,
}

/// nginx's number for a client that hung up before the answer.
const CLIENT_GONE: u16 = 499;

/// A path longer than this is cut in the log.
const LONGEST_PATH: usize = 256;

impl AccessLine {
    pub(super) fn begin(
        request: &Request,
        address: IpAddr,
        reference: Reference,
        id: RequestId,
        metrics: Arc<Metrics>,
    ) -> Self {
        metrics.in_flight.add(1);
        Self {
            method: request.method().clone(),
            path: without_tokens(request.uri().path()).chars().take(LONGEST_PATH).collect(),
            address,
            reference,
            id,
            begun: Instant::now(),
            status: CLIENT_GONE,
            client: None,
            metrics,
            span: None,
        }
    }

    /// Also makes a span of it.
    pub(super) fn trace(&mut self, spans: &Spans, request: &Request, trusted: bool, random: &Random) {
        if !is_probe(&self.path) {
            self.span = OpenSpan::begin(spans, request, trusted, &self.reference, random);
        }
    }

    pub(super) fn end(mut self, response: &Response) {
        if let (Some(span), Some(route)) = (&mut self.span, response.extensions().get::<RouteTemplate>()) {
            span.take_route(route);
        }
        self.status = response.status().as_u16();
        self.client = response.extensions().get::<LoggedClient>().map(|client| client.0.clone());
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        let seconds = self.begun.elapsed().as_secs_f64();
        if let Some(span) = self.span.take() {
            span.end(self.status);
        }
        self.metrics.in_flight.add(-1);
        self.metrics.answered(endpoint_of(&self.path), self.status, seconds);
        let duration_ms = (seconds * 10_000.0).round() / 10.0;
        let (method, path, client_id) = (self.method.as_str(), self.path.as_str(), self.client.as_deref());
        let (status, address, reference) = (self.status, self.address, self.reference.as_str());
        let request_id = Some(self.id.as_str()).filter(|id| *id != reference);
        // Probes come every few seconds and would be most of the log.
        if is_probe(path) {
            tracing::debug!(target: "access", method, path, status, duration_ms, reference, request_id, %address, client_id, "answered");
        } else {
            tracing::info!(target: "access", method, path, status, duration_ms, reference, request_id, %address, client_id, "answered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, RequestId, X_REQUEST_ID};

    #[test]
    fn an_id_is_taken_from_a_trusted_proxy_and_from_nobody_else() {
        let long = "a".repeat(129);
        for (text, trusted, taken) in [
            ("3f0c/abc-1_2.3", true, true),
            ("3f0c/abc-1_2.3", false, false),
            ("two words", true, false),
            ("\u{1b}[31m", true, false),
            ("", true, false),
            (long.as_str(), true, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(X_REQUEST_ID, value);
            }
            let id = RequestId::accept(&headers, trusted);
            assert_eq!(id.as_ref().map(RequestId::as_str), taken.then_some(text), "{text}");
        }
    }
}
