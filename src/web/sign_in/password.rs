//! `/password/…`: a new password through a link that works once.

use crate::flows::{LinkError, LinkOwner};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::{storage_page, unavailable_page};
use crate::web::extract::{PageContext, ProtectedForm};
use crate::web::layers::ClientAddress;
use crate::web::pages::{ForgotPage, Frame, LinkGonePage, LoginPage, NewPasswordPage, Notice, Person};
use crate::web::state::AppState;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// The query of a link.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    link: String,
}

/// Where a forgotten password leads while no mail is sent.
pub(super) async fn forgot(page: PageContext) -> Response {
    page.answer(StatusCode::OK, &ForgotPage { frame: page.frame(), back: "/login".to_owned() })
}

/// Shows the form. Looking spends nothing.
pub(super) async fn show(State(app): State<AppState>, page: PageContext, Query(query): Query<Link>) -> Response {
    match app.provider.look_at_link(&query.link).await {
        Ok(Some(owner)) => page.answer(StatusCode::OK, &form_page(page.frame(), &query.link, owner)),
        Ok(None) => gone(&page),
        Err(error) => storage_page(&error),
    }
}

/// Sets the password and spends the link; then asks to sign in with it, with the address filled in.
pub(super) async fn take(
    State(app): State<AppState>,
    page: PageContext,
    ClientAddress(address): ClientAddress,
    Query(query): Query<Link>,
    form: ProtectedForm,
) -> Response {
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.set_password_by_link(&query.link, password, &address.to_string(), &page.reference).await {
        Ok(email) => {
            let notices = vec![Notice::done("Your password was saved. Sign in with it.")];
            let frame = Frame { notices, ..page.frame() };
            page.answer(StatusCode::OK, &LoginPage { frame, email, ..LoginPage::default() })
        }
        Err(LinkError::Dead) => gone(&page),
        Err(LinkError::Password(problem)) => {
            let Ok(Some(owner)) = app.provider.look_at_link(&query.link).await else { return gone(&page) };
            let frame = page.frame_with(vec![FieldError::new(Field::Password, problem.0)]);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY, &form_page(frame, &query.link, owner))
        }
        Err(LinkError::Busy) => unavailable_page(),
        Err(LinkError::Storage(error)) => storage_page(&error),
    }
}

fn form_page(frame: Frame, link: &str, owner: LinkOwner) -> NewPasswordPage {
    let action = format!("/password/new?link={link}");
    let person = Person { email: owner.email, name: owner.name, portal: false };
    if owner.is_new {
        NewPasswordPage::invitation(frame, action, person, "")
    } else {
        NewPasswordPage::reset(frame, action, person)
    }
}

fn gone(page: &PageContext) -> Response {
    page.answer(StatusCode::GONE, &LinkGonePage { frame: page.frame() })
}
