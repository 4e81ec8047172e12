//! The doors around the authorize endpoint: the endpoint itself, and the pages that a request may have to pass. Every
//! page brings the request back sealed, and only the endpoint decides.

mod answer;
mod authorize;
mod consent;
mod end_session;
mod select;

pub(super) use answer::{add_this_url, app_with_way_back, leading_to, show, to};
pub(super) use end_session::confirm_end_session;

use super::state::AppState;
use axum::Router;
use axum::routing::get;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/identity/connect/authorize", get(authorize::get).post(authorize::post))
        .route("/identity/connect/authorize/callback", get(authorize::callback))
        .route("/identity/connect/endsession", get(end_session::get).post(end_session::post))
        .route("/login/select", get(select::show).post(select::take))
        .route("/logo/{id}/{hash}", get(crate::web::manage::serve_logo))
        .route("/consent", get(consent::show).post(consent::take))
}
