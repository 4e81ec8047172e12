//! `/portal/clients/{id}/secrets/…`: add, edit, disable, enable, remove.

use super::secret_pages::{add_page, edit_page, question, secret_view};
use super::shown::{client_shell, failed, gone};
use crate::flows::admin::{AdminError, ClientDetails, NewSecret, SecretChange};
use crate::oauth::admin_fields::{SecretEnd, secret_form};
use crate::oauth::{ClientId, ClientSecret, ClientType};
use crate::web::extract::{AdminVisit, PageContext, PortalSession, ProtectedForm};
use crate::web::portal::created::{CreatedKind, CreatedPage};
use crate::web::portal::secrets::SecretGonePage;
use crate::web::state::AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// The form for one more secret.
pub(super) async fn show_add(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match with_secrets(&app, &admin, &id).await {
        Ok(details) => page.answer(StatusCode::OK, &add_page(&app, &admin, page.frame(), &details, None)),
        Err(error) => gone(page, error).await,
    }
}

/// Adds the secret and shows its value: here, and never again.
pub(super) async fn add(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let details = match with_secrets(&app, &admin, &id).await {
        Ok(details) => details,
        Err(error) => return gone(page, error).await,
    };
    let again = |page: &PageContext, frame| {
        page.answer(StatusCode::UNPROCESSABLE_ENTITY, &add_page(&app, &admin, frame, &details, Some(&form)))
    };
    let end = SecretEnd::from_form(form.text("expires_on"), form.ticked("never_expires"), app.provider.now());
    let new = match secret_form(form.text("description"), end) {
        Ok((description, end)) => NewSecret { description, end },
        Err(errors) => return again(&page, page.frame_with(errors)),
    };
    let nonce = Some(form.text("nonce").to_owned()).filter(|nonce| !nonce.is_empty());
    match app.provider.add_secret(&admin.administrator, &details.client.id, new, nonce).await {
        Ok(secret) => {
            let kind = if details.client.client_type == ClientType::Hybrid {
                CreatedKind::Secret
            } else {
                CreatedKind::TryToken
            };
            let view = CreatedPage {
                frame: page.frame(),
                shell: client_shell(&admin, &details.client, CreatedPage::SECRET),
                title: CreatedPage::SECRET,
                kind,
                client_name: details.client.name.clone(),
                client_id: id.clone(),
                secret: Some(secret_view(&details.client, &secret)),
                token_url: format!("{}/connect/token", app.provider.settings().issuer()),
                close_href: format!("/portal/clients/{id}?done=secret-added"),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(AdminError::Repeated(_)) => {
            let view = SecretGonePage {
                frame: page.frame(),
                shell: client_shell(&admin, &details.client, "Add Secret"),
                client_id: id.clone(),
                client_name: details.client.name.clone(),
                secret_id: details.secrets.first().map(|secret| secret.id.to_string()).unwrap_or_default(),
            };
            page.answer(StatusCode::CONFLICT, &view)
        }
        Err(error) => failed(page, error, async |page, frame| again(page, frame)).await,
    }
}

/// Where Back and reload lead from the window that showed a secret.
pub(super) async fn shown(AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>) -> Response {
    match one(&app, &admin, &path).await {
        Ok((details, secret)) => {
            let view = SecretGonePage {
                frame: page.frame(),
                shell: client_shell(&admin, &details.client, "Add Secret"),
                client_id: details.client.id.as_str().to_owned(),
                client_name: details.client.name.clone(),
                secret_id: secret.id.to_string(),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Description and expiry of a secret.
pub(super) async fn show_edit(AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>) -> Response {
    match one(&app, &admin, &path).await {
        Ok((details, secret)) => {
            page.answer(StatusCode::OK, &edit_page(&admin, page.frame(), &details, &secret, None, app.provider.now()))
        }
        Err(error) => gone(page, error).await,
    }
}

/// Saves them.
pub(super) async fn edit(
    AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>,
    form: ProtectedForm,
) -> Response {
    let (details, secret) = match one(&app, &admin, &path).await {
        Ok(found) => found,
        Err(error) => return gone(page, error).await,
    };
    let now = app.provider.now();
    let again = |page: &PageContext, frame| {
        page.answer(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&admin, frame, &details, &secret, Some(&form), now))
    };
    // The day that the form was shown with is no change: an end may have a time of day, or lie in the past.
    let untouched = secret.expires_at.is_some_and(|end| end.date() == form.text("expires_on").trim())
        && !form.ticked("never_expires");
    let end = if untouched {
        None
    } else {
        match SecretEnd::from_form(form.text("expires_on"), form.ticked("never_expires"), now) {
            Ok(end) => Some(end),
            Err(error) => {
                let errors = secret_form(form.text("description"), Err(error)).err().unwrap_or_default();
                return again(&page, page.frame_with(errors));
            }
        }
    };
    let change =
        SecretChange { description: Some(form.text("description").to_owned()), end, ..SecretChange::default() };
    match app.provider.change_secret(&admin.administrator, &details.client.id, secret.id, change).await {
        Ok(_) => back(&details, "secret-saved"),
        Err(error) => failed(page, error, async |page, frame| again(page, frame)).await,
    }
}

pub(super) async fn ask_disable(visit: AdminVisit<(String, String)>) -> Response {
    ask(visit, "Disable").await
}

pub(super) async fn ask_enable(visit: AdminVisit<(String, String)>) -> Response {
    ask(visit, "Enable").await
}

pub(super) async fn ask_remove(visit: AdminVisit<(String, String)>) -> Response {
    ask(visit, "Remove").await
}

pub(super) async fn disable(visit: AdminVisit<(String, String)>, _form: ProtectedForm) -> Response {
    switch(visit, false).await
}

pub(super) async fn enable(visit: AdminVisit<(String, String)>, _form: ProtectedForm) -> Response {
    switch(visit, true).await
}

/// Removes the secret.
pub(super) async fn remove(
    AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>,
    _form: ProtectedForm,
) -> Response {
    match one(&app, &admin, &path).await {
        Ok((details, secret)) => {
            match app.provider.remove_secret(&admin.administrator, &details.client.id, secret.id, None).await {
                Ok(_) => back(&details, "secret-removed"),
                Err(error) => gone(page, error).await,
            }
        }
        Err(error) => gone(page, error).await,
    }
}

/// A client that can have secrets.
async fn with_secrets(app: &AppState, session: &PortalSession, id: &str) -> Result<ClientDetails, AdminError> {
    let details = app.provider.client(&session.access, &ClientId::new(id)).await?;
    if details.client.client_type.has_secrets() { Ok(details) } else { Err(AdminError::NotFound("secrets")) }
}

pub(super) async fn one(
    app: &AppState,
    session: &PortalSession,
    path: &(String, String),
) -> Result<(ClientDetails, ClientSecret), AdminError> {
    let details = with_secrets(app, session, &path.0).await?;
    let secret = details.secrets.iter().find(|secret| secret.id.to_string() == path.1).cloned();
    Ok((details, secret.ok_or(AdminError::NotFound("secret"))?))
}

fn back(details: &ClientDetails, done: &str) -> Response {
    Redirect::to(&format!("/portal/clients/{}?done={done}", details.client.id)).into_response()
}

async fn ask(AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>, verb: &'static str) -> Response {
    match one(&app, &admin, &path).await {
        Ok((details, secret)) => {
            page.answer(StatusCode::OK, &question(&admin, page.frame(), &details, &secret, verb, app.provider.now()))
        }
        Err(error) => gone(page, error).await,
    }
}

async fn switch(AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>, enabled: bool) -> Response {
    match one(&app, &admin, &path).await {
        Ok((details, secret)) => {
            let change = SecretChange { enabled: Some(enabled), ..SecretChange::default() };
            match app.provider.change_secret(&admin.administrator, &details.client.id, secret.id, change).await {
                Ok(_) => back(&details, if enabled { "secret-enabled" } else { "secret-disabled" }),
                Err(error) => gone(page, error).await,
            }
        }
        Err(error) => gone(page, error).await,
    }
}
