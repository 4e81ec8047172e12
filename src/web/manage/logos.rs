//! `/portal/clients/{id}/logo`: the picture that people see when they are asked for consent. It is uploaded and served
//! from here: nothing is ever fetched for it, and no page loads it from elsewhere.

use super::shown::{client_shell, failed, gone};
use crate::flows::admin::AdminError;
use crate::oauth::ClientId;
use crate::web::errors::{not_found, storage_page};
use crate::web::extract::{AdminSession, AdminVisit, PageContext, Path, ProtectedForm, ProtectedUpload};
use crate::web::pages::Frame;
use crate::web::portal::logo::LogoPage;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// The form.
pub(super) async fn show(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match view(&app, &admin, page.frame(), &ClientId::new(id)).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

/// Takes the file.
pub(super) async fn take(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedUpload,
) -> Response {
    let id = ClientId::new(id);
    match app.provider.set_logo(&admin.administrator, &id, Some(form.bytes("logo").to_vec())).await {
        Ok(()) => Redirect::to(&format!("/portal/clients/{id}?done=saved")).into_response(),
        Err(error) => {
            failed(page, error, async |page, frame| match view(&app, &admin, frame, &id).await {
                Ok(view) => page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view),
                Err(error) => gone(page.clone(), error).await,
            })
            .await
        }
    }
}

/// Takes the picture away.
pub(super) async fn remove(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    let id = ClientId::new(id);
    match app.provider.set_logo(&admin.administrator, &id, None).await {
        Ok(()) => Redirect::to(&format!("/portal/clients/{id}?done=saved")).into_response(),
        Err(error) => gone(page, error).await,
    }
}

async fn view(app: &AppState, admin: &AdminSession, frame: Frame, id: &ClientId) -> Result<LogoPage, AdminError> {
    let client = app.provider.client(&admin.access, id).await?.client;
    let hash = app.provider.logo_of(&admin.access, id).await?;
    Ok(LogoPage {
        frame,
        shell: client_shell(admin, &client, "Logo"),
        client_name: client.name,
        client_id: id.as_str().to_owned(),
        logo: hash.map_or(String::new(), |hash| address(id, &hash)),
    })
}

/// Where a logo is served. The hash in it makes it another address when it is another picture.
pub(in crate::web) fn address(id: &ClientId, hash: &str) -> String {
    format!("/logo/{id}/{hash}")
}

/// The picture. Its type is what was found in it, and browsers are told not to guess another.
pub(in crate::web) async fn serve(
    State(app): State<AppState>,
    page: PageContext,
    Path((id, hash)): Path<(String, String)>,
) -> Response {
    match app.provider.logo(&ClientId::new(id), &hash).await {
        Ok(Some(logo)) => {
            let kind = logo.media_type;
            let headers = [(CONTENT_TYPE, kind.as_str()), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, logo.bytes).into_response()
        }
        Ok(None) => not_found(page).await,
        Err(error) => storage_page(&error),
    }
}
