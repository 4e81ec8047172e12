//! Health: alive, and ready.

use crate::web::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

/// The process can answer. Touches nothing else.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// It can serve: not draining, the database answers, there are keys to sign with.
pub(super) async fn ready(State(app): State<AppState>) -> Response {
    if app.is_leaving() {
        return not_ready("the server is stopping");
    }
    match app.provider.require_ready().await {
        Ok(()) => "ready".into_response(),
        Err(why) => not_ready(why),
    }
}

fn not_ready(why: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}")).into_response()
}

/// What a server says that is still opening its database, migrating it if need be: alive, and nothing else yet.
pub(in crate::web) fn starting_routes() -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(async || not_ready("the server is starting, and migrates its database if need be")))
        .fallback(async || crate::web::errors::unavailable_page())
}
