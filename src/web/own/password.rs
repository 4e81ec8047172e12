//! `/account/password`.

use super::{saying, shell};
use crate::flows::{Destination, LoginError, LoginOrigin, OwnPasswordError};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, Query, SignedInVisitor};
use crate::web::pages::account::PasswordPage;
use crate::web::pages::{Area, Errors, Frame, When};
use crate::web::sign_in::{Told, begin};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    done: String,
}

/// Shows the form.
pub(super) async fn show(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    Query(query): Query<Done>,
) -> Response {
    let told = (query.done == "changed").then_some("Your password was changed. You are signed out everywhere else.");
    page.answer(StatusCode::OK, &view(&app, &who, saying(&page, told)))
}

/// Changes the password.
pub(super) async fn take(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    session: Session,
    from: LoginOrigin,
    form: ProtectedForm,
) -> Response {
    let secret = |name| Redacted::new(form.text(name).to_owned());
    let told =
        match app.provider.change_own_password(&who.0, secret("current_password"), secret("password"), &from).await {
            Ok(sign_in) => {
                let request = app.provider.seal(&Destination::Page("/account/password?done=changed".to_owned()));
                return begin(&app, &session, sign_in, &request).await;
            }
            Err(OwnPasswordError::New(problem)) => {
                Told::refused(page.frame_with(vec![FieldError::new(Field::Password, problem.0)]))
            }
            Err(OwnPasswordError::Current(LoginError::Refused)) => {
                let errors = Errors::one("current_password", "That is not your current password.");
                Told::refused(Frame { errors, ..page.frame() })
            }
            Err(OwnPasswordError::Busy | OwnPasswordError::Current(LoginError::Busy)) => {
                Told::busy(&page, "The server is busy. Try again in a few seconds.")
            }
            Err(OwnPasswordError::Current(error)) => match Told::of(&page, error) {
                Ok(told) => told,
                Err(response) => return *response,
            },
            Err(OwnPasswordError::Storage(error)) => return storage_page(&error),
        };
    told.answer(|status, frame| page.answer(status, &view(&app, &who, frame)))
}

fn view(app: &AppState, who: &SignedInVisitor, frame: Frame) -> PasswordPage {
    let user = &who.0.user;
    let changed = user.password_changed_at.unwrap_or(user.created_at);
    PasswordPage { frame, shell: shell(who, Area::Password), changed: When::relative(changed, app.provider.now()) }
}
