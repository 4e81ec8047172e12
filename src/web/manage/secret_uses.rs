//! `/portal/clients/{id}/secrets/{secret}/use` and `…/leaked`: from where a secret was used, and what to do when others
//! may know it.

use super::secrets::one;
use super::shown::{client_shell, gone};
use crate::flows::admin::{AdminError, Leak, SecretUse};
use crate::oauth::{ClientId, ClientType};
use crate::web::extract::{AdminVisit, PageContext, Path, PortalSession, ProtectedForm};
use crate::web::pages::{Frame, When, duration};
use crate::web::portal::secret_uses::{SecretUsePage, UseLine};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// Most addresses shown.
const MOST: usize = 20;

/// From where it was used.
pub(super) async fn show(
    State(app): State<AppState>,
    session: PortalSession,
    page: PageContext,
    Path(path): Path<(String, String)>,
) -> Response {
    match view(&app, &session, page.frame(), &path, false).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

/// What to do now.
pub(super) async fn show_leaked(AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>) -> Response {
    match view(&app, &admin, page.frame(), &path, true).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

/// Does it.
pub(super) async fn leaked(
    AdminVisit { app, admin, page, path }: AdminVisit<(String, String)>,
    form: ProtectedForm,
) -> Response {
    let done = async {
        let (details, secret) = one(&app, &admin, &path).await?;
        let leak = Leak { reason: form.text("reason").to_owned(), end_sign_ins: form.ticked("end_sign_ins") };
        app.provider.secret_leaked(&admin.administrator, &details.client.id, secret.id, leak).await
    };
    match done.await {
        Ok(_) => Redirect::to(&format!("/portal/clients/{}?done=secret-leaked", path.0)).into_response(),
        Err(error) => gone(page, error).await,
    }
}

async fn view(
    app: &AppState,
    session: &PortalSession,
    frame: Frame,
    path: &(String, String),
    leaked: bool,
) -> Result<SecretUsePage, AdminError> {
    let (details, secret) = one(app, session, path).await?;
    let (client, now) = (&details.client, app.provider.now());
    let uses = app.provider.secret_uses(&session.access, &ClientId::new(path.0.as_str())).await?;
    let line = |used: &SecretUse| UseLine {
        day: used.day.date(),
        address: if used.address.is_empty() { "others".to_owned() } else { used.address.clone() },
        uses: used.uses,
        last: When::relative(used.last_at, now),
    };
    let own = uses.iter().filter(|used| used.secret_id == i64::from(secret.id));
    Ok(SecretUsePage {
        frame,
        shell: client_shell(session, client, if leaked { "It leaked" } else { "Use" }),
        client_id: client.id.as_str().to_owned(),
        client_name: client.name.clone(),
        secret_id: secret.id.to_string(),
        description: secret.description.clone(),
        leaked,
        has_sign_ins: client.client_type == ClientType::Hybrid,
        token_lifetime: duration(client.token_lifetime),
        lines: own.take(MOST).map(line).collect(),
    })
}
