//! `/portal/roles…`: roles of the account, and who holds them.

use super::shown::{failed, gone, refusal, shell};
use crate::flows::admin::{
    AddedRole, AdminError, ClientFilter, Holders, Identity, NewRole, Page, RoleChange, RoleError,
};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::oauth::{BuiltInRole, ClientId, ClientType, Role, RoleId, UserId};
use crate::web::extract::{AdminSession, AdminVisit, PageContext, Path, PortalSession, ProtectedForm, Query};
use crate::web::pages::{Area, Frame, Notice};
use crate::web::portal::confirm::ConfirmPage;
use crate::web::portal::roles::{EditRolePage, IdentityRow, RolePage, RoleRow, RolesPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// Most holders of each kind on a page, and most who are found.
const MOST: i64 = 100;
const FOUND: i64 = 20;

/// What an address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    done: String,
}

/// *Roles*.
pub(super) async fn list(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<Asked>,
) -> Response {
    match app.provider.read_roles(&viewer.access).await {
        Ok(roles) => {
            let mut frame = page.frame();
            frame.notices = if asked.done == "removed" { vec![Notice::done("The role was removed.")] } else { vec![] };
            let rows = roles.iter().map(row).collect();
            page.answer(StatusCode::OK, &RolesPage { frame, shell: shell(&viewer, Area::Roles, &[]), rows })
        }
        Err(error) => gone(page, error).await,
    }
}

fn row(role: &Role) -> RoleRow {
    RoleRow {
        id: role.id.as_str().to_owned(),
        name: role.name.clone(),
        description: role.description.clone(),
        built_in: role.built_in.is_some(),
    }
}

/// A role and who holds it.
pub(super) async fn one(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let mut frame = page.frame();
    let told = match asked.done.as_str() {
        "added" => Some("The role was added. Give it to those who need it."),
        "saved" => Some("The role was saved."),
        "given" => Some("The role was given. It is in the next token."),
        "taken" => Some("The role was taken away. Tokens already issued have it until they expire."),
        _ => None,
    };
    frame.notices = told.map(Notice::done).into_iter().collect();
    match role_page(&app, &viewer, frame, &RoleId::new(id), asked.q.trim()).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

async fn role_page(
    app: &AppState,
    viewer: &PortalSession,
    frame: Frame,
    id: &RoleId,
    query: &str,
) -> Result<RolePage, AdminError> {
    let holders = app.provider.holders_of_role(&viewer.access, id, MOST).await?;
    let found = if query.is_empty() { Vec::new() } else { found(app, viewer, &holders, query).await? };
    let Holders { role, users, user_count, clients, client_count } = holders;
    let claim = match role.built_in {
        Some(built_in) => serde_json::json!({ "roles": [role.id], "role_type": [built_in.type_id()] }),
        None => serde_json::json!({ "roles": [role.id] }),
    };
    Ok(RolePage {
        frame,
        shell: shell(viewer, Area::Roles, &[(&role.name, String::new())]),
        everybody: role.built_in == Some(BuiltInRole::Member),
        users: users.iter().map(|user| of_user(user.id.as_str(), &user.name, &user.email)).collect(),
        user_count: user_count.to_string(),
        clients: clients.iter().map(|client| of_client(client.id.as_str(), &client.name)).collect(),
        client_count: client_count.to_string(),
        query: query.to_owned(),
        found,
        claim: format!("{claim:#}"),
        role: row(&role),
    })
}

/// Who goes by this name and does not hold the role.
async fn found(
    app: &AppState,
    viewer: &PortalSession,
    holders: &Holders,
    query: &str,
) -> Result<Vec<IdentityRow>, AdminError> {
    let role = &holders.role.id;
    let (_, users) = app.provider.list_users(&viewer.access, Some(query), 0, FOUND).await?;
    let users = users.into_iter().filter(|(_, held)| held.iter().all(|held| held.id != *role));
    let mut rows: Vec<_> = users.map(|(user, _)| of_user(user.id.as_str(), &user.name, &user.email)).collect();
    let filter = ClientFilter {
        client_type: Some(ClientType::ClientCredentials),
        text: Some(query.to_owned()),
        ..ClientFilter::default()
    };
    let page = Page { count: FOUND, ..Page::default() };
    let found = app.provider.list_clients(&viewer.access, &filter, page).await?.clients;
    let ids: Vec<_> = found.into_iter().map(|client| client.id).collect();
    let clients = app.provider.read_clients_by_id(&viewer.access, ClientType::ClientCredentials, &ids).await?;
    let without = clients.iter().filter(|client| !client.role_ids.contains(role));
    rows.extend(without.map(|client| of_client(client.id.as_str(), &client.name)));
    Ok(rows)
}

fn of_user(id: &str, name: &str, email: &str) -> IdentityRow {
    let (id, name, detail) = (id.to_owned(), name.to_owned(), email.to_owned());
    IdentityRow { kind: "user", href: format!("/portal/users/{id}"), id, name, detail }
}

fn of_client(id: &str, name: &str) -> IdentityRow {
    let (id, name) = (id.to_owned(), name.to_owned());
    IdentityRow { kind: "client", href: format!("/portal/clients/{id}"), detail: id.clone(), id, name }
}

/// *Manage Identities*: gives the role, or takes it away.
pub(super) async fn set_identity(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let (id, held) = (RoleId::new(id), form.text("held") == "true");
    let identity = match form.text("kind") {
        "user" => Identity::User(UserId::new(form.text("id"))),
        _ => Identity::Client(ClientId::new(form.text("id"))),
    };
    match app.provider.set_role_of(&admin.administrator, &id, &identity, held).await {
        Ok(_) => back(&id, if held { "given" } else { "taken" }),
        Err(error) => {
            failed(page, error, async |page, frame| match role_page(&app, &admin, frame, &id, "").await {
                Ok(view) => page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view),
                Err(error) => gone(page.clone(), error).await,
            })
            .await
        }
    }
}

