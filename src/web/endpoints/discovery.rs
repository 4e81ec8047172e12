//! Discovery and JWKS: prepared bytes, open to every origin.

use crate::flows::PublishedDocument;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

/// The discovery document (OpenID Connect Discovery 4, RFC 8414 3).
pub(super) async fn metadata(State(app): State<AppState>, headers: HeaderMap) -> Response {
    answer(&app.provider.metadata(), &headers, "public, max-age=300")
}

/// The public keys (RFC 7517). Kept by others for five minutes at most: a new key is announced long before it signs.
pub(super) async fn jwks(State(app): State<AppState>, headers: HeaderMap) -> Response {
    answer(&app.provider.jwks(), &headers, "public, max-age=300")
}

fn answer(document: &PublishedDocument, headers: &HeaderMap, cache: &'static str) -> Response {
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let known =
        known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == &*document.etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = axum::body::Bytes::from_owner(std::sync::Arc::clone(&document.body));
        ([(CONTENT_TYPE, "application/json")], body).into_response()
    };
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(etag) = HeaderValue::from_str(&document.etag) {
        out.insert(ETAG, etag);
    }
    response
}
