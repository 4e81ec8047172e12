//! `/account`: one's own profile.

use super::{claim_groups, read_claims, saying, shell};
use crate::flows::admin::AdminError;
use crate::oauth::{UserClaims, admin_fields};
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, Query, SignedInVisitor};
use crate::web::layers::ClientAddress;
use crate::web::pages::account::OverviewPage;
use crate::web::pages::{Area, Frame, When};
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

/// Shows it.
pub(super) async fn show(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    Query(query): Query<Done>,
) -> Response {
    let told = (query.done == "saved").then_some("Your profile was saved.");
    view(&app, &who, &page, StatusCode::OK, saying(&page, told), None).await
}

/// Saves it.
pub(super) async fn take(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    ClientAddress(address): ClientAddress,
    form: ProtectedForm,
) -> Response {
    let stored = UserClaims::from_stored(&who.0.user.claims);
    let claims = match read_claims(&form, &stored, app.provider.now()) {
        Ok(claims) => claims,
        Err(mut errors) => {
            let name = admin_fields::person_name(form.text("name")).err();
            errors.0.splice(..0, page.frame_with(name.into_iter().collect()).errors.0);
            let frame = Frame { errors, ..page.frame() };
            return view(&app, &who, &page, StatusCode::UNPROCESSABLE_ENTITY, frame, Some(&form)).await;
        }
    };
    let by = who.0.origin(&address.to_string(), &page.reference);
    match app.provider.change_own_profile(&who.0, form.text("name"), &claims, &by).await {
        Ok(()) => Redirect::to("/account?done=saved").into_response(),
        Err(AdminError::Storage(error)) => storage_page(&error),
        Err(AdminError::Invalid(errors)) => {
            view(&app, &who, &page, StatusCode::UNPROCESSABLE_ENTITY, page.frame_with(errors), Some(&form)).await
        }
        Err(error) => {
            let frame = page.frame_saying(error.words().to_string());
            view(&app, &who, &page, StatusCode::CONFLICT, frame, Some(&form)).await
        }
    }
}

async fn view(
    app: &AppState,
    who: &SignedInVisitor,
    page: &PageContext,
    status: StatusCode,
    frame: Frame,
    typed: Option<&ProtectedForm>,
) -> Response {
    let tenant = match app.provider.tenant_of(&who.0).await {
        Ok(tenant) => tenant,
        Err(error) => return storage_page(&error),
    };
    let user = &who.0.user;
    let view = OverviewPage {
        frame,
        shell: shell(who, Area::Overview),
        tenant,
        roles: who.0.roles.iter().map(|role| role.name.clone()).collect(),
        signed_in: When::relative(who.0.sign_in.auth_time, app.provider.now()),
        groups: claim_groups(Some(&user.name), &UserClaims::from_stored(&user.claims), typed),
    };
    page.answer(status, &view)
}
