//! `/setup`: the first administrator.

use super::Frame;
use askama::Template;

/// The form behind the set-up link. Posts `code`, `name`, `email`, `password`.
#[derive(Template, Default)]
#[template(path = "pages/setup.html")]
pub struct SetupPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Filled in from the link.
    pub code: String,
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
}
