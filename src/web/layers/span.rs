//! What tracing sees of a request: one span, made only if somebody wants it. A span has no address, no query and nothing
//! that anybody sent, beside the trace that a trusted proxy says it belongs to.

use super::request_id::Reference;
use crate::clock::unix_nanos;
use crate::metrics::{Metrics, SpanOutcome};
use crate::random::Random;
use axum::extract::{MatchedPath, Request};
use http::{HeaderMap, Method};
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A request that has been answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSpan {
    /// The trace that it belongs to.
    pub trace: [u8; 16],
    /// Its own id.
    pub id: [u8; 8],
    /// The span of whoever asked, if a trusted proxy told it.
    pub parent: Option<[u8; 8]>,
    /// The method, `_OTHER` for one that is not of HTTP.
    pub method: &'static str,
    /// The route as it is written in the router, `/docs/{*page}`; none if nothing is there.
    pub route: Option<String>,
    /// The status of the answer; 499 if nobody waited for it.
    pub status: u16,
    /// What people read out.
    pub reference: String,
    /// When it began, in nanoseconds since 1970.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
}

/// Where spans are put. Whoever puts one in never waits.
#[derive(Debug, Clone)]
pub struct Spans {
    queue: Sender<RequestSpan>,
    metrics: Arc<Metrics>,
}

impl Spans {
    /// A place for so many spans, and where they come out.
    #[must_use]
    pub fn new(most: usize, metrics: Arc<Metrics>) -> (Self, Receiver<RequestSpan>) {
        let (queue, waiting) = channel(most);
        (Self { queue, metrics }, waiting)
    }

    /// Without room the span is dropped and counted.
    fn put(&self, span: RequestSpan) {
        if self.queue.try_send(span).is_err() {
            self.metrics.spans.of(SpanOutcome::Dropped).add(1);
        }
    }
}

/// The route of a request that the outer router does not know in full. An extension of its response.
#[derive(Debug, Clone)]
pub(in crate::web) struct RouteTemplate(pub Arc<str>);

/// A span that has begun.
pub(super) struct OpenSpan {
    spans: Spans,
    span: RequestSpan,
}

impl OpenSpan {
    /// None if the proxy has decided that nobody wants this one.
    pub(super) fn begin(
        spans: &Spans,
        request: &Request,
        trusted: bool,
        reference: &Reference,
        random: &Random,
    ) -> Option<Self> {
        let (trace, parent) = match Parent::of(request.headers()).filter(|_| trusted) {
            Some(parent) if !parent.sampled => return None,
            Some(parent) => (parent.trace, Some(parent.span)),
            None => (random.bytes(), None),
        };
        let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let span = RequestSpan {
            trace,
            id: random.bytes(),
            parent,
            method: method(request.method()),
            route,
            status: 0,
            reference: reference.as_str().to_owned(),
            began: unix_nanos(),
            ended: 0,
        };
        Some(Self { spans: spans.clone(), span })
    }

    /// The response knows the route better.
    pub(super) fn take_route(&mut self, route: &RouteTemplate) {
        self.span.route = Some(route.0.to_string());
    }

    pub(super) fn end(mut self, status: u16) {
        (self.span.status, self.span.ended) = (status, unix_nanos());
        self.spans.put(self.span);
    }
}

fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

/// What `traceparent` says (W3C Trace Context, section 3.2).
#[derive(Debug, PartialEq, Eq)]
struct Parent {
    trace: [u8; 16],
    span: [u8; 8],
    sampled: bool,
}

impl Parent {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all("traceparent").iter();
        let text = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?;
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let [version] = hex(version)?;
        let [flags] = hex(flags)?;
        // A version that does not exist yet may have more at its end; ff is none.
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        let parent = Self { trace: hex(trace)?, span: hex(span)?, sampled: flags & 1 == 1 };
        (parent.trace != [0; 16] && parent.span != [0; 8]).then_some(parent)
    }
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let right = text.len() == 2 * N && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate().filter(|_| right) {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    right.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Metrics, Parent, RequestSpan, SpanOutcome, Spans};
    use http::{HeaderMap, HeaderValue};
    use std::sync::Arc;

    #[test]
    fn rel_32_spans_that_nobody_fetches_are_dropped_and_counted() {
        let metrics = Arc::new(Metrics::default());
        let (spans, waiting) = Spans::new(2, Arc::clone(&metrics));
        let span = RequestSpan {
            trace: [1; 16],
            id: [2; 8],
            parent: None,
            method: "GET",
            route: None,
            status: 200,
            reference: String::new(),
            began: 0,
            ended: 0,
        };
        (0..5).for_each(|_| spans.put(span.clone()));
        assert_eq!((metrics.spans.of(SpanOutcome::Dropped).get(), waiting.len()), (3, 2));
    }

    #[test]
    fn a_traceparent_is_taken_whole_or_not_at_all() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        let whole = format!("00-{trace}-{span}-01");
        for (text, taken) in [
            (whole.clone(), true),
            (format!("cc-{trace}-{span}-00-more"), true),
            (format!("{whole}-more"), false),
            (format!("ff-{trace}-{span}-01"), false),
            (format!("00-{}-{span}-01", "0".repeat(32)), false),
            (format!("00-{trace}-{}-01", "0".repeat(16)), false),
            (whole.to_ascii_uppercase(), false),
            (format!("00-{trace}-{span}"), false),
            (format!("00-{trace}-{span}-0\u{b5}"), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", HeaderValue::from_bytes(text.as_bytes()).unwrap());
            let parent = Parent::of(&headers);
            assert_eq!(parent.is_some(), taken, "{text}");
            assert!(parent.is_none_or(|parent| parent.sampled != text.contains("-00-more") && parent.trace[0] == 0x0a));
        }
        let mut twice = HeaderMap::new();
        for _ in 0..2 {
            twice.append("traceparent", HeaderValue::from_str(&whole).unwrap());
        }
        assert_eq!(Parent::of(&twice), None);
    }
}
