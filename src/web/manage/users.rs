//! `/portal/users…`: people of the account.

use super::shown::{failed, gone, query, role_lines, seen_version, shell};
use super::user_pages::{add_page, claim_facts, edit_page, link_page, other_roles, roles_page, state};
use crate::flows::User;
use crate::flows::admin::{NewUserFields, UserChange};
use crate::oauth::{Role, RoleId, UserClaims, UserId, admin_fields};
use crate::web::errors::storage_page;
use crate::web::extract::{AdminVisit, PageContext, Path, PortalSession, ProtectedForm, Query};
use crate::web::own::read_claims;
use crate::web::pages::{Area, Frame, Notice, Person, When};
use crate::web::portal::list::{Column, Pager};
use crate::web::portal::users::{UserPage, UserRow, UsersPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

const SIZE: i64 = 25;

/// The state of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    page: String,
    done: String,
}

/// *Users*.
pub(super) async fn list(
    Shared(app): Shared<AppState>,
    admin: PortalSession,
    page: PageContext,
    Query(asked): Query<ListQuery>,
) -> Response {
    let mut number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 10_000);
    let filter = Some(asked.q.trim()).filter(|text| !text.is_empty());
    let mut found = app.provider.list_users(&admin.access, filter, (number - 1) * SIZE, SIZE).await;
    if let Ok((total, _)) = &found
        && let Some(last) = Pager::last_before(number, SIZE, *total)
    {
        number = last;
        found = app.provider.list_users(&admin.access, filter, (number - 1) * SIZE, SIZE).await;
    }
    match found {
        Ok((total, users)) => {
            let now = app.provider.now();
            let row = |(user, roles): (User, Vec<Role>)| UserRow {
                id: user.id.as_str().to_owned(),
                state: state(&user),
                roles: other_roles(&roles),
                last_sign_in: user.last_sign_in_at.map(|at| When::relative(at, now)),
                name: user.name,
                email: user.email,
            };
            let mut frame = page.frame();
            frame.notices =
                if asked.done == "removed" { vec![Notice::done("The user was removed.")] } else { Vec::new() };
            let view = UsersPage {
                frame,
                shell: shell(&admin, Area::Users, &[]),
                query: asked.q.clone(),
                hits: if total == 1 { "1 user".to_owned() } else { format!("{total} users") },
                columns: ["Name", "E-mail", "Status", "Roles", "Last sign-in"].map(Column::plain).to_vec(),
                rows: users.into_iter().map(row).collect(),
                pager: Pager::new(number, SIZE, total, |page| {
                    format!("/portal/users{}", query(&[("q", &asked.q), ("page", &page.to_string())]))
                }),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// One user.
pub(super) async fn one(
    Shared(app): Shared<AppState>,
    admin: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
    Query(asked): Query<ListQuery>,
) -> Response {
    let found = async {
        let user = app.provider.user(&admin.access, &UserId::new(id)).await?;
        let roles = app.provider.roles_of_user(&admin.access, &user.id).await?;
        let sessions = app.provider.count_sessions(&admin.access, &user).await?;
        Ok((user, roles, sessions))
    };
    match found.await {
        Ok((user, roles, sessions)) => {
            let now = app.provider.now();
            let told = match asked.done.as_str() {
                "saved" => "The user was saved.",
                "disabled" => "The user is disabled and signed out everywhere.",
                "enabled" => "The user is enabled.",
                "link" => "The link was shown once. If it was not passed on, make another.",
                "signed-out" => "The user is signed out everywhere.",
                _ => "",
            };
            let mut frame = page.frame();
            frame.notices = Some(told).filter(|told| !told.is_empty()).map(Notice::done).into_iter().collect();
            let person = Person { name: user.name.clone(), email: user.email.clone(), portal: false };
            let view = UserPage {
                frame,
                shell: shell(&admin, Area::Users, &[(&user.name, String::new())]),
                id: user.id.as_str().to_owned(),
                initials: person.initials(),
                state: state(&user),
                enabled: user.enabled,
                yourself: user.id == admin.who.user.id,
                created: When::date(user.created_at),
                last_sign_in: user.last_sign_in_at.map(|at| When::relative(at, now)),
                pending: user.password_hash.is_none(),
                signed_in: sessions > 0,
                sessions: if sessions == 1 { "1 session".to_owned() } else { format!("{sessions} sessions") },
                roles: role_lines(&roles),
                claims: claim_facts(&user),
                name: user.name,
                email: user.email,
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// *Add User*.
pub(super) async fn show_add(AdminVisit { app, admin, page, .. }: AdminVisit) -> Response {
    match app.provider.read_roles(&admin.administrator).await {
        Ok(roles) => page.answer(StatusCode::OK, &add_page(&app, &admin, page.frame(), &roles, None)),
        Err(error) => gone(page, error).await,
    }
}

/// Adds the user and shows the invitation: here, and never again.
pub(super) async fn add(AdminVisit { app, admin, page, .. }: AdminVisit, form: ProtectedForm) -> Response {
    let roles = match app.provider.read_roles(&admin.administrator).await {
        Ok(roles) => roles,
        Err(error) => return gone(page, error).await,
    };
    let new = NewUserFields {
        email: form.text("email").to_owned(),
        name: form.text("name").to_owned(),
        role_ids: form.all("roles").into_iter().map(RoleId::new).collect(),
        ..NewUserFields::default()
    };
    match app.provider.create_user(&admin.administrator, new).await {
        Ok(created) => match created.invitation {
            Some(link) => link_page(&app, &admin, &page, "User Successfully Created", &created.user, link),
            None => Redirect::to(&format!("/portal/users/{}", created.user.id)).into_response(),
        },
        Err(error) => {
            failed(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &add_page(&app, &admin, frame, &roles, Some(&form)))
            })
            .await
        }
    }
}

/// *Edit User*.
pub(super) async fn show_edit(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match app.provider.user(&admin.administrator, &UserId::new(id)).await {
        Ok(user) => page.answer(StatusCode::OK, &edit_page(&admin, page.frame(), &user, None)),
        Err(error) => gone(page, error).await,
    }
}

/// Saves e-mail, name and claims.
pub(super) async fn edit(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let user = match app.provider.user(&admin.administrator, &UserId::new(id)).await {
        Ok(user) => user,
        Err(error) => return gone(page, error).await,
    };
    let stored = UserClaims::from_stored(&user.claims);
    let claims = match read_claims(&form, &stored, app.provider.now()) {
        Ok(claims) => claims.to_string(),
        Err(mut errors) => {
            let own = [admin_fields::email(form.text("email")), admin_fields::person_name(form.text("name"))];
            let own = own.into_iter().filter_map(Result::err).collect();
            errors.0.splice(..0, page.frame_with(own).errors.0);
            let frame = Frame { errors, ..page.frame() };
            return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&admin, frame, &user, Some(&form)));
        }
    };
    let change = UserChange {
        version: Some(seen_version(&form)),
        email: Some(form.text("email").to_owned()),
        name: Some(form.text("name").to_owned()),
        claims: Some(claims),
        ..UserChange::default()
    };
    match app.provider.change_user(&admin.administrator, &user.id, change).await {
        Ok(_) => back(&user.id, "saved"),
        Err(error) => {
            failed(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&admin, frame, &user, Some(&form)))
            })
            .await
        }
    }
}

