//! `/logout` and `/logged-out`.

use crate::web::extract::{PageContext, ProtectedForm, SignOnVisit, Visitor, person};
use crate::web::pages::{LoggedOutPage, LogoutPage};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use tower_sessions::Session;

/// Asks; a link alone never signs anybody out.
pub(super) async fn show(Visitor(who): Visitor, page: PageContext) -> Response {
    let Some(who) = who else { return Redirect::to("/logged-out").into_response() };
    let person = person(&who);
    page.answer(StatusCode::OK, &LogoutPage { frame: page.frame(), request: String::new(), person })
}

/// Ends the session, or stays.
pub(super) async fn take(
    State(app): State<AppState>,
    visit: SignOnVisit,
    session: Session,
    form: ProtectedForm,
) -> Response {
    if form.text("decision") == "stay" {
        return Redirect::to("/account").into_response();
    }
    if !form.text("request").is_empty() {
        // A client's wish, confirmed: everything about it is looked at again.
        return crate::web::signon::confirm_end_session(&app, &visit, &session, form.text("request")).await;
    }
    if let Some(who) = &visit.who
        && let Err(error) = app.provider.sign_out(&who.sign_in, &visit.visit()).await
    {
        return crate::web::errors::storage_page(&error);
    }
    super::leave(&app, &session, Redirect::to("/logged-out").into_response()).await
}

/// Says so. Also to whoever was not signed in to begin with.
pub(super) async fn done(page: PageContext) -> Response {
    page.answer(StatusCode::OK, &LoggedOutPage { frame: page.frame(), ..LoggedOutPage::default() })
}
