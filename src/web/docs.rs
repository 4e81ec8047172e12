//! `/docs`: what every refusal means. `error_uri` leads here.

use super::errors;
use super::extract::PageContext;
use super::pages::Frame;
use super::state::AppState;
use crate::oauth::{REASONS, ReasonPage};
use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/docs", get(async || Redirect::to("/docs/errors").into_response()))
        .route("/docs/errors", get(list))
        .route("/docs/errors/{code}", get(one))
}

/// All reasons.
#[derive(Template)]
#[template(path = "pages/reasons.html")]
struct ReasonsPage {
    frame: Frame,
    reasons: &'static [ReasonPage],
}

/// One reason.
#[derive(Template)]
#[template(path = "pages/reason.html")]
struct ReasonPageView {
    frame: Frame,
    reason: ReasonPage,
}

async fn list(page: PageContext) -> Response {
    page.answer(StatusCode::OK, &ReasonsPage { frame: page.frame(), reasons: REASONS })
}

async fn one(page: PageContext, Path(code): Path<String>) -> Response {
    match REASONS.iter().find(|reason| reason.code.to_string().eq_ignore_ascii_case(&code)) {
        Some(reason) => page.answer(StatusCode::OK, &ReasonPageView { frame: page.frame(), reason: *reason }),
        None => errors::not_found(page).await,
    }
}
