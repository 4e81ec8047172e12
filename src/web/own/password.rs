//! `/account/password`.

use super::{saying, shell};
use crate::flows::{Destination, LoginError, LoginOrigin, OwnPasswordError};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, Query, SignedInVisitor};
use crate::web::pages::account::PasswordPage;
use crate::web::pages::{Area, Errors, Frame, When};
use crate::web::sign_in::begin;
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
    let frame =
        match app.provider.change_own_password(&who.0, secret("current_password"), secret("password"), &from).await {
            Ok(sign_in) => {
                let request = app.provider.seal(&Destination::Page("/account/password?done=changed".to_owned()));
                return begin(&app, &session, sign_in, &request).await;
            }
            Err(OwnPasswordError::New(problem)) => page.frame_with(vec![FieldError::new(Field::Password, problem.0)]),
            Err(OwnPasswordError::Current(LoginError::Refused)) => {
                Frame { errors: Errors::one("current_password", "That is not your current password."), ..page.frame() }
            }
            Err(OwnPasswordError::Current(LoginError::Throttled(wait))) => {
                page.frame_saying(format!("Too many attempts. Try again in {} seconds.", wait.retry_after))
            }
            Err(OwnPasswordError::Busy | OwnPasswordError::Current(LoginError::Busy)) => {
                page.frame_saying("The server is busy. Try again in a few seconds.")
            }
            Err(OwnPasswordError::Storage(error) | OwnPasswordError::Current(LoginError::Storage(error))) => {
                return storage_page(&error);
            }
        };
    page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view(&app, &who, frame))
}

fn view(app: &AppState, who: &SignedInVisitor, frame: Frame) -> PasswordPage {
    let user = &who.0.user;
    let changed = user.password_changed_at.unwrap_or(user.created_at);
    PasswordPage { frame, shell: shell(who, Area::Password), changed: When::relative(changed, app.provider.now()) }
}