fn back(id: &RoleId, done: &str) -> Response {
    Redirect::to(&format!("/portal/roles/{id}?done={done}")).into_response()
}

/// *Add Role*.
pub(super) async fn show_add(AdminVisit { admin, page, .. }: AdminVisit) -> Response {
    page.answer(StatusCode::OK, &add_page(&admin, page.frame(), None))
}

fn add_page(admin: &AdminSession, frame: Frame, typed: Option<&ProtectedForm>) -> EditRolePage {
    let text = |name| typed.map(|form| form.text(name).to_owned()).unwrap_or_default();
    EditRolePage {
        frame,
        shell: shell(admin, Area::Roles, &[("Add Role", String::new())]),
        title: "Add Role",
        action: "/portal/roles".to_owned(),
        button: "Add",
        name: text("name"),
        description: text("description"),
        before: None,
        cancel_href: "/portal/roles".to_owned(),
    }
}

/// Adds the role. The same one again is no error, so a form that is sent twice adds one.
pub(super) async fn add(AdminVisit { app, admin, page, .. }: AdminVisit, form: ProtectedForm) -> Response {
    let new =
        NewRole { id: None, name: form.text("name").to_owned(), description: form.text("description").to_owned() };
    match app.provider.create_role(&admin.administrator, new).await {
        Ok(AddedRole::New(role) | AddedRole::Same(role)) => back(&role.id, "added"),
        Err(error) => {
            refused(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &add_page(&admin, frame, Some(&form)))
            })
            .await
        }
    }
}

/// A refusal of a form: a name that is taken goes back into it.
async fn refused(
    page: PageContext,
    error: RoleError,
    again: impl AsyncFnOnce(&PageContext, Frame) -> Response,
) -> Response {
    let error = match error {
        RoleError::Taken => {
            FieldError::new(Field::Name, "There is another role with this name. Choose a different one.").into()
        }
        RoleError::BuiltIn => return refusal(&page, StatusCode::UNPROCESSABLE_ENTITY, error.words()),
        RoleError::Admin(error) => error,
    };
    failed(page, error, again).await
}

