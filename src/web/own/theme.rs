//! `/theme`: light, dark, or as the system has it.

use crate::web::cookies;
use crate::web::extract::ProtectedForm;
use crate::web::pages::Theme;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::{REFERER, SET_COOKIE};

/// Remembers the choice in a cookie, and goes back to where it was made.
pub(super) async fn take(State(app): State<AppState>, headers: HeaderMap, form: ProtectedForm) -> Response {
    let theme = Theme::parse(form.text("theme"));
    // The Referer is ours: the form was checked to be. Only its path is taken, so that it cannot lead elsewhere.
    let back = headers
        .get(REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|text| text.strip_prefix(&app.site.origin));
    let back = back.filter(|path| path.starts_with('/') && !path.starts_with("//")).unwrap_or("/account");
    let mut response = Redirect::to(back).into_response();
    if let Some(cookie) = cookies::remember(&app.site, cookies::THEME, theme.as_str()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
