//! Who sits at the browser.

use super::PageContext;
use crate::flows::admin::{Administrator, ReadAccess};
use crate::flows::{Destination, Portal, SESSION_SIGN_IN, SignIn, SignedIn};
use crate::oauth::UnixTime;
use crate::web::errors;
use crate::web::layers::{ClientAddress, Reference};
use crate::web::state::AppState;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::REFERER;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use std::ops::Deref;
use tower_sessions::Session;

/// The sign-in that the browser's session remembers. Not yet compared with the account: see [`Visitor`].
pub(super) async fn session_of(parts: &mut Parts, app: &AppState) -> Result<Option<SignIn>, Response> {
    let Ok(session) = Session::from_request_parts(parts, app).await else { return Ok(None) };
    session.get::<SignIn>(SESSION_SIGN_IN).await.map_err(|error| errors::session_page(&error))
}

/// Whoever sits at the browser: signed in, or not. Accounts that are gone or disabled are signed out.
#[derive(Debug, Clone)]
pub(in crate::web) struct Visitor(pub Option<SignedIn>);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let Some(sign_in) = session_of(parts, app).await? else { return Ok(Self(None)) };
        app.provider.signed_in(sign_in).await.map(Self).map_err(|error| errors::storage_page(&error))
    }
}

/// Whoever is signed in; others are sent to sign in and come back.
#[derive(Debug, Clone)]
pub(in crate::web) struct SignedInVisitor(pub SignedIn);

impl FromRequestParts<AppState> for SignedInVisitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        match Visitor::from_request_parts(parts, app).await? {
            Visitor(Some(who)) => Ok(Self(who)),
            Visitor(None) => Err(to_sign_in(parts, app, "/login")),
        }
    }
}

/// Someone who may look at the portal: an Account Administrator, or an Account Viewer. Others get the 403 page, strangers
/// the sign-in page.
#[derive(Debug, Clone)]
pub(in crate::web) struct PortalSession {
    /// What proves it.
    pub access: ReadAccess,
    /// Who it is.
    pub who: SignedIn,
    /// Whether they may only look.
    pub read_only: bool,
    /// How many findings of the security review are open.
    pub findings: usize,
}

/// An Account Administrator in the portal: may do what a [`PortalSession`] may, and change things.
#[derive(Debug, Clone)]
pub(in crate::web) struct AdminSession {
    pub administrator: Administrator,
    session: PortalSession,
}

impl Deref for AdminSession {
    type Target = PortalSession;

    fn deref(&self) -> &PortalSession {
        &self.session
    }
}

/// Seconds for which a sign-in is fresh enough to touch secrets.
const FRESH: i64 = 3_600;

/// Whoever is signed in, with what the portal is to them. Whoever has left it alone for long gives the password again.
async fn at_the_portal(parts: &mut Parts, app: &AppState) -> Result<(SignedIn, Portal), Response> {
    let Visitor(Some(who)) = Visitor::from_request_parts(parts, app).await? else {
        return Err(to_sign_in(parts, app, "/login"));
    };
    let (address, reference) = whence(parts);
    let portal = who.portal(address, reference);
    if !matches!(portal, Portal::Closed) && !is_in_use(parts, app, &who).await {
        return Err(to_sign_in(parts, app, "/login/confirm"));
    }
    Ok((who, portal))
}

/// From which address a request comes, and its reference.
fn whence(parts: &Parts) -> (String, String) {
    let ClientAddress(address) =
        parts.extensions.get().copied().unwrap_or(ClientAddress(std::net::Ipv4Addr::UNSPECIFIED.into()));
    let reference = parts.extensions.get::<Reference>().map(|reference| reference.as_str().to_owned());
    (address.to_string(), reference.unwrap_or_default())
}

async fn denied(parts: &mut Parts, app: &AppState, who: &SignedIn) -> Response {
    tracing::info!(event = "admin.denied", user = who.user.id.as_str());
    let (address, reference) = whence(parts);
    if let Err(error) = app.provider.note_denied(who, address, reference).await {
        tracing::error!(event = "audit.failed", %error);
    }
    match PageContext::from_request_parts(parts, app).await {
        Ok(page) => {
            let (site, now) = (&app.provider.settings().public_url, app.provider.now().rfc3339());
            errors::not_an_administrator(&page, who, &format!("{site}{}, {now}", parts.uri.path()))
        }
        Err(response) => response,
    }
}

