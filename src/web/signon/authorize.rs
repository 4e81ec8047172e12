//! `/identity/connect/authorize` (OpenID Connect Core 3.1.2), and the way back to it from our pages.

use super::answer::show;
use crate::flows::IssueError;
use crate::oauth::Parameters;
use crate::web::errors::malformed_page;
use crate::web::extract::{Query, SignOnVisit, is_form};
use crate::web::pages::ErrorPage;
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// Longest form that is turned into an address, in bytes.
const LONGEST: usize = 12_000;

/// A request in the address.
pub(super) async fn get(State(app): State<AppState>, visit: SignOnVisit, RawQuery(query): RawQuery) -> Response {
    decide(&app, &visit, query.unwrap_or_default().as_bytes()).await
}

/// A request as a form. It comes from another site, and so without the session's cookie: the browser is sent to the
/// same request by GET, which brings it along.
pub(super) async fn post(State(app): State<AppState>, visit: SignOnVisit, headers: HeaderMap, body: Bytes) -> Response {
    if !is_form(&headers) {
        let mut view = ErrorPage::of_status(visit.page.frame(), 415, &visit.page.reference);
        let needed = "An authorization request by POST is a form: send it as application/x-www-form-urlencoded.";
        view.more = vec![needed.to_owned()];
        return visit.page.answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, &view);
    }
    match std::str::from_utf8(&body) {
        Ok(form) if visit.who.is_none() && form.len() <= LONGEST && form.bytes().all(|b| matches!(b, 0x21..=0x7e)) => {
            Redirect::to(&format!("/identity/connect/authorize?{form}")).into_response()
        }
        _ => decide(&app, &visit, &body).await,
    }
}

/// Back from the sign-in page.
pub(super) async fn callback(State(app): State<AppState>, visit: SignOnVisit, Query(back): Query<Sealed>) -> Response {
    let outcome = app.provider.authorize_after_sign_in(&back.request, &visit.visit()).await;
    show(&app, &visit, outcome).await
}

/// The request, sealed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Sealed {
    #[serde(default)]
    pub request: String,
}

async fn decide(app: &AppState, visit: &SignOnVisit, text: &[u8]) -> Response {
    let (parameters, repeated) = match Parameters::parse_repeated(text) {
        Ok(read) => read,
        Err(error) => return malformed_page(&visit.page, &error),
    };
    let outcome: Result<_, IssueError> = app.provider.authorize(&parameters, &repeated, &visit.visit()).await;
    show(app, visit, outcome).await
}
