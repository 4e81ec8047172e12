//! `/password/…`: a new password through a link that works once.

use crate::flows::{LinkError, LinkOwner, LoginOrigin, ResetError};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::redacted::Redacted;
use crate::web::errors::{storage_page, unavailable_page};
use crate::web::extract::{PageContext, ProtectedForm, Query};
use crate::web::layers::ClientAddress;
use crate::web::pages::{ForgotPage, Frame, LinkGonePage, NewPasswordPage, Person, carrying};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// The query of a link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    link: String,
    /// The sealed request of the app that the person was on the way to.
    request: String,
}

/// The query of the page for a forgotten password: what the sign-in page knows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    request: String,
    email: String,
}

/// Where a forgotten password leads.
pub(super) async fn forgot(State(app): State<AppState>, page: PageContext, Query(known): Query<Known>) -> Response {
    let view = forgot_page(&app, page.frame(), &known.request);
    page.answer(StatusCode::OK, &ForgotPage { email: known.email.chars().take(254).collect(), ..view })
}

/// Has a link mailed. The answer is the same whether there is such an account or not.
pub(super) async fn mail_link(
    State(app): State<AppState>,
    page: PageContext,
    from: LoginOrigin,
    form: ProtectedForm,
) -> Response {
    let email: String = form.text("email").trim().chars().take(254).collect();
    let request = form.text("request");
    if !email.contains('@') {
        let frame = page.frame_with(vec![FieldError::new(Field::Email, "Enter your e-mail address.")]);
        let view = ForgotPage { email, ..forgot_page(&app, frame, request) };
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let sends = app.provider.sends_mail();
    let asked = if sends { app.provider.mail_reset_link(&email, request, &from).await } else { Ok(()) };
    match asked {
        // Whoever asks too often is told the same; the first links are on their way.
        Ok(()) | Err(ResetError::Throttled(_)) => {
            let view = forgot_page(&app, page.frame(), request);
            let sent_to = if view.mails { email } else { String::new() };
            page.answer(StatusCode::OK, &ForgotPage { sent_to, ..view })
        }
        Err(ResetError::Storage(error)) => storage_page(&error),
    }
}

fn forgot_page(app: &AppState, frame: Frame, request: &str) -> ForgotPage {
    let request = still_sealed(app, request);
    let mails = app.provider.sends_mail();
    ForgotPage { frame, back: carrying("/login", request), mails, request: request.to_owned(), ..ForgotPage::default() }
}

/// The sealed request if it is one, and empty otherwise: nothing that somebody made up goes into addresses and mails.
fn still_sealed<'r>(app: &AppState, request: &'r str) -> &'r str {
    if app.provider.unseal(request).is_some() { request } else { "" }
}

/// Shows the form. Looking spends nothing.
pub(super) async fn show(State(app): State<AppState>, page: PageContext, Query(query): Query<Link>) -> Response {
    match app.provider.look_at_link(&query.link).await {
        Ok(Some(owner)) => page.answer(StatusCode::OK, &form_page(&app, page.frame(), &query, owner)),
        Ok(None) => gone(&app, &page, &query),
        Err(error) => storage_page(&error),
    }
}

/// Sets the password and spends the link; then asks to sign in with it, with the address filled in.
pub(super) async fn take(
    State(app): State<AppState>,
    page: PageContext,
    ClientAddress(address): ClientAddress,
    Query(Link { link, .. }): Query<Link>,
    form: ProtectedForm,
) -> Response {
    let query = Link { link, request: form.text("request").to_owned() };
    let password = Redacted::new(form.text("password").to_owned());
    match app.provider.set_password_by_link(&query.link, password, &address.to_string(), &page.reference).await {
        Ok(email) => {
            // The link is spent: whoever reloads is not to be told that it does not work.
            let mut known = url::form_urlencoded::Serializer::new(String::new());
            known.append_pair("saved", "1").append_pair("email", &email);
            known.append_pair("request", still_sealed(&app, &query.request));
            Redirect::to(&format!("/login?{}", known.finish())).into_response()
        }
        Err(LinkError::Dead) => gone(&app, &page, &query),
        Err(LinkError::Password(problem)) => {
            let Ok(Some(owner)) = app.provider.look_at_link(&query.link).await else {
                return gone(&app, &page, &query);
            };
            let frame = page.frame_with(vec![FieldError::new(Field::Password, problem.0)]);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY, &form_page(&app, frame, &query, owner))
        }
        Err(LinkError::Busy) => unavailable_page(),
        Err(LinkError::Storage(error)) => storage_page(&error),
    }
}

fn form_page(app: &AppState, frame: Frame, query: &Link, owner: LinkOwner) -> NewPasswordPage {
    let action = format!("/password/new?link={}", query.link);
    let person = Person { email: owner.email, name: owner.name, portal: false };
    let page = if owner.is_new {
        NewPasswordPage::invitation(frame, action, person, "")
    } else {
        NewPasswordPage::reset(frame, action, person)
    };
    page.on_the_way(still_sealed(app, &query.request).to_owned())
}

fn gone(app: &AppState, page: &PageContext, query: &Link) -> Response {
    let again = if app.provider.sends_mail() { carrying("/password/forgot", &query.request) } else { String::new() };
    page.answer(StatusCode::GONE, &LinkGonePage { frame: page.frame(), again })
}
