//! An administrator at a door of the portal that changes something.

use super::{AdminSession, FreshAdminSession, PageContext, Path};
use crate::web::state::AppState;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// What such a door needs: an administrator whose password is fresh, what pages need, and what the path names. That a form
/// is ours is proven by the form itself, which is taken after this: [`super::ProtectedForm`].
#[derive(Debug, Clone)]
pub(in crate::web) struct AdminVisit<P = ()> {
    /// The server.
    pub app: AppState,
    /// Who it is.
    pub admin: AdminSession,
    /// For pages.
    pub page: PageContext,
    /// The ids in the path; nothing where it names none.
    pub path: P,
}

impl<P: DeserializeOwned + Send> FromRequestParts<AppState> for AdminVisit<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let FreshAdminSession(admin) = FreshAdminSession::from_request_parts(parts, app).await?;
        let page = PageContext::from_request_parts(parts, app).await?;
        let Path(path) = Path::from_request_parts(parts, app).await?;
        Ok(Self { app: app.clone(), admin, page, path })
    }
}