/// The same where there is no form.
async fn not_done(page: PageContext, error: RoleError) -> Response {
    match error {
        RoleError::Admin(error) => gone(page, error).await,
        other => refusal(&page, StatusCode::UNPROCESSABLE_ENTITY, other.words()),
    }
}

/// *Edit Role*.
pub(super) async fn show_edit(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match own_role(&app, &admin, &RoleId::new(id)).await {
        Ok(role) => page.answer(StatusCode::OK, &edit_page(&admin, page.frame(), &role, None)),
        Err(error) => not_done(page, error).await,
    }
}

/// A role that can be changed.
async fn own_role(app: &AppState, admin: &AdminSession, id: &RoleId) -> Result<Role, RoleError> {
    let role = app.provider.read_role(&admin.access, id).await?;
    if role.built_in.is_some() { Err(RoleError::BuiltIn) } else { Ok(role) }
}

fn edit_page(admin: &AdminSession, frame: Frame, role: &Role, typed: Option<&ProtectedForm>) -> EditRolePage {
    let text = |name, stored: &str| typed.map_or(stored.to_owned(), |form| form.text(name).to_owned());
    let own = format!("/portal/roles/{}", role.id);
    EditRolePage {
        frame,
        shell: shell(admin, Area::Roles, &[(&role.name, own.clone()), ("Edit Role", String::new())]),
        title: "Edit Role",
        action: format!("{own}/edit"),
        button: "Save",
        name: text("name", &role.name),
        description: text("description", &role.description),
        before: Some((text("was_name", &role.name), text("was_description", &role.description))),
        cancel_href: own,
    }
}

/// Saves name and description.
pub(super) async fn edit(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let role = match own_role(&app, &admin, &RoleId::new(id)).await {
        Ok(role) => role,
        Err(error) => return not_done(page, error).await,
    };
    let made_on = Role {
        name: form.text("was_name").to_owned(),
        description: form.text("was_description").to_owned(),
        ..role.clone()
    };
    let change = RoleChange {
        made_on: Some(made_on),
        name: Some(form.text("name").to_owned()),
        description: Some(form.text("description").to_owned()),
    };
    match app.provider.change_role(&admin.administrator, &role.id, change).await {
        Ok(role) => back(&role.id, "saved"),
        Err(error) => {
            refused(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&admin, frame, &role, Some(&form)))
            })
            .await
        }
    }
}

/// *Remove Role*: says who would lose it.
pub(super) async fn ask_remove(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    let id = RoleId::new(id);
    let asked = async {
        let role = own_role(&app, &admin, &id).await?;
        let holders = app.provider.holders_of_role(&admin.access, &id, 1).await?;
        Ok::<_, RoleError>((role, holders.user_count, holders.client_count))
    };
    let (role, users, clients) = match asked.await {
        Ok(asked) => asked,
        Err(error) => return not_done(page, error).await,
    };
    let own = format!("/portal/roles/{id}");
    let plural = |count: i64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let shell = shell(&admin, Area::Roles, &[(&role.name, own.clone()), ("Remove Role", String::new())]);
    let what = format!("role ‘{}’", role.name);
    let view = ConfirmPage {
        sentences: vec![format!(
            "{} and {} lose it. Tokens already issued have it until they expire.",
            plural(users, "user"),
            plural(clients, "client")
        )],
        danger: true,
        ..ConfirmPage::asking(page.frame(), shell, "Roles", "Remove", &what, own)
    };
    page.answer(StatusCode::OK, &view)
}

/// Removes the role.
pub(super) async fn remove(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    match app.provider.remove_role(&admin.administrator, &RoleId::new(id), None).await {
        Ok(_) => Redirect::to("/portal/roles?done=removed").into_response(),
        Err(error) => not_done(page, error).await,
    }
}
