//! `/account/apps`: what apps may do in one's name.

use super::{saying, shell};
use crate::flows::AppAccess;
use crate::oauth::ClientId;
use crate::oauth::admin_fields::origin_of;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, Path, ProtectedForm, Query, SignOnVisit, SignedInVisitor};
use crate::web::pages::account::{AllowedApp, AppsPage};
use crate::web::pages::{Area, When};
use crate::web::scope_words::in_words;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    done: String,
}

/// Shows them.
pub(super) async fn show(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    Query(query): Query<Done>,
) -> Response {
    let told = (query.done == "removed")
        .then_some("Access was removed. Access tokens that the app still has work for an hour at most.");
    match app.provider.apps_with_access(&who.0.user.id).await {
        Ok(mut apps) => {
            apps.sort_by_key(|access| access.client.name.to_lowercase());
            let now = app.provider.now();
            let shown = |access: AppAccess| AllowedApp {
                id: access.client.id.as_str().to_owned(),
                host: access.client.client_uri.as_deref().and_then(origin_of).unwrap_or_default(),
                scopes: in_words(&access.scope).into_iter().map(|(words, _)| words).collect(),
                since: When::relative(access.since, now),
                used: None,
                name: access.client.name,
            };
            let view = AppsPage {
                frame: saying(&page, told),
                shell: shell(&who, Area::Apps),
                apps: apps.into_iter().map(shown).collect(),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => storage_page(&error),
    }
}

/// Takes access back.
pub(super) async fn remove(
    State(app): State<AppState>,
    who: SignedInVisitor,
    visit: SignOnVisit,
    Path(id): Path<String>,
    _form: ProtectedForm,
) -> Response {
    match app.provider.remove_access(&who.0.user, &ClientId::new(id), &visit.visit()).await {
        Ok(()) => Redirect::to("/account/apps?done=removed").into_response(),
        Err(error) => storage_page(&error),
    }
}
