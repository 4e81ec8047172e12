//! `/login` and `/login/confirm`.

use super::Told;
use super::landing;
use crate::flows::{AuthorizeOutcome, Destination, LoginOrigin, SignedIn};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::issue_page;
use crate::web::extract::{PageContext, ProtectedForm, Query, SignOnVisit, Visitor, person};
use crate::web::pages::{ConfirmIdentityPage, Frame, LoginPage, Notice, Person};
use crate::web::signon;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;

/// The query of both pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sealed {
    request: String,
    /// To sign in as somebody else, whoever is signed in.
    switch: String,
    /// Whether a form came when the session was over.
    ended: String,
    /// Whether a new password was just saved.
    saved: String,
    /// The address to sign in with, where that is known.
    email: String,
}

/// Shows the form; whoever is signed in already goes on, if that is all it takes.
pub(super) async fn show(State(app): State<AppState>, visit: SignOnVisit, Query(query): Query<Sealed>) -> Response {
    let email = Some(query.email.chars().take(254).collect::<String>()).filter(|email| !email.is_empty());
    let mut frame = visit.page.frame();
    frame.ended = !query.ended.is_empty();
    if !query.saved.is_empty() {
        frame.notices.push(Notice::done("Your password was saved. Sign in with it."));
    }
    let waits = matches!(app.provider.unseal(&query.request), Some((Destination::Authorize(_), _)));
    if waits && query.switch.is_empty() {
        return match app.provider.resume_authorize(&query.request, &visit.visit()).await {
            Ok(AuthorizeOutcome::Login { .. }) => {
                // Whoever is signed in may be the one who is asked.
                let who = visit.who.as_ref();
                form_page(&app, &visit.page, StatusCode::OK, frame, query.request, email, who).await
            }
            other => signon::show(&app, &visit, other).await,
        };
    }
    match visit.who {
        Some(who) if !waits && query.saved.is_empty() => landing::onward(&app, who.sign_in, &query.request).await,
        _ => form_page(&app, &visit.page, StatusCode::OK, frame, query.request, email, None).await,
    }
}

/// The form. For an app that waits it names the app, and may lead there. `present` is who is signed in: if it is them whom
/// the app means, and no other address has been typed, they have to prove it once more.
pub(super) async fn form_page(
    app: &AppState,
    page: &PageContext,
    status: StatusCode,
    frame: Frame,
    request: String,
    email: Option<String>,
    present: Option<&SignedIn>,
) -> Response {
    let waiting = match app.provider.waiting_client(&request, present.map(|who| &who.user)).await {
        Ok(waiting) => waiting,
        Err(error) => return issue_page(&error),
    };
    let is_theirs = |typed: &str| present.is_some_and(|who| who.user.email.eq_ignore_ascii_case(typed));
    let again = waiting.as_ref().is_some_and(|waiting| waiting.again) && email.as_deref().is_none_or(is_theirs);
    let (client, known) = waiting.map_or((None, None), |waiting| (Some(waiting.client), waiting.email));
    let email = email.or(known).unwrap_or_default();
    let returns_to = match app.provider.waiting_return(&request).await {
        Ok(returns_to) => returns_to,
        Err(error) => return issue_page(&error),
    };
    let app = client.as_ref().map(|client| signon::app_with_way_back(client, returns_to.as_deref(), &request));
    let view = LoginPage { frame, request: request.clone(), email, app, again };
    signon::leading_to(returns_to.as_deref(), page.answer(status, &view))
}

/// Back to the app, without signing in.
pub(super) async fn cancel(State(app): State<AppState>, visit: SignOnVisit, Query(query): Query<Sealed>) -> Response {
    let outcome = app.provider.cancel_authorize(&query.request, &visit.visit()).await;
    signon::show(&app, &visit, outcome).await
}

/// Takes e-mail and password.
pub(super) async fn take(
    State(app): State<AppState>,
    session: Session,
    Visitor(who): Visitor,
    page: PageContext,
    from: LoginOrigin,
    form: ProtectedForm,
) -> Response {
    let who = who.as_ref();
    let (email, request) = (form.text("email").trim().to_owned(), form.text("request").to_owned());
    let missing = missing(&email, form.text("password"));
    if !missing.is_empty() {
        let frame = page.frame_with(missing);
        return form_page(&app, &page, StatusCode::UNPROCESSABLE_ENTITY, frame, request, Some(email), who).await;
    }
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.sign_in(&email, password, form.ticked("remember"), &from).await {
        Ok(sign_in) => landing::begin(&app, &session, sign_in, &request).await,
        Err(error) => match Told::of(&page, error) {
            Ok(told) => {
                let again =
                    async |status, frame| form_page(&app, &page, status, frame, request, Some(email), who).await;
                told.answer_with(again).await
            }
            Err(response) => *response,
        },
    }
}

/// The fields that nothing was typed into. That is no try: nobody is told anything of any account.
fn missing(email: &str, password: &str) -> Vec<FieldError> {
    let mut missing = Vec::new();
    if email.is_empty() {
        missing.push(FieldError::new(Field::Email, "Enter your e-mail address."));
    }
    if password.is_empty() {
        missing.push(FieldError::new(Field::Password, "Enter your password."));
    }
    missing
}

/// Asks who is signed in for the password once more.
pub(super) async fn show_confirm(Visitor(who): Visitor, page: PageContext, Query(query): Query<Sealed>) -> Response {
    let Some(who) = who else { return signon::to("/login", &query.request) };
    let mut frame = page.frame();
    frame.ended = !query.ended.is_empty();
    page.answer(StatusCode::OK, &confirm(frame, query.request, person(&who)))
}

/// Takes the password once more: a new session, with a new sign-in time.
pub(super) async fn take_confirm(
    State(app): State<AppState>,
    session: Session,
    Visitor(who): Visitor,
    page: PageContext,
    from: LoginOrigin,
    form: ProtectedForm,
) -> Response {
    let request = form.text("request").to_owned();
    let Some(who) = who else { return signon::to("/login", &request) };
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.sign_in(&who.user.email, password, who.sign_in.remembered, &from).await {
        Ok(sign_in) => landing::begin(&app, &session, sign_in, &request).await,
        Err(error) => match Told::of(&page, error) {
            Ok(told) => told.answer(|status, frame| page.answer(status, &confirm(frame, request, person(&who)))),
            Err(response) => *response,
        },
    }
}

fn confirm(frame: Frame, request: String, person: Person) -> ConfirmIdentityPage {
    let reason = if frame.ended {
        "Your last sign-in is too long ago for this. Nothing was changed. Enter your password to go on."
    } else {
        "What comes next can give others access. Enter your password once more."
    };
    let reason = reason.to_owned();
    ConfirmIdentityPage { frame, request, person, reason, app: None }
}
