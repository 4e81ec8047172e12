//! Endpoints for programs.

mod discovery;
mod form;
mod health;
mod metrics;
mod notices;
mod token;
mod userinfo;

use super::cors;
use super::state::AppState;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

/// What OAuth clients call.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    // Those that apps in browsers call.
    let shared = Router::new()
        .route("/identity/connect/token", post(token::post))
        .route("/identity/connect/userinfo", get(userinfo::get).post(userinfo::post))
        .route("/identity/connect/revocation", post(token::revoke))
        .layer(from_fn_with_state(state.clone(), cors::share));
    let open = Router::new()
        .route("/identity/.well-known/openid-configuration", get(discovery::metadata))
        .route("/identity/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/identity", get(discovery::metadata))
        .route("/identity/.well-known/openid-configuration/jwks", get(discovery::jwks))
        .layer(from_fn(cors::share_with_all));
    shared
        .merge(open)
        .route("/identity/connect/introspect", post(token::introspect))
        .route("/robots.txt", get(notices::robots))
        .route("/.well-known/security.txt", get(notices::security))
}

pub(super) use health::starting_routes;

/// What monitoring and operators call, at the internal address alone.
pub(super) fn internal_routes() -> Router<AppState> {
    Router::new()
        .route("/metrics", get(metrics::get))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(metrics::ready))
}

/// What load balancers and supervisors call. They answer before set-up, too.
pub(super) fn health_routes() -> Router<AppState> {
    Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready))
}
