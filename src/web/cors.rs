//! Calls from other origins (Fetch standard, CORS): for endpoints that browser apps call, never for pages, never with
//! cookies.

use super::layers::{is_api, is_browser_page};
use super::state::AppState;
use crate::oauth::ClientId;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A request extension: whoever finds out which client asks, says it here. The client's own origins then decide; without
/// a client those of all clients do, so that an app can read why it was refused.
#[derive(Debug, Clone, Default)]
pub(super) struct AskingClient(Arc<OnceLock<ClientId>>);

impl AskingClient {
    /// Names the client. Only the first name counts.
    pub(super) fn is(&self, client: &ClientId) {
        let _ = self.0.set(client.clone());
    }
}

/// The longest origin that is looked at: a scheme, a host name of 253 characters, a port.
const LONGEST_ORIGIN: usize = 300;

/// A layer: answers preflight requests, and lets the pages of registered origins read the answers to the others.
pub(super) async fn share(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let origin = sent_origin(request.headers());
    let mut response = match &origin {
        Some(origin) if is_preflight(&request) => preflight(&app, origin).await,
        _ => {
            let client = AskingClient::default();
            request.extensions_mut().insert(client.clone());
            let mut response = next.run(request).await;
            if let Some(origin) = &origin
                && may_read(&app, origin, &client).await
            {
                allow(response.headers_mut(), origin);
                response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            response
        }
    };
    // Also on answers without Origin: a shared cache must not give one to a page of another origin.
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response.extensions_mut().insert(Decided);
    response
}

/// A layer around what everybody may read: answers preflight requests. The other answers are open by themselves.
pub(super) async fn share_with_all(request: Request, next: Next) -> Response {
    if is_preflight(&request) { preflight_of_all(request.headers()) } else { next.run(request).await }
}

/// An answer's extension: [`share`] has decided about it, and nobody decides again.
#[derive(Debug, Clone, Copy)]
struct Decided;

/// How long a refusal waits to learn whether an origin is registered: the database may be what has failed.
const PATIENCE: Duration = Duration::from_secs(1);

/// A layer around all others: what they answer in the place of a handler, too large, too slow, for another host or too
/// early, can be read where the handler's own answers can.
pub(super) async fn share_refusals(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let audience = Audience::of(request.uri().path());
    let origin = sent_origin(request.headers());
    let mut response = next.run(request).await;
    if response.extensions_mut().remove::<Decided>().is_some() {
        return response;
    }
    let headers = response.headers_mut();
    match (audience, origin) {
        (Audience::Everybody, _) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        (Audience::Registered, origin) => {
            headers.append(VARY, HeaderValue::from_static("origin"));
            if let Some(origin) = origin
                && tokio::time::timeout(PATIENCE, is_known(&app, &origin)).await.unwrap_or(false)
            {
                allow(headers, &origin);
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
        }
        (Audience::Nobody, _) => {}
    }
    response
}

/// Whose pages may read the answers at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everybody,
    /// Those of origins that a client registered.
    Registered,
    Nobody,
}

impl Audience {
    fn of(path: &str) -> Self {
        match path {
            "/identity/connect/token" | "/identity/connect/userinfo" | "/identity/connect/revocation" => {
                Self::Registered
            }
            "/identity/.well-known/openid-configuration"
            | "/identity/.well-known/openid-configuration/jwks"
            | "/identity/.well-known/oauth-authorization-server"
            | "/.well-known/oauth-authorization-server/identity" => Self::Everybody,
            path if is_api(path) && !is_browser_page(path) => Self::Registered,
            _ => Self::Nobody,
        }
    }
}

const EXPOSED: HeaderValue =
    HeaderValue::from_static("Total-Count, Operation-Id, Link, ETag, Location, WWW-Authenticate, Retry-After");

fn sent_origin(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(ORIGIN).filter(|origin| origin.len() <= LONGEST_ORIGIN).cloned()
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

async fn preflight(app: &AppState, origin: &HeaderValue) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if is_known(app, origin).await {
        let headers = response.headers_mut();
        allow(headers, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE"));
        let allowed = "authorization, content-type, accept, if-match, idempotency-key";
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
        // Short: an origin that is taken away from a client is soon without its permission.
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
    }
    response
}

/// The answer to a preflight request for what everybody may read: any page may send what headers it likes along.
fn preflight_of_all(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).filter(|names| names.len() <= LONGEST_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
    headers.insert(VARY, HeaderValue::from_static("access-control-request-headers"));
    response
}

/// The origin as it came: it was compared byte for byte with what is registered.
fn allow(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
}

async fn may_read(app: &AppState, origin: &HeaderValue, client: &AskingClient) -> bool {
    let Some(client) = client.0.get() else { return is_known(app, origin).await };
    let Ok(origin) = origin.to_str() else { return false };
    app.provider.client_allows_origin(client, origin).await.unwrap_or_else(|error| unknown(&error))
}

async fn is_known(app: &AppState, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    app.provider.is_known_origin(origin).await.unwrap_or_else(|error| unknown(&error))
}

fn unknown(error: &crate::flows::StorageError) -> bool {
    tracing::error!(event = "cors.failed", %error);
    false
}
