//! Health: alive, and ready.

use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// The process can answer. Touches nothing else.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// It can serve: not draining, the database answers, there are keys to sign with.
pub(super) async fn ready(State(app): State<AppState>) -> Response {
    if app.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining").into_response();
    }
    if app.provider.is_ready().await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
    }
}
