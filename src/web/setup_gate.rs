//! Until there is an administrator, nothing is served but set-up, health and assets.

use super::errors::{OAuthError, storage_page};
use super::layers::Reference;
use super::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

/// What is served all the same.
fn is_open(path: &str) -> bool {
    matches!(path, "/setup" | "/healthz" | "/readyz") || path.starts_with("/setup/") || path.starts_with("/assets/")
}

pub(super) async fn require_set_up(
    State(app): State<AppState>,
    reference: Reference,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let path = path.strip_prefix(app.path_prefix()).unwrap_or(path);
    if is_open(path) {
        return next.run(request).await;
    }
    match app.provider.is_set_up().await {
        Ok(true) => next.run(request).await,
        Ok(false) => not_set_up(&request),
        Err(error) if wants_page(&request) => storage_page(&error),
        Err(error) => {
            OAuthError { error: error.into(), reference, docs: app.docs_of_errors(), basic: false }.into_response()
        }
    }
}

fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(http::header::ACCEPT);
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

fn not_set_up(request: &Request) -> Response {
    let retry = [(RETRY_AFTER, "30")];
    if wants_page(request) {
        let page = axum::response::Html(
            "<!doctype html><html lang=\"en\"><title>Not set up yet - Portcullis</title><h1>Not set up yet</h1>\
             <p>Open the set-up link that the server printed when it started. Lost it? Run \
             <code>portcullis user setup-link</code> on the server.</p></html>",
        );
        return (StatusCode::SERVICE_UNAVAILABLE, retry, page).into_response();
    }
    let body = serde_json::json!({
        "error": "temporarily_unavailable",
        "error_description": "This server is not set up yet. Open the link that it printed when it started, or run: portcullis user setup-link",
    });
    (StatusCode::SERVICE_UNAVAILABLE, retry, axum::Json(body)).into_response()
}
