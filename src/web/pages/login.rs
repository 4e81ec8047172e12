//! `/login`: who is it?

use super::Frame;
use askama::Template;

/// The app that a person is on the way to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The client's name.
    pub name: String,
    /// The host of the redirect URL, so that people can notice an app that only pretends; may be empty.
    pub host: String,
    /// Where Cancel leads; empty if there is no way back.
    pub cancel: String,
}

/// The sign-in form. Posts `email`, `password` and the sealed `request`.
#[derive(Template, Default)]
#[template(path = "pages/login.html")]
pub struct LoginPage {
    /// Theme, form token, mistakes. Too many tries is a mistake too.
    pub frame: Frame,
    /// The sealed request; empty if nobody was on the way to anywhere.
    pub request: String,
    /// As typed, or hinted by the app.
    pub email: String,
    /// The app that asks, if one does.
    pub app: Option<App>,
    /// Whether somebody is signed in who is asked to prove it once more.
    pub again: bool,
}

impl LoginPage {
    /// The heading.
    const fn heading(&self) -> &'static str {
        if self.again { "Confirm it’s you" } else { "Sign in" }
    }

    /// Where a forgotten password leads, with what is known here.
    fn forgot_href(&self) -> String {
        forgot_href(&self.request, &self.email)
    }
}

/// Where a forgotten password leads: the address need not be typed again, and the way to the app is not lost.
pub(super) fn forgot_href(request: &str, email: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("request", request), ("email", email)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { "/password/forgot".to_owned() } else { format!("/password/forgot?{query}") }
}

/// The address of a page of ours, with the sealed request along if there is one. It may be what somebody typed: it is
/// escaped.
#[must_use]
pub fn carrying(page: &str, request: &str) -> String {
    if request.is_empty() {
        return page.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("request", request).finish();
    format!("{page}?{query}")
}
