//! The token endpoint (RFC 6749 3.2), and what goes with it: introspection (RFC 7662) and revocation (RFC 7009).

use super::form::ClientRequest;
use crate::web::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

/// Answers with a token or a refusal, always JSON, whatever the client says it accepts.
pub(super) async fn post(State(app): State<AppState>, request: ClientRequest) -> Response {
    request.answer(&app, async |call| app.provider.token(call).await.map(Json)).await
}

/// What an authenticated client may know about a token of its own.
pub(super) async fn introspect(State(app): State<AppState>, request: ClientRequest) -> Response {
    request.answer(&app, async |call| app.provider.introspect(call).await.map(Json)).await
}

/// Takes a token back. What is unknown is as good as taken back.
pub(super) async fn revoke(State(app): State<AppState>, request: ClientRequest) -> Response {
    request.answer(&app, async |call| app.provider.revoke(call).await.map(|()| StatusCode::OK)).await
}
