//! Endpoints for programs.

mod discovery;
mod health;
mod token;

use super::state::AppState;
use axum::Router;
use axum::routing::{get, post};

/// What OAuth clients call.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/identity/connect/token", post(token::post))
        .route("/identity/.well-known/openid-configuration", get(discovery::metadata))
        .route("/identity/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/identity", get(discovery::metadata))
        .route("/identity/.well-known/openid-configuration/jwks", get(discovery::jwks))
}

/// What load balancers and supervisors call. They answer before set-up, too.
pub(super) fn health_routes() -> Router<AppState> {
    Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready))
}
