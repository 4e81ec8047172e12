//! `/login` and `/login/confirm`.

use super::landing;
use crate::flows::{LoginError, LoginOrigin};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, Visitor, person, user_agent};
use crate::web::layers::{ClientAddress, Reference};
use crate::web::pages::{ConfirmIdentityPage, Frame, LoginPage, Person};
use crate::web::state::AppState;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tower_sessions::Session;

/// The query of both pages.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Sealed {
    #[serde(default)]
    request: String,
}

/// Shows the form; whoever is signed in already goes on.
pub(super) async fn show(
    State(app): State<AppState>,
    Visitor(who): Visitor,
    page: PageContext,
    Query(query): Query<Sealed>,
) -> Response {
    match who {
        Some(who) => landing::onward(&app, who.sign_in, &query.request).await,
        None => page
            .answer(StatusCode::OK, &LoginPage { frame: page.frame(), request: query.request, ..LoginPage::default() }),
    }
}

/// Takes e-mail and password.
pub(super) async fn take(
    State(app): State<AppState>,
    session: Session,
    page: PageContext,
    from: From,
    form: ProtectedForm,
) -> Response {
    let (email, request) = (form.text("email").trim().to_owned(), form.text("request").to_owned());
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.sign_in(&email, password, form.ticked("remember"), &from.0).await {
        Ok(sign_in) => landing::begin(&app, &session, sign_in, &request).await,
        Err(error) => refused(&page, error, |frame| LoginPage { frame, request, email, app: None }),
    }
}

/// Asks who is signed in for the password once more.
pub(super) async fn show_confirm(Visitor(who): Visitor, page: PageContext, Query(query): Query<Sealed>) -> Response {
    let Some(who) = who else { return Redirect::to(&format!("/login?request={}", query.request)).into_response() };
    let person = person(&who);
    page.answer(StatusCode::OK, &confirm(page.frame(), query.request, person))
}

/// Takes the password once more: a new session, with a new sign-in time.
pub(super) async fn take_confirm(
    State(app): State<AppState>,
    session: Session,
    Visitor(who): Visitor,
    page: PageContext,
    from: From,
    form: ProtectedForm,
) -> Response {
    let request = form.text("request").to_owned();
    let Some(who) = who else { return Redirect::to(&format!("/login?request={request}")).into_response() };
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.sign_in(&who.user.email, password, who.sign_in.remembered, &from.0).await {
        Ok(sign_in) => landing::begin(&app, &session, sign_in, &request).await,
        Err(error) => {
            let person = person(&who);
            refused(&page, error, |frame| confirm(frame, request, person))
        }
    }
}

fn confirm(frame: Frame, request: String, person: Person) -> ConfirmIdentityPage {
    let reason = "What comes next can give others access. Enter your password once more.".to_owned();
    ConfirmIdentityPage { frame, request, person, reason, app: None }
}

/// The form again, with what can be said about the failure. Unknown, wrong and disabled look the same.
fn refused<P: askama::Template>(page: &PageContext, error: LoginError, view: impl FnOnce(Frame) -> P) -> Response {
    match error {
        LoginError::Refused => {
            let message = "That e-mail and password do not match an account. Check both, or reset your password.";
            let frame = page.frame_with(vec![FieldError::new(Field::Email, message)]);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view(frame))
        }
        LoginError::Throttled(wait) => {
            let message =
                format!("Too many attempts. Try again in {} seconds, or reset your password.", wait.retry_after);
            let mut response = page.answer(StatusCode::TOO_MANY_REQUESTS, &view(page.frame_saying(message)));
            response.headers_mut().insert(RETRY_AFTER, wait.retry_after.into());
            response
        }
        LoginError::Busy => {
            let frame = page.frame_saying("Many people are signing in at this moment. Try again in a few seconds.");
            let mut response = page.answer(StatusCode::SERVICE_UNAVAILABLE, &view(frame));
            response.headers_mut().insert(RETRY_AFTER, 2.into());
            response
        }
        LoginError::Storage(error) => storage_page(&error),
    }
}

/// Where a try comes from.
pub(super) struct From(LoginOrigin);

impl axum::extract::FromRequestParts<AppState> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, app: &AppState) -> Result<Self, Self::Rejection> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
        let reference = Reference::from_request_parts(parts, app).await?;
        let headers: &HeaderMap = &parts.headers;
        Ok(Self(LoginOrigin { address, user_agent: user_agent(headers), reference: reference.as_str().to_owned() }))
    }
}
