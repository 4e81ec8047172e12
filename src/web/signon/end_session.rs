//! `/identity/connect/endsession` (OpenID Connect RP-Initiated Logout 2).

use super::answer::form_target;
use crate::flows::{ClientCard, EndSessionOutcome, StorageError};
use crate::oauth::{PageRefusal, Parameters, REASONS};
use crate::web::errors::{malformed_page, storage_page};
use crate::web::extract::{SignOnVisit, person};
use crate::web::layers::FormTarget;
use crate::web::pages::{ErrorPage, Link, LoggedOutPage, LogoutPage};
use crate::web::sign_in::leave;
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use tower_sessions::Session;

/// A request in the address.
pub(super) async fn get(
    State(app): State<AppState>,
    visit: SignOnVisit,
    session: Session,
    RawQuery(query): RawQuery,
) -> Response {
    decide(&app, &visit, &session, query.unwrap_or_default().as_bytes()).await
}

/// A request as a form. From another site it comes without the session's cookie: the same by GET brings it along.
pub(super) async fn post(State(app): State<AppState>, visit: SignOnVisit, session: Session, body: Bytes) -> Response {
    match std::str::from_utf8(&body) {
        Ok(form) if visit.who.is_none() && form.len() <= 12_000 && form.bytes().all(|b| matches!(b, 0x21..=0x7e)) => {
            Redirect::to(&format!("/identity/connect/endsession?{form}")).into_response()
        }
        _ => decide(&app, &visit, &session, &body).await,
    }
}

/// The user's yes to a client's wish. Everything is looked at again.
pub(in crate::web) async fn confirm_end_session(
    app: &AppState,
    visit: &SignOnVisit,
    session: &Session,
    ticket: &str,
) -> Response {
    finish(app, visit, session, app.provider.confirm_end_session(ticket, &visit.visit()).await).await
}

async fn decide(app: &AppState, visit: &SignOnVisit, session: &Session, text: &[u8]) -> Response {
    match Parameters::parse(text) {
        Ok(parameters) => {
            finish(app, visit, session, app.provider.end_session(&parameters, &visit.visit()).await).await
        }
        Err(error) => malformed_page(&visit.page, &error),
    }
}

async fn finish(
    app: &AppState,
    visit: &SignOnVisit,
    session: &Session,
    outcome: Result<EndSessionOutcome, StorageError>,
) -> Response {
    match outcome {
        Ok(EndSessionOutcome::SignedOut { return_to, client, problem }) => {
            let answer = match return_to {
                Some(url) => Redirect::to(&url).into_response(),
                None => signed_out(visit, client.as_ref(), problem),
            };
            leave(app, session, answer).await
        }
        Ok(EndSessionOutcome::Ask { ticket, .. }) => match &visit.who {
            Some(who) => {
                let target = match app.provider.waiting_logout_return(&ticket, &visit.visit()).await {
                    Ok(target) => target,
                    Err(error) => return storage_page(&error),
                };
                let view = LogoutPage { frame: visit.page.frame(), request: ticket, person: person(who) };
                let mut response = visit.page.answer(StatusCode::OK, &view);
                if let Some(url) = target {
                    response.extensions_mut().insert(FormTarget(form_target(&url)));
                }
                response
            }
            None => signed_out(visit, None, None),
        },
        Ok(EndSessionOutcome::Refused(refusal)) => refused(visit, refusal),
        Err(error) => storage_page(&error),
    }
}

fn signed_out(visit: &SignOnVisit, client: Option<&ClientCard>, problem: Option<PageRefusal>) -> Response {
    let back = client
        .and_then(|client| client.client_uri.clone().map(|uri| Link::new(format!("Back to {}", client.name), uri)));
    let developer_note = problem.map(explain).unwrap_or_default();
    let view = LoggedOutPage { frame: visit.page.frame(), back, developer_note, ..LoggedOutPage::default() };
    visit.page.answer(StatusCode::OK, &view)
}

fn refused(visit: &SignOnVisit, refusal: PageRefusal) -> Response {
    let mut view = ErrorPage::new(
        visit.page.frame(),
        "You were not signed out",
        "The app sent us a request to sign you out that we cannot trust. Nothing was changed.",
        &visit.page.reference,
    );
    view.more = vec![explain(refusal)];
    view.actions = vec![Link::new("Sign out here", "/logout")];
    visit.page.answer(StatusCode::BAD_REQUEST, &view)
}

fn explain(refusal: PageRefusal) -> String {
    let reason = REASONS.iter().find(|reason| reason.code == refusal.reason());
    reason.map_or(String::new(), |reason| format!("{}: {} {}", reason.code, reason.cause, reason.remedy))
}