impl PortalSession {
    async fn new(app: &AppState, access: ReadAccess, who: SignedIn, read_only: bool) -> Self {
        let findings = app.provider.count_findings(&access).await;
        Self { access, who, read_only, findings }
    }
}

impl FromRequestParts<AppState> for PortalSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        match at_the_portal(parts, app).await? {
            (who, Portal::Open(administrator)) => {
                Ok(Self::new(app, ReadAccess::clone(&administrator), who, false).await)
            }
            (who, Portal::ReadOnly(access)) => Ok(Self::new(app, access, who, true).await),
            (who, Portal::Closed) => Err(denied(parts, app, &who).await),
        }
    }
}

impl FromRequestParts<AppState> for AdminSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        match at_the_portal(parts, app).await? {
            (who, Portal::Open(administrator)) => {
                let session = PortalSession::new(app, ReadAccess::clone(&administrator), who, false).await;
                Ok(Self { administrator, session })
            }
            (who, _) => Err(denied(parts, app, &who).await),
        }
    }
}

/// The name under which a session keeps when the portal was last used, to the minute.
const PORTAL_SEEN: &str = "portal_seen";

/// Whether the portal was used lately. A session that is kept alive by apps may have left it long ago.
async fn is_in_use(parts: &mut Parts, app: &AppState, who: &SignedIn) -> bool {
    let Ok(session) = Session::from_request_parts(parts, app).await else { return false };
    let (now, signed_in) = (app.provider.now(), who.sign_in.auth_time);
    let seen = session.get::<UnixTime>(PORTAL_SEEN).await.ok().flatten().unwrap_or(signed_in).max(signed_in);
    if now.since(seen) >= app.provider.settings().portal_idle {
        return false;
    }
    if now.since(seen) < 60 {
        return true;
    }
    // The cookie goes out again with the change: for whom it shall last, it must be said again.
    crate::web::sign_in::set_lifetime(app, &session, &who.sign_in);
    session.insert(PORTAL_SEEN, now).await.is_ok()
}

/// An administrator whose password was given within the last hour.
#[derive(Debug, Clone)]
pub(in crate::web) struct FreshAdminSession(pub AdminSession);

impl FromRequestParts<AppState> for FreshAdminSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let admin = AdminSession::from_request_parts(parts, app).await?;
        if app.provider.now().since(admin.who.sign_in.auth_time) <= FRESH {
            Ok(Self(admin))
        } else {
            Err(to_sign_in(parts, app, "/login/confirm"))
        }
    }
}

/// Sends a browser to sign in, and back here afterwards. A form that comes too late is not taken: its sender is told why,
/// and comes back to the page where it stood. What was typed waits there, in the browser.
fn to_sign_in(parts: &Parts, app: &AppState, page: &str) -> Response {
    let fetch = parts.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "empty");
    if fetch {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (here, ended) = match &parts.method {
        &Method::GET | &Method::HEAD => (parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned(), ""),
        _ => (form_page(&parts.headers, parts.uri.path(), app), "&ended=1"),
    };
    let request = app.provider.seal(&Destination::Page(here));
    Redirect::to(&format!("{page}?request={request}{ended}")).into_response()
}

/// The page of ours on which a form stood, as the browser says; else where one can begin again.
pub(super) fn form_page(headers: &HeaderMap, path: &str, app: &AppState) -> String {
    let below = |path: &str, top: &str| {
        path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    let referer = headers.get(REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    let from = referer.strip_prefix(&app.site.origin).filter(|from| from.len() <= 2_048);
    match from.filter(|from| below(from, "/portal") || below(from, "/account")) {
        Some(from) => from.to_owned(),
        None if below(path, "/account") => "/account".to_owned(),
        None => "/portal".to_owned(),
    }
}
