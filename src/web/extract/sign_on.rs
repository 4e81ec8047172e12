//! A browser at the authorize endpoint, or at a page on its way.

use super::{PageContext, Visitor, user_agent};
use crate::flows::{SignedIn, Visit};
use crate::web::layers::ClientAddress;
use crate::web::state::AppState;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;

/// Who stands there, and what a page needs.
#[derive(Debug, Clone)]
pub(in crate::web) struct SignOnVisit {
    /// Who is signed in.
    pub who: Option<SignedIn>,
    /// For pages.
    pub page: PageContext,
    address: String,
    agent: String,
}

impl SignOnVisit {
    /// The visit as flows take it.
    pub(in crate::web) fn visit(&self) -> Visit<'_> {
        Visit {
            sign_in: self.who.as_ref().map(|who| &who.sign_in),
            address: &self.address,
            agent: &self.agent,
            reference: &self.page.reference,
        }
    }
}

impl FromRequestParts<AppState> for SignOnVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let Visitor(who) = Visitor::from_request_parts(parts, app).await?;
        let page = PageContext::from_request_parts(parts, app).await?;
        let ClientAddress(address) =
            ClientAddress::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let agent = user_agent(&parts.headers);
        Ok(Self { who, page, address: address.to_string(), agent })
    }
}
