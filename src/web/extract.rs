//! What handlers take out of requests. A value that exists has been checked.

use super::cookies;
use super::layers::{ClientAddress, Reference};
use super::state::AppState;
use crate::flows::admin::Administrator;
use crate::flows::{Destination, Portal, SESSION_SIGN_IN, SignIn, SignedIn};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use std::borrow::Cow;
use tower_sessions::Session;

/// The guard of forms: binds them to the browser that they were shown to, signed in or not.
#[derive(Debug, Clone)]
pub(super) struct FormGuard {
    /// What a form on the page must carry in its field `csrf`.
    pub token: String,
    cookie: Option<HeaderValue>,
}

impl FormGuard {
    /// Puts the cookie on an answer, if the browser does not have it yet.
    pub(super) fn onto(&self, mut response: Response) -> Response {
        if let Some(cookie) = &self.cookie {
            response.headers_mut().append(SET_COOKIE, cookie.clone());
        }
        response
    }
}

impl FromRequestParts<AppState> for FormGuard {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let name = cookies::form_name(&app.site);
        let known = cookies::read(&parts.headers, name).filter(|value| value.len() == 43).map(ToOwned::to_owned);
        let value = known.clone().unwrap_or_else(|| app.provider.random().base64url::<32>());
        let session = session_of(parts, app).await?;
        let token = app.provider.form_token(&binding(&value, session.as_ref()));
        let cookie = if known.is_none() { cookies::set(&app.site, name, &value) } else { None };
        Ok(Self { token, cookie })
    }
}

/// What a form's token is bound to: the browser's cookie, and the session if there is one.
fn binding(cookie: &str, session: Option<&SignIn>) -> String {
    format!("{cookie}:{}", session.map_or("", |sign_in| sign_in.sid.as_str()))
}

/// The fields of a form that proved to be ours.
#[derive(Debug, Clone, Default)]
pub(super) struct ProtectedForm(Vec<(String, String)>);

impl ProtectedForm {
    /// The value of a field; empty if absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a repeated field.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The lines of a text area.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(ToOwned::to_owned).collect()
    }
}

impl FromRequest<AppState> for ProtectedForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Response> {
        if !is_same_origin(request.headers(), &app.site.origin) {
            return Err(forbidden("the form came from another site"));
        }
        let (mut parts, body) = request.into_parts();
        let cookie = cookies::read(&parts.headers, cookies::form_name(&app.site)).unwrap_or_default().to_owned();
        let session = session_of(&mut parts, app).await?;
        let is_form = parts
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        if !is_form {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let body =
            Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(IntoResponse::into_response)?;
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        // PostgreSQL cannot store NUL; nothing that people type holds it.
        if fields.len() > 100 || fields.iter().any(|(_, value)| value.contains('\0')) {
            return Err(StatusCode::BAD_REQUEST.into_response());
        }
        let form = Self(fields);
        if cookie.is_empty() || !app.provider.is_form_token(&binding(&cookie, session.as_ref()), form.text("csrf")) {
            return Err(forbidden("the form is too old, or was made for another sign-in"));
        }
        Ok(form)
    }
}

/// Browsers say where a form comes from; what they say must not be another site.
fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    matches!(site, None | Some(b"same-origin" | b"none")) && origin.is_none_or(|origin| origin == own.as_bytes())
}

fn forbidden(why: &str) -> Response {
    tracing::info!(event = "form.refused", reason = why);
    let page = axum::response::Html(
        "<!doctype html><html lang=\"en\"><title>Error: This form is out of date - Portcullis</title>\
         <h1>This form is out of date</h1><p>Nothing was changed. Go back, reload the page and send the form again.</p></html>",
    );
    (StatusCode::FORBIDDEN, page).into_response()
}

/// The sign-in that the browser's session remembers. Not yet compared with the account: see [`Visitor`].
async fn session_of(parts: &mut Parts, app: &AppState) -> Result<Option<SignIn>, Response> {
    let Ok(session) = Session::from_request_parts(parts, app).await else { return Ok(None) };
    session.get::<SignIn>(SESSION_SIGN_IN).await.map_err(|error| {
        tracing::error!(event = "session.failed", %error);
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

/// Whoever sits at the browser: signed in, or not. Accounts that are gone or disabled are signed out.
#[derive(Debug, Clone)]
pub(super) struct Visitor(pub Option<SignedIn>);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let Some(sign_in) = session_of(parts, app).await? else { return Ok(Self(None)) };
        app.provider.signed_in(sign_in).await.map(Self).map_err(|error| super::errors::storage_page(&error))
    }
}

/// An Account Administrator in the portal. Others get the 403 page, strangers the sign-in page.
#[derive(Debug, Clone)]
pub(super) struct AdminSession {
    pub administrator: Administrator,
    pub who: SignedIn,
}

/// Seconds for which a sign-in is fresh enough to touch secrets.
const FRESH: i64 = 3_600;

impl FromRequestParts<AppState> for AdminSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let Visitor(Some(who)) = Visitor::from_request_parts(parts, app).await? else {
            return Err(to_sign_in(parts, app));
        };
        let ClientAddress(address) =
            parts.extensions.get().cloned().unwrap_or(ClientAddress(std::net::Ipv4Addr::UNSPECIFIED.into()));
        let reference =
            parts.extensions.get::<Reference>().map(|reference| reference.as_str().to_owned()).unwrap_or_default();
        match who.portal(address.to_string(), reference) {
            Portal::Open(administrator) => Ok(Self { administrator, who }),
            Portal::Closed => {
                tracing::info!(event = "admin.denied", user = who.user.id.as_str());
                Err(super::errors::not_an_administrator(&who))
            }
        }
    }
}

/// An administrator whose password was given within the last hour.
#[derive(Debug, Clone)]
pub(super) struct FreshAdminSession(pub AdminSession);

impl FromRequestParts<AppState> for FreshAdminSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let admin = AdminSession::from_request_parts(parts, app).await?;
        if app.provider.now().since(admin.who.sign_in.auth_time) <= FRESH {
            Ok(Self(admin))
        } else {
            Err(to_sign_in(parts, app))
        }
    }
}

/// Sends a browser to sign in, and back here afterwards. A form that comes too late goes back to its page by GET.
fn to_sign_in(parts: &Parts, app: &AppState) -> Response {
    let fetch = parts.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "empty");
    if fetch {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
    let here = if parts.method == Method::GET || parts.method == Method::HEAD {
        Cow::from(here)
    } else {
        Cow::from("/portal")
    };
    let request = app.provider.seal(&Destination::Page(here.into_owned()));
    Redirect::to(&app.path(&format!("/login?request={request}"))).into_response()
}

/// The browser's name for itself, cut to 256 characters.
pub(super) fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        let own = "https://id.example.com";
        let rows = [
            (None, None, true),
            (Some("same-origin"), Some(own), true),
            (Some("none"), None, true),
            (None, Some(own), true),
            (Some("cross-site"), None, false),
            (Some("same-site"), Some("https://app.example.com"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
            (Some("same-origin"), Some("http://id.example.com"), false),
        ];
        for (site, origin, expected) in rows {
            let mut headers = HeaderMap::new();
            site.map(|site| headers.insert("sec-fetch-site", HeaderValue::from_static(site)));
            origin.map(|origin| headers.insert(ORIGIN, HeaderValue::from_static(origin)));
            assert_eq!(is_same_origin(&headers, own), expected, "{site:?} {origin:?}");
        }
    }
}
