//! What stands around every endpoint and page, so that none of them can forget it.
//!
//! [`apply`] puts one function around a router; read `pass` from top to bottom to know what happens to a request.

/// Makes an extension of every request an extractor; without layers around (in a test) it is the given default.
macro_rules! extracted {
    ($type:ty, $default:expr) => {
        impl<S: Sync> axum::extract::FromRequestParts<S> for $type {
            type Rejection = std::convert::Infallible;

            async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
                Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| $default))
            }
        }
    };
}
use extracted;

mod answer;
mod body;
mod client_address;
mod endpoint;
mod guard;
mod headers;
mod host;
mod networks;
mod origin;
mod panic;
mod refusal;
mod request_id;
mod span;

pub(super) use answer::{is_api, is_browser_page, takes_html};
pub use client_address::ClientAddress;
pub use headers::{AllowFraming, FormTarget};
pub use networks::{InvalidNetwork, LiveNetworks, Networks};
pub use origin::Origin;
pub use request_id::{LoggedClient, Reference, RequestId};
pub(in crate::web) use span::RouteTemplate;
pub use span::{RequestSpan, Spans};

use crate::metrics::Metrics;
use crate::random::Random;
use crate::web::serve::PeerAddress;
use answer::{Asker, Visitor};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use body::Fate;
pub(super) use client_address::client_address;
use host::Verdict;
use http::header::{CONNECTION, LOCATION};
use http::{HeaderValue, StatusCode, Version};
use refusal::Refusal;
use request_id::AccessLine;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// What the layers need to know.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The one origin under which this server is reached.
    pub home: Origin,
    /// Whose X-Forwarded-For and X-Request-Id are believed. Default: nobody's.
    pub trusted_proxies: LiveNetworks,
    /// Draws references.
    pub random: Arc<Random>,
    /// Counts requests.
    pub metrics: Arc<Metrics>,
    /// Takes a span for each request. Default: nobody does.
    pub spans: Option<Spans>,
    /// Longest time until an answer begins. Default 30 s. Above: 503.
    pub request_timeout: Duration,
    /// Longest time until the body of a request is there. Default 10 s. Above: 408.
    pub body_timeout: Duration,
    /// Most bytes of a body. Default 64 KiB. Above: 413.
    pub body_bytes: usize,
    /// Most bytes of a body under `/api`. Default 256 KiB. Above: 413.
    pub api_body_bytes: usize,
    /// Most bytes of a form with a file. Default 1 MiB, far above what a file may have: so that the form can say so. Above: 413.
    pub upload_bytes: usize,
    /// Most bytes of path and query together. Default 16 KiB. Above: 414.
    pub target_bytes: usize,
    /// The same under `/api`: 500 ids are to fit. Default 24 KiB, which leaves room for headers beside it.
    pub api_target_bytes: usize,
    /// Most headers. Default 100. Above: 431.
    pub header_count: usize,
}

impl Edge {
    /// The default limits, and no trusted proxy.
    #[must_use]
    pub fn new(home: Origin, random: Arc<Random>) -> Self {
        Self {
            home,
            trusted_proxies: LiveNetworks::default(),
            random,
            metrics: Arc::default(),
            spans: None,
            request_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            api_body_bytes: 256 * 1024,
            upload_bytes: 1024 * 1024,
            target_bytes: 16 * 1024,
            api_target_bytes: 24 * 1024,
            header_count: 100,
        }
    }
}

/// Puts the layers around `router`. To be called last: routes that are added later stand outside.
pub fn apply(router: Router, edge: Edge) -> Router {
    router.layer(from_fn_with_state(Arc::new(edge), pass))
}

async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    // Who asks comes first: the id and the log line depend on it.
    let peer = request.extensions().get::<PeerAddress>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let trusted = edge.trusted_proxies.now();
    let client = client_address(peer, request.headers(), &trusted);
    request.extensions_mut().insert(ClientAddress(client));
    if request.headers().contains_key("x-forwarded-for") && !trusted.contains(peer) {
        edge.metrics.forwarded_by_stranger(peer);
    }

    // The reference comes before anything that can refuse or fail: every answer carries it, a panic's too.
    let reference = Reference::new(&edge.random.reference());
    let id =
        RequestId::accept(request.headers(), trusted.contains(peer)).unwrap_or_else(|| RequestId::from(&reference));
    request.extensions_mut().insert(reference.clone());
    request.extensions_mut().insert(id.clone());

    // The log line begins here, so that its duration is all of ours, and ends on drop, so that a request whose client
    // went away has one too.
    let mut line = AccessLine::begin(&request, client, reference.clone(), id.clone(), Arc::clone(&edge.metrics));
    if let Some(spans) = &edge.spans {
        line.trace(spans, &request, trusted.contains(peer), &edge.random);
    }

    let (asker, visitor) = (Asker::of(&request), Visitor::of(request.headers(), &edge.home));
    let one_at_a_time = request.version() < Version::HTTP_2;
    let span = tracing::info_span!("request", reference = reference.as_str());
    // The body is measured while it is read, so it has to be wrapped before anybody reads.
    let path = request.uri().path();
    let most = if answer::is_api(path) {
        edge.api_body_bytes
    } else if answer::takes_a_file(path) {
        edge.upload_bytes
    } else {
        edge.body_bytes
    };
    let body = body::meter(&mut request, most, edge.body_timeout);
    let outcome = consider(&edge, request, next, &body).instrument(span).await;
    // Where it is in doubt how a body ends, nobody can say where the next request begins.
    let in_doubt = matches!(outcome, Err(Refusal::Transfer));
    let mut response = outcome.unwrap_or_else(|refusal| asker.tell(&refusal, &reference, &visitor));
    let over = in_doubt || !body.comes_to_its_end().await;
    if over && one_at_a_time {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }

    // Headers are put on behind everything that can answer: no refusal leaves without them.
    headers::dress(&mut response, edge.home.is_https());
    response.headers_mut().insert(request_id::X_REQUEST_ID, id.to_header());
    line.end(&response);
    response
}

async fn consider(edge: &Edge, request: Request, next: Next, body: &Fate) -> Result<Response, Refusal> {
    // Shape and size first: nothing below then meets a request that is too big, encoded or not one of ours.
    guard::check(&request, edge)?;

    // A request for another host is not for us, whatever it asks. Before routing decides anything.
    match host::judge(&edge.home, request.method(), request.uri(), request.headers()) {
        Verdict::Ours => {}
        Verdict::Moved(location) => return Ok((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response()),
        Verdict::Refused(refusal) => return Err(refusal),
    }

    // Too long by its own word: nobody needs to look at it.
    body.verdict()?;

    // Time and panics last, right around the handler: what is caught here still passes everything above on its way out.
    let response = guard::run(next.run(request), edge.request_timeout).await?;

    // An extractor turns any trouble with the body into its own 400; we know better what it was.
    body.verdict()?;
    Ok(response)
}
