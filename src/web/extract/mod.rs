//! What handlers take out of requests. A value that exists has been checked.

mod address;
mod admin_visit;
mod form;
mod login_origin;
mod page;
mod session;
mod sign_on;
mod upload;

pub(super) use address::{Path, Query};
pub(super) use admin_visit::AdminVisit;
pub(super) use form::{FormGuard, ProtectedForm, is_form};
pub(super) use page::{PageContext, person};
use session::FreshAdminSession;
pub(super) use session::{AdminSession, PortalSession, SignedInVisitor, Visitor};
pub(super) use sign_on::SignOnVisit;
pub(super) use upload::ProtectedUpload;

use http::HeaderMap;
use http::header::USER_AGENT;

/// The browser's name for itself, cut to 256 characters.
pub(super) fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(256).collect()
}
