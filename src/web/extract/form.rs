//! Forms that prove to be ours.

use super::session::{form_page, session_of};
use crate::flows::SignIn;
use crate::web::cookies;
use crate::web::errors;
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

/// The guard of forms: binds them to the browser that they were shown to, signed in or not.
#[derive(Debug, Clone)]
pub(in crate::web) struct FormGuard {
    /// What a form on the page must carry in its field `csrf`.
    pub token: String,
    cookie: Option<HeaderValue>,
}

impl FormGuard {
    /// Puts the cookie on an answer, if the browser does not have it yet.
    pub(in crate::web) fn onto(&self, mut response: Response) -> Response {
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
pub(in crate::web) struct ProtectedForm(Vec<(String, String)>);

impl ProtectedForm {
    /// The value of a field; empty if absent.
    pub(in crate::web) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a repeated field.
    pub(in crate::web) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box is ticked.
    pub(in crate::web) fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The lines of a text area.
    pub(in crate::web) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(ToOwned::to_owned).collect()
    }
}

impl FromRequest<AppState> for ProtectedForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Response> {
        if let Some(refusal) = other_site(request.headers(), app) {
            return Err(refusal);
        }
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let back = page_again(&parts.headers, &path, app);
        let cookie = cookies::read(&parts.headers, cookies::form_name(&app.site)).unwrap_or_default().to_owned();
        let session = session_of(&mut parts, app).await?;
        if !is_form(&parts.headers) {
            return Err(errors::unreadable_form(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(Request::from_parts(parts, body), app).await;
        let body = body.map_err(|refused| errors::unreadable_form(refused.status()))?;
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        // PostgreSQL cannot store NUL; nothing that people type holds it.
        if fields.len() > 100 || fields.iter().any(|(_, value)| value.contains('\0')) {
            return Err(errors::unreadable_form(StatusCode::BAD_REQUEST));
        }
        let form = Self(fields);
        if is_ours(app, &cookie, session.as_ref(), form.text("csrf")) {
            return Ok(form);
        }
        let before_session = is_ours(app, &cookie, None, form.text("csrf"));
        Err(shown_again(&path, &form, before_session, app).unwrap_or_else(|| too_old(back)))
    }
}

/// A page between an app and its answer whose form is too old, such as one in a tab that waited while somebody signed in
/// in another: it is asked for again, and shows a new form or goes on to the app. Nothing else comes of the old one.
fn shown_again(path: &str, form: &ProtectedForm, before_session: bool, app: &AppState) -> Option<Response> {
    let request = match path {
        "/login" | "/login/confirm" | "/login/select" => form.text("request"),
        "/consent" => form.text("sealed"),
        _ => return None,
    };
    let waits = app.provider.unseal(request).is_some();
    match path {
        _ if waits => Some(Redirect::to(&format!("{path}?request={request}")).into_response()),
        "/login" if before_session => Some(Redirect::to(path).into_response()),
        _ => None,
    }
}

/// Whether a body is said to be a form: by the media type alone, in any case, whatever parameters stand behind it
/// (RFC 9110 8.3.1).
pub(in crate::web) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// The refusal of a form of another site.
pub(super) fn other_site(headers: &HeaderMap, app: &AppState) -> Option<Response> {
    let same = is_same_origin(headers, &app.site.origin);
    (!same).then(|| errors::form_refused("the form came from another site", None))
}

/// Refuses a form whose token is not that of this browser and session.
pub(super) async fn proves_to_be_ours(parts: &mut Parts, app: &AppState, token: &str) -> Result<(), Response> {
    let cookie = cookies::read(&parts.headers, cookies::form_name(&app.site)).unwrap_or_default().to_owned();
    let session = session_of(parts, app).await?;
    let back = page_again(&parts.headers, parts.uri.path(), app);
    if is_ours(app, &cookie, session.as_ref(), token) { Ok(()) } else { Err(too_old(back)) }
}

/// Whether a form's token was made for this browser and session.
fn is_ours(app: &AppState, cookie: &str, session: Option<&SignIn>, token: &str) -> bool {
    !cookie.is_empty() && app.provider.is_form_token(&binding(cookie, session), token)
}

fn too_old(back: Option<String>) -> Response {
    errors::form_refused("the form is too old, or was made for another sign-in", back)
}

/// Where a form of the portal or of the account can be opened anew.
fn page_again(headers: &HeaderMap, path: &str, app: &AppState) -> Option<String> {
    (path.starts_with("/portal") || path.starts_with("/account")).then(|| form_page(headers, path, app))
}

/// Browsers say where a form comes from; what they say must not be another site.
fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    matches!(site, None | Some(b"same-origin" | b"none")) && origin.is_none_or(|origin| origin == own.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_told_by_its_media_type() {
        for (kind, expected) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-URLencoded ; charset=UTF-8", true),
            ("application/x-www-form-urlencoded-not", false),
            ("application/json", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
            assert_eq!(is_form(&headers), expected, "{kind}");
        }
        assert!(!is_form(&HeaderMap::new()));
    }

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
