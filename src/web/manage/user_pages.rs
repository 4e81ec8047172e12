//! The pages around users, filled.

use super::shown::{Holder, role_choices, shell};
use crate::flows::User;
use crate::flows::admin::AdminError;
use crate::oauth::{BuiltInRole, Role, UserClaims, UserId};
use crate::web::extract::{AdminSession, PageContext, ProtectedForm};
use crate::web::own::claim_groups;
use crate::web::pages::{Area, Fact, Frame, Mark, State, When};
use crate::web::portal::client_edit::ManageRolesPage;
use crate::web::portal::users::{AddUserPage, EditUserPage, UserLinkPage};
use crate::web::state::AppState;
use axum::response::Response;
use http::StatusCode;

pub(super) fn state(user: &User) -> State {
    match (user.enabled, user.password_hash.is_some()) {
        (false, _) => State::new(Mark::Quiet, "Disabled"),
        (true, false) => State::new(Mark::Warning, "Pending"),
        (true, true) => State::new(Mark::Good, "Active"),
    }
}

pub(super) fn other_roles(roles: &[Role]) -> String {
    let others = roles.iter().filter(|role| role.built_in != Some(BuiltInRole::Member)).map(|role| role.name.as_str());
    others.collect::<Vec<_>>().join(", ")
}

pub(super) fn add_page(
    app: &AppState,
    admin: &AdminSession,
    frame: Frame,
    roles: &[Role],
    typed: Option<&ProtectedForm>,
) -> AddUserPage {
    let text = |name| typed.map(|form| form.text(name).to_owned()).unwrap_or_default();
    let ticked = typed.map(|form| form.all("roles")).unwrap_or_default();
    AddUserPage {
        frame,
        shell: shell(admin, Area::Users, &[("Add User", String::new())]),
        nonce: app.provider.form_nonce(),
        name: text("name"),
        email: text("email"),
        roles: role_choices(Holder::User, roles, &ticked),
        mails: app.provider.sends_mail(),
    }
}

pub(super) fn edit_page(
    admin: &AdminSession,
    frame: Frame,
    user: &User,
    typed: Option<&ProtectedForm>,
) -> EditUserPage {
    let text = |name, stored: &str| typed.map_or(stored.to_owned(), |form| form.text(name).to_owned());
    EditUserPage {
        frame,
        shell: shell(
            admin,
            Area::Users,
            &[(&user.name, format!("/portal/users/{}", user.id)), ("Edit User", String::new())],
        ),
        id: user.id.as_str().to_owned(),
        stored_name: user.name.clone(),
        version: typed.and_then(|form| form.text("version").parse().ok()).unwrap_or(user.version),
        email: text("email", &user.email),
        name: text("name", &user.name),
        groups: claim_groups(None, &UserClaims::from_stored(&user.claims), typed),
    }
}

pub(super) async fn roles_page(
    app: &AppState,
    admin: &AdminSession,
    frame: Frame,
    id: &UserId,
) -> Result<ManageRolesPage, AdminError> {
    let user = app.provider.user(&admin.administrator, id).await?;
    let held = app.provider.roles_of_user(&admin.administrator, id).await?;
    let held: Vec<String> = held.into_iter().map(|role| role.id.as_str().to_owned()).collect();
    let roles = app.provider.read_roles(&admin.administrator).await?;
    Ok(ManageRolesPage {
        frame,
        shell: shell(
            admin,
            Area::Users,
            &[(&user.name, format!("/portal/users/{id}")), ("Manage Roles", String::new())],
        ),
        area: "Users",
        action: format!("/portal/users/{id}/roles"),
        version: user.version,
        roles: role_choices(Holder::User, &roles, &held),
        cancel_href: format!("/portal/users/{id}"),
        owner: user.name,
    })
}

pub(super) fn link_page(
    app: &AppState,
    admin: &AdminSession,
    page: &PageContext,
    title: &'static str,
    user: &User,
    link: crate::flows::OneTimeLink,
) -> Response {
    let view = UserLinkPage {
        frame: page.frame(),
        shell: shell(admin, Area::Users, &[(title, String::new())]),
        title,
        email: link.email,
        link: link.url,
        until: When::minute(link.expires_at),
        // A reset link that an administrator makes is handed over by them.
        mailed: app.provider.sends_mail() && user.password_hash.is_none(),
        close_href: format!("/portal/users/{}", user.id),
    };
    page.answer(StatusCode::OK, &view)
}

/// The claims that are set, to look at.
pub(super) fn claim_facts(user: &User) -> Vec<Fact> {
    let claims = UserClaims::from_stored(&user.claims);
    let words = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    claims.iter().map(|(name, value)| Fact::new(name, words(value))).collect()
}
