//! Disable, Enable and Remove User: ask, then do.

use super::shown::{gone, shell};
use super::users::back;
use crate::flows::admin::UserChange;
use crate::oauth::UserId;
use crate::web::extract::{FreshAdminSession, PageContext, Path, ProtectedForm};
use crate::web::pages::Area;
use crate::web::portal::confirm::ConfirmPage;
use crate::web::state::AppState;
use axum::extract::State as Shared;
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

pub(super) async fn ask_disable(
    app: Shared<AppState>,
    admin: FreshAdminSession,
    page: PageContext,
    id: Path<String>,
) -> Response {
    ask(app, admin, page, id, Verb::Disable).await
}

pub(super) async fn ask_enable(
    app: Shared<AppState>,
    admin: FreshAdminSession,
    page: PageContext,
    id: Path<String>,
) -> Response {
    ask(app, admin, page, id, Verb::Enable).await
}

pub(super) async fn ask_remove(
    app: Shared<AppState>,
    admin: FreshAdminSession,
    page: PageContext,
    id: Path<String>,
) -> Response {
    ask(app, admin, page, id, Verb::Remove).await
}

pub(super) async fn disable(
    app: Shared<AppState>,
    admin: FreshAdminSession,
    page: PageContext,
    id: Path<String>,
    _form: ProtectedForm,
) -> Response {
    switch(app, admin, page, id, false).await
}

pub(super) async fn enable(
    app: Shared<AppState>,
    admin: FreshAdminSession,
    page: PageContext,
    id: Path<String>,
    _form: ProtectedForm,
) -> Response {
    switch(app, admin, page, id, true).await
}

/// Removes the user.
pub(super) async fn remove(
    Shared(app): Shared<AppState>,
    FreshAdminSession(admin): FreshAdminSession,
    page: PageContext,
    Path(id): Path<String>,
    _form: ProtectedForm,
) -> Response {
    match app.provider.remove_user(&admin.administrator, &UserId::new(id)).await {
        Ok(_) => Redirect::to("/portal/users?done=removed").into_response(),
        Err(error) => gone(page, error).await,
    }
}

async fn ask(
    Shared(app): Shared<AppState>,
    FreshAdminSession(admin): FreshAdminSession,
    page: PageContext,
    Path(id): Path<String>,
    verb: Verb,
) -> Response {
    let user = match app.provider.user(&admin.administrator, &UserId::new(id)).await {
        Ok(user) => user,
        Err(error) => return gone(page, error).await,
    };
    let own = format!("/portal/users/{}", user.id);
    let view = ConfirmPage {
        frame: page.frame(),
        shell: shell(&admin, Area::Users, &[(&user.name, own.clone()), (verb.word(), String::new())]),
        title: format!("{} user ‘{}’?", verb.word(), user.email),
        area: "Users",
        sentences: vec![verb.sentence().to_owned()],
        facts: Vec::new(),
        grave: false,
        type_name: String::new(),
        action: format!("{own}/{}", verb.word().to_lowercase()),
        button: verb.word(),
        danger: verb == Verb::Remove,
        instead: None,
        cancel_href: own,
    };
    page.answer(StatusCode::OK, &view)
}

async fn switch(
    Shared(app): Shared<AppState>,
    FreshAdminSession(admin): FreshAdminSession,
    page: PageContext,
    Path(id): Path<String>,
    enabled: bool,
) -> Response {
    let id = UserId::new(id);
    let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
    match app.provider.change_user(&admin.administrator, &id, change).await {
        Ok(_) => back(&id, if enabled { "enabled" } else { "disabled" }),
        Err(error) => gone(page, error).await,
    }
}
