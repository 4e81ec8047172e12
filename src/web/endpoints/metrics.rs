//! Metrics (`OpenMetrics` 1.0), for the internal address.

use crate::web::state::AppState;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted.
pub(super) async fn get(State(app): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, OPENMETRICS), (CACHE_CONTROL, "no-store")], app.provider.metrics_page().await)
}
