//! `/login/confirm`: still the same person?

use super::{App, Frame, Person};
use askama::Template;

/// *Confirm it's you*. Posts `password` and the sealed `request`.
#[derive(Template, Default)]
#[template(path = "pages/confirm_identity.html")]
pub struct ConfirmIdentityPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// The sealed request.
    pub request: String,
    /// Who is signed in.
    pub person: Person,
    /// Why we ask, in one sentence.
    pub reason: String,
    /// The app that asks, if one does.
    pub app: Option<App>,
}

impl ConfirmIdentityPage {
    fn forgot_href(&self) -> String {
        super::login::forgot_href(&self.request, &self.person.email)
    }
}
