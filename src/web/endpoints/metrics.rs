//! What is for the internal address alone: metrics (`OpenMetrics` 1.0), and readiness with its reasons.

use crate::web::state::AppState;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted.
pub(super) async fn get(State(app): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, OPENMETRICS), (CACHE_CONTROL, "no-store")], app.provider.metrics_page().await)
}

/// Readiness; with `?verbose` a line for each thing that it depends on, and for a proxy that nobody said to trust.
pub(super) async fn ready(State(app): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let mut response = super::health::ready(State(app.clone())).await;
    if !query.is_some_and(|query| query.split('&').any(|word| word == "verbose")) {
        return response;
    }
    let word = |fine: bool| if fine { "ok" } else { "failing" };
    let mut lines = vec![
        format!("draining: {}", if app.is_leaving() { "yes" } else { "no" }),
        format!("database: {}", word(app.provider.database_answers().await)),
        format!("signing keys: {}", word(app.provider.can_sign())),
    ];
    if let Some(address) = app.provider.metrics().last_stranger() {
        lines.push(format!("untrusted proxy: {address}"));
    }
    *response.body_mut() = axum::body::Body::from(lines.join("\n") + "\n");
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    response
}
