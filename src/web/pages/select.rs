//! `/login/select`: as whom?

use super::{App, Frame, Person};
use askama::Template;

/// An account that is signed in on this browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the form sends as `account`.
    pub id: String,
    /// Whose it is.
    pub person: Person,
}

/// *Choose an account*. Posts `account` (empty: another one) and the sealed `request`.
#[derive(Template, Default)]
#[template(path = "pages/select.html")]
pub struct SelectPage {
    /// Theme and form token.
    pub frame: Frame,
    /// The sealed request.
    pub request: String,
    /// The app that asks, if one does.
    pub app: Option<App>,
    /// Who is signed in here.
    pub accounts: Vec<Account>,
}
