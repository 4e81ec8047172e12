//! What visiting programs look for at fixed places: whom to tell of a weakness, and whether to index.

use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// How long it may be believed, in seconds: less than a year (RFC 9116 2.5.5).
const BELIEVED: i64 = 180 * 86_400;

/// No page of an identity server belongs into a search engine.
pub(super) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

/// The contact of `support.contact` (RFC 9116); nothing if there is none that can be followed.
pub(super) async fn security(State(app): State<AppState>) -> Response {
    let Some(contact) = app.site.brand.support_href() else { return StatusCode::NOT_FOUND.into_response() };
    let expires = app.provider.now().plus(BELIEVED).rfc3339();
    let site = &app.site.origin;
    format!("Contact: {contact}\nExpires: {expires}\nCanonical: {site}/.well-known/security.txt\n").into_response()
}
