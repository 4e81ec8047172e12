//! `/setup`: the first administrator.

use super::{Told, landing};
use crate::flows::{LoginOrigin, NewAdministrator, SetupError};
use crate::oauth::audit::Origin;
use crate::redacted::Redacted;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, Query};
use crate::web::pages::SetupPage;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;

/// The query of the set-up link.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Code {
    #[serde(default)]
    code: String,
}

/// Shows the form with the code filled in; once there is an administrator it leads to sign-in.
pub(super) async fn show(State(app): State<AppState>, page: PageContext, Query(query): Query<Code>) -> Response {
    match app.provider.is_set_up().await {
        Ok(true) => Redirect::to("/login").into_response(),
        Ok(false) => {
            page.answer(StatusCode::OK, &SetupPage { frame: page.frame(), code: query.code, ..SetupPage::default() })
        }
        Err(error) => storage_page(&error),
    }
}

/// Makes the administrator and signs them in.
pub(super) async fn take(
    State(app): State<AppState>,
    session: Session,
    page: PageContext,
    from: LoginOrigin,
    form: ProtectedForm,
) -> Response {
    let password = Redacted::new(form.text("password").to_owned());
    let (name, email) = (form.text("name").trim().to_owned(), form.text("email").trim().to_owned());
    let new = NewAdministrator { name, email: email.clone(), password: password.clone(), tenant_name: String::new() };
    let by = Origin { address: from.address.to_string(), reference: from.reference.clone(), ..Origin::system() };
    match app.provider.set_up_by_code(form.text("code"), new, &by).await {
        Ok(_) => {}
        Err(SetupError::AlreadyDone) => return Redirect::to("/login").into_response(),
        Err(SetupError::Storage(error)) => return storage_page(&error),
        Err(SetupError::Invalid(errors)) => return again(&page, Told::refused(page.frame_with(errors)), &form),
        Err(SetupError::CodeDead) => {
            let message = "This set-up code no longer works. Make a new one: portcullis user setup-link.";
            return again(&page, Told::refused(page.frame_saying(message)), &form);
        }
        Err(SetupError::Busy) => {
            return again(&page, Told::busy(&page, "The server is busy. Try again in a few seconds."), &form);
        }
    }
    match app.provider.sign_in(&email, password, false, &from).await {
        Ok(sign_in) => landing::begin(&app, &session, sign_in, "").await,
        Err(_) => Redirect::to("/login").into_response(),
    }
}

fn again(page: &PageContext, told: Told, form: &ProtectedForm) -> Response {
    let text = |name| form.text(name).to_owned();
    let view = |frame| SetupPage { frame, code: text("code"), name: text("name"), email: text("email") };
    told.answer(|status, frame| page.answer(status, &view(frame)))
}
