//! Where a try to sign in comes from.

use super::user_agent;
use crate::flows::LoginOrigin;
use crate::web::cookies;
use crate::web::layers::{ClientAddress, Reference};
use crate::web::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;

impl FromRequestParts<AppState> for LoginOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
        let reference = Reference::from_request_parts(parts, app).await?;
        let cookie = |name| cookies::read(&parts.headers, name).map(ToOwned::to_owned);
        Ok(Self {
            address,
            user_agent: user_agent(&parts.headers),
            reference: reference.as_str().to_owned(),
            device: cookie(cookies::device_name(&app.site)),
            browser: cookie(cookies::form_name(&app.site)),
        })
    }
}
