//! Disable, Enable and Remove User: ask, then do.

use super::shown::{gone, shell};
use super::users::back;
use crate::flows::admin::UserChange;
use crate::oauth::UserId;
use crate::web::extract::{AdminVisit, ProtectedForm};
use crate::web::pages::Area;
use crate::web::portal::confirm::ConfirmPage;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Disable,
    Enable,
    Remove,
}

impl Verb {
    const fn word(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Remove => "Remove",
        }
    }

    /// What comes of it.
    const fn sentence(self) -> &'static str {
        match self {
            Self::Disable => {
                "They are signed out everywhere and cannot sign in. Apps get no new tokens for them. You can enable them again; what apps were allowed does not come back then."
            }
            Self::Enable => {
                "They can sign in again with their password. Sessions and what apps were allowed before do not come back."
            }
            Self::Remove => {
                "The account is removed for ever, with its sessions and everything apps were allowed. Access tokens already issued work until they expire."
            }
        }
    }
}

pub(super) async fn ask_disable(visit: AdminVisit<String>) -> Response {
    ask(visit, Verb::Disable).await
}

pub(super) async fn ask_enable(visit: AdminVisit<String>) -> Response {
    ask(visit, Verb::Enable).await
}

pub(super) async fn ask_remove(visit: AdminVisit<String>) -> Response {
    ask(visit, Verb::Remove).await
}

pub(super) async fn disable(visit: AdminVisit<String>, _form: ProtectedForm) -> Response {
    switch(visit, false).await
}

pub(super) async fn enable(visit: AdminVisit<String>, _form: ProtectedForm) -> Response {
    switch(visit, true).await
}

/// Removes the user.
pub(super) async fn remove(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    match app.provider.remove_user(&admin.administrator, &UserId::new(id), None).await {
        Ok(_) => Redirect::to("/portal/users?done=removed").into_response(),
        Err(error) => gone(page, error).await,
    }
}

async fn ask(AdminVisit { app, admin, page, path: id }: AdminVisit<String>, verb: Verb) -> Response {
    let user = match app.provider.user(&admin.administrator, &UserId::new(id)).await {
        Ok(user) => user,
        Err(error) => return gone(page, error).await,
    };
    let own = format!("/portal/users/{}", user.id);
    let shell = shell(&admin, Area::Users, &[(&user.name, own.clone()), (verb.word(), String::new())]);
    let what = format!("user ‘{}’", user.email);
    let view = ConfirmPage {
        sentences: vec![verb.sentence().to_owned()],
        danger: verb == Verb::Remove,
        ..ConfirmPage::asking(page.frame(), shell, "Users", verb.word(), &what, own)
    };
    page.answer(StatusCode::OK, &view)
}

async fn switch(AdminVisit { app, admin, page, path: id }: AdminVisit<String>, enabled: bool) -> Response {
    let id = UserId::new(id);
    let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
    match app.provider.change_user(&admin.administrator, &id, change).await {
        Ok(_) => back(&id, if enabled { "enabled" } else { "disabled" }),
        Err(error) => gone(page, error).await,
    }
}
