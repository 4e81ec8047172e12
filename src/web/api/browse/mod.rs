//! The document for programs, at `/api/openapi.json`, and for people, at `/api/docs`. It is the same for everybody and tells
//! nothing about anybody, so programs read it without a token; people sign in first, unless the operator opens the pages.

mod curl;
mod pages;
#[cfg(test)]
mod samples;
mod view;

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
use serde_json::Value;
use std::sync::{Arc, OnceLock};

#[cfg(test)]
pub(in crate::web) use samples::samples;

/// The document, made when somebody asks for the first time.
#[derive(Clone, Default)]
pub(in crate::web) struct Prepared(Arc<OnceLock<Document>>);

struct Document {
    value: Value,
    body: Bytes,
    etag: String,
}

impl Prepared {
    fn of(&self, app: &AppState) -> &Document {
        self.0.get_or_init(|| {
            let value = document(&app.provider.settings().public_url);
            let body = value.to_string();
            Document { etag: etag(body.as_bytes()), body: Bytes::from(body), value }
        })
    }
}

/// The document itself. No cookie is looked at.
pub(in crate::web) fn routes(prepared: &Prepared) -> Router<AppState> {
    Router::new().route("/api/openapi.json", get(serve)).layer(Extension(prepared.clone()))
}

/// Its pages.
pub(in crate::web) fn pages(prepared: &Prepared) -> Router<AppState> {
    Router::new()
        .route("/api/docs", get(pages::list))
        .route("/api/docs/{operation}", get(pages::operation))
        .route("/api/docs/shapes/{name}", get(pages::one_shape))
        .layer(Extension(prepared.clone()))
}

async fn serve(State(app): State<AppState>, Extension(prepared): Extension<Prepared>, headers: HeaderMap) -> Response {
    let Document { body, etag, .. } = prepared.of(&app);
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, "application/json")], body.clone()).into_response()
    };
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.extend(HeaderValue::from_str(etag).ok().map(|etag| (ETAG, etag)));
    response
}
