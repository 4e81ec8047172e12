//! The document for programs, at `/api/openapi.json`. It is the same for everybody and tells nothing about anybody, so it
//! asks for no token.

use super::answers::etag;
use super::document::document;
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::sync::{Arc, OnceLock};

/// The document as it is served; made when somebody asks for the first time.
#[derive(Clone, Default)]
struct Prepared(Arc<OnceLock<(Bytes, String)>>);

pub(in crate::web) fn routes() -> Router<AppState> {
    Router::new().route("/api/openapi.json", get(serve)).layer(Extension(Prepared::default()))
}

async fn serve(State(app): State<AppState>, Extension(prepared): Extension<Prepared>, headers: HeaderMap) -> Response {
    let (body, tag) = prepared.0.get_or_init(|| {
        let body = document(&app.provider.settings().public_url).to_string();
        let tag = etag(body.as_bytes());
        (Bytes::from(body), tag)
    });
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, "application/json")], body.clone()).into_response()
    };
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.extend(HeaderValue::from_str(tag).ok().map(|tag| (ETAG, tag)));
    response
}
