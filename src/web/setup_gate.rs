//! Until there is an administrator, nothing is served but set-up, health and assets.

use super::api;
use super::cookies;
use super::errors::{OAuthError, storage_page};
use super::layers::{Reference, is_api, takes_html};
use super::pages::{self, ErrorPage, Frame, Theme};
use super::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

/// What is served all the same.
fn is_open(path: &str) -> bool {
    matches!(path, "/setup" | "/healthz" | "/readyz") || path.starts_with("/assets/")
}

pub(super) async fn require_set_up(
    State(app): State<AppState>,
    reference: Reference,
    request: Request,
    next: Next,
) -> Response {
    if is_open(request.uri().path()) {
        return next.run(request).await;
    }
    match app.provider.is_set_up().await {
        Ok(true) => next.run(request).await,
        Ok(false) => not_set_up(&request, &reference),
        Err(error) if takes_html(request.headers()) => storage_page(&error),
        Err(error) if is_api(request.uri().path()) => api::storage_refusal(&error, &reference),
        Err(error) => {
            OAuthError { error: error.into(), reference, docs: app.docs_of_errors(), basic: false }.into_response()
        }
    }
}

const REASON: &str = "This server is not set up yet.";
const RESOLUTION: &str = "Open the link that it printed when it started, or run: portcullis user setup-link";

fn not_set_up(request: &Request, reference: &Reference) -> Response {
    let mut response = if takes_html(request.headers()) {
        let theme = cookies::read(request.headers(), cookies::THEME).map(Theme::parse).unwrap_or_default();
        let frame = Frame { theme, ..Frame::default() };
        pages::answer(StatusCode::SERVICE_UNAVAILABLE, &ErrorPage::not_set_up(frame))
    } else if is_api(request.uri().path()) {
        api::refusal(StatusCode::SERVICE_UNAVAILABLE, REASON, RESOLUTION, reference)
    } else {
        let body = serde_json::json!({
            "error": "temporarily_unavailable",
            "error_description": format!("{REASON} {RESOLUTION}"),
        });
        (StatusCode::SERVICE_UNAVAILABLE, axum::Json(body)).into_response()
    };
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    response
}