/// The roles, as boxes to tick.
pub(super) async fn show_roles(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match roles_page(&app, &admin, page.frame(), &UserId::new(id)).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

/// Saves the roles.
pub(super) async fn take_roles(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let id = UserId::new(id);
    let role_ids = Some(form.all("roles").into_iter().map(RoleId::new).collect());
    let change = UserChange { version: Some(seen_version(&form)), role_ids, ..UserChange::default() };
    match app.provider.change_user(&admin.administrator, &id, change).await {
        Ok(_) => back(&id, "saved"),
        Err(error) => {
            failed(page, error, async |page, frame| match roles_page(&app, &admin, frame, &id).await {
                Ok(view) => page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view),
                Err(error) => gone(page.clone(), error).await,
            })
            .await
        }
    }
}

/// Makes an invitation or reset link and shows it once.
pub(super) async fn make_link(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    let user = match app.provider.user(&admin.administrator, &UserId::new(id)).await {
        Ok(user) => user,
        Err(error) => return gone(page, error).await,
    };
    match app.provider.reset_link(&admin.administrator, &user).await {
        Ok(link) => {
            let title = if user.password_hash.is_some() { "Reset link" } else { "Invitation" };
            link_page(&app, &admin, &page, title, &user, link)
        }
        Err(error) => storage_page(&error),
    }
}

/// Ends all sessions of the user.
pub(super) async fn sign_out(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    let id = UserId::new(id);
    match app.provider.sign_out_user(&admin.administrator, &id).await {
        Ok(()) => back(&id, "signed-out"),
        Err(error) => gone(page, error).await,
    }
}

pub(super) fn back(id: &UserId, done: &str) -> Response {
    Redirect::to(&format!("/portal/users/{id}?done={done}")).into_response()
}
