//! `/portal/clients/new`: the *Add Client* window and, for client-credentials, the *Add Secret* window behind it.
//! Nothing is stored until the last **Add**: what step 1 took travels through step 2 and is checked again.

use super::client_urls;
use super::secret_pages::{first_secret_page, secret_view};
use super::shown::{Holder, client_type, failed, gone, role_choices, shell};
use crate::flows::admin::{AdminError, ClientFilter, ClientSettings, Created, NewClient, NewSecret, Page};
use crate::oauth::admin_fields::{self, Field, FieldError, SecretEnd, fold, secret_form};
use crate::oauth::{ClientId, ClientType, Role, RoleId};
use crate::web::extract::{AdminSession, AdminVisit, PageContext, ProtectedForm, Query};
use crate::web::pages::{Area, Frame};
use crate::web::portal::client_add::{AddClientPage, ChooseClientTypePage};
use crate::web::portal::created::{CreatedKind, CreatedPage};
use crate::web::portal::secrets::{ClientDraft, SecretGonePage};
use crate::web::state::AppState;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// Which form is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Kind {
    #[serde(default)]
    r#type: String,
}

/// The form of the type; without one, the question which.
pub(super) async fn show(AdminVisit { app, admin, page, .. }: AdminVisit, Query(kind): Query<Kind>) -> Response {
    let shell = shell(&admin, Area::Clients, &[("Add Client", String::new())]);
    let Some(kind) = client_type(&kind.r#type) else {
        let view = ChooseClientTypePage { frame: page.frame(), shell, cancel_href: "/portal/clients".to_owned() };
        return page.answer(StatusCode::OK, &view);
    };
    match app.provider.read_roles(&admin.administrator).await {
        Ok(roles) => {
            let mut view = AddClientPage::new(page.frame(), shell, app.provider.form_nonce(), kind);
            view.roles = role_choices(Holder::Client, &roles, &[]);
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Takes either window.
pub(super) async fn take(AdminVisit { app, admin, page, .. }: AdminVisit, form: ProtectedForm) -> Response {
    let roles = match app.provider.read_roles(&admin.administrator).await {
        Ok(roles) => roles,
        Err(error) => return gone(page, error).await,
    };
    let kind = client_type(form.text("type")).unwrap_or(ClientType::ClientCredentials);
    let second_step = kind == ClientType::ClientCredentials && form.ticked("expires_on");
    match (second_step, form.text("step")) {
        (true, "back") => again(&app, &admin, &page, page.frame(), kind, &roles, &form, false),
        (true, _) => add_with_secret(&app, admin, page, &roles, &form).await,
        (false, _) => first_step(&app, admin, page, kind, &roles, &form).await,
    }
}

async fn first_step(
    app: &AppState,
    admin: AdminSession,
    page: PageContext,
    kind: ClientType,
    roles: &[Role],
    form: &ProtectedForm,
) -> Response {
    // What `read` finds is wrong with the last field: in the form's order it comes behind the others.
    let ((new, last), mut errors) = (read(kind, form), Vec::new());
    let same_name = match same_name(app, &admin, form).await {
        Ok(same) => same,
        Err(error) => return gone(page, error).await,
    };
    if same_name {
        let name = new.name.trim();
        let message = format!(
            "Another client is called \"{name}\". Choose a different name so you can tell them apart, or add it anyway."
        );
        errors.push(FieldError::new(Field::Name, message));
    }
    if let Err(AdminError::Invalid(more)) = app.provider.check_new_client(&admin.administrator, &new, roles) {
        errors.extend(more);
    }
    errors.extend(last);
    if !errors.is_empty() {
        return again(app, &admin, &page, page.frame_with(errors), kind, roles, form, same_name);
    }
    if kind == ClientType::ClientCredentials {
        let view = first_secret_page(app, &admin, page.frame(), draft(form), None);
        return page.answer(StatusCode::OK, &view);
    }
    let added = app.provider.create_client(&admin.administrator, new, None, nonce(form)).await;
    finish(app, admin, page, added, form, async |page, frame, admin| {
        again(app, admin, page, frame, kind, roles, form, false)
    })
    .await
}

async fn add_with_secret(
    app: &AppState,
    admin: AdminSession,
    page: PageContext,
    roles: &[Role],
    form: &ProtectedForm,
) -> Response {
    let (new, errors) = read(ClientType::ClientCredentials, form);
    let again_first = |frame| again(app, &admin, &page, frame, ClientType::ClientCredentials, roles, form, false);
    if !errors.is_empty() {
        return again_first(page.frame_with(errors));
    }
    let end = SecretEnd::from_form(form.text("expires_on"), form.ticked("never_expires"), app.provider.now());
    let secret = match secret_form(form.text("description"), end) {
        Ok((description, end)) => NewSecret { description, end },
        Err(errors) => {
            let view = first_secret_page(app, &admin, page.frame_with(errors), draft(form), Some(form));
            return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let added = app.provider.create_client(&admin.administrator, new, Some(secret), nonce(form)).await;
    finish(app, admin, page, added, form, async |page, frame, admin| {
        // A mistake in a field of step 1 leads back there: it can only come from a form that was not ours.
        let own = frame.errors.0.iter().all(|error| matches!(error.field.as_str(), "description" | "expires_on" | ""));
        if own {
            let view = first_secret_page(app, admin, frame, draft(form), Some(form));
            return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
        again(app, admin, page, frame, ClientType::ClientCredentials, roles, form, false)
    })
    .await
}

/// The window at the end, or whatever else became of it.
async fn finish(
    app: &AppState,
    admin: AdminSession,
    page: PageContext,
    added: Result<Created, AdminError>,
    form: &ProtectedForm,
    again: impl AsyncFnOnce(&PageContext, Frame, &AdminSession) -> Response,
) -> Response {
    match added {
        Ok(created) => {
            let frame = Frame { notices: client_urls::notices(form), ..page.frame() };
            page.answer(StatusCode::OK, &created_page(app, &admin, frame, &created))
        }
        Err(AdminError::Repeated(client_id)) => repeated(app, &admin, page, client_id).await,
        Err(error) => failed(page, error, async |page, frame| again(page, frame, &admin).await).await,
    }
}

/// The answer to a form that was sent before. Where there was no secret, it is the same again.
async fn repeated(app: &AppState, admin: &AdminSession, page: PageContext, client_id: String) -> Response {
    let (client, secrets) = match app.provider.client(&admin.access, &ClientId::new(&client_id)).await {
        Ok(details) => (details.client, details.secrets),
        Err(error) => return gone(page, error).await,
    };
    if secrets.is_empty() && client.client_type != ClientType::ClientCredentials {
        let created = Created { client, secret: None };
        return page.answer(StatusCode::OK, &created_page(app, admin, page.frame(), &created));
    }
    let view = SecretGonePage {
        frame: page.frame(),
        shell: shell(admin, Area::Clients, &[("Add Client", String::new())]),
        client_id,
        client_name: client.name,
        secret_id: secrets.iter().find(|secret| secret.id == 1).map(|_| "1".to_owned()).unwrap_or_default(),
    };
    page.answer(StatusCode::CONFLICT, &view)
}

fn created_page(app: &AppState, admin: &AdminSession, frame: Frame, created: &Created) -> CreatedPage {
    let client = &created.client;
    let kind = match client.client_type {
        ClientType::ClientCredentials => CreatedKind::TryToken,
        ClientType::AuthorizationCode => CreatedKind::Pkce,
        ClientType::Hybrid => CreatedKind::NeedsSecret,
    };
    CreatedPage {
        frame,
        shell: shell(admin, Area::Clients, &[(CreatedPage::CLIENT, String::new())]),
        title: CreatedPage::CLIENT,
        kind,
        client_name: client.name.clone(),
        client_id: client.id.as_str().to_owned(),
        secret: created.secret.as_ref().map(|secret| secret_view(client, secret)),
        token_url: format!("{}/connect/token", app.provider.settings().issuer()),
        close_href: format!("/portal/clients/{}?done=added", client.id),
    }
}

/// The form as it was sent, with what is wrong.
#[expect(clippy::too_many_arguments, reason = "a form is made of many things, and each is named once")]
fn again(
    app: &AppState,
    admin: &AdminSession,
    page: &PageContext,
    frame: Frame,
    kind: ClientType,
    roles: &[Role],
    form: &ProtectedForm,
    same_name: bool,
) -> Response {
    let text = |name| form.text(name).to_owned();
    let status = if frame.errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shell = shell(admin, Area::Clients, &[("Add Client", String::new())]);
    let view = AddClientPage {
        name: text("name"),
        same_name,
        roles: role_choices(Holder::Client, roles, &form.all("roles")),
        token_lifetime: text("token_lifetime"),
        redirect_urls: text("redirect_urls"),
        logout_redirect_urls: text("logout_redirect_urls"),
        cors_origins: text("cors_origins"),
        allow_refresh_token: form.ticked("allow_refresh_token"),
        ..AddClientPage::new(frame, shell, app.provider.form_nonce(), kind)
    };
    page.answer(status, &view)
}

/// What the form asks for, and what can be seen to be wrong with it at once.
fn read(kind: ClientType, form: &ProtectedForm) -> (NewClient, Vec<FieldError>) {
    let (mut errors, mut settings) = (Vec::new(), ClientSettings::default());
    match admin_fields::token_lifetime(form.text("token_lifetime")) {
        Ok(seconds) => settings.token_lifetime = Some(seconds.into()),
        Err(error) => errors.push(error),
    }
    match kind {
        ClientType::ClientCredentials => {
            settings.role_ids = Some(form.all("roles").into_iter().map(RoleId::new).collect());
        }
        ClientType::AuthorizationCode => settings.cors_origins = Some(form.lines("cors_origins")),
        ClientType::Hybrid => settings.allow_offline_access = Some(form.ticked("allow_refresh_token")),
    }
    if kind.has_users() {
        settings.redirect_urls = Some(form.lines("redirect_urls"));
        settings.logout_redirect_urls = Some(form.lines("logout_redirect_urls"));
    }
    (NewClient { id: None, client_type: kind, name: form.text("name").to_owned(), settings }, errors)
}

/// Whether another client has the name and the person has not said that it is meant.
async fn same_name(app: &AppState, admin: &AdminSession, form: &ProtectedForm) -> Result<bool, AdminError> {
    let name = form.text("name").trim();
    if name.is_empty() || form.ticked("allow_same_name") {
        return Ok(false);
    }
    let filter = ClientFilter { text: Some(name.to_owned()), ..ClientFilter::default() };
    let found =
        app.provider.list_clients(&admin.administrator, &filter, Page { count: 100, ..Page::default() }).await?;
    Ok(found.clients.iter().any(|client| fold(&client.name) == fold(name)))
}

fn draft(form: &ProtectedForm) -> ClientDraft {
    ClientDraft {
        name: form.text("name").to_owned(),
        roles: form.all("roles"),
        token_lifetime: form.text("token_lifetime").to_owned(),
        allow_same_name: form.ticked("allow_same_name"),
    }
}

fn nonce(form: &ProtectedForm) -> Option<String> {
    Some(form.text("nonce").to_owned()).filter(|nonce| !nonce.is_empty())
}
