//! `/consent`: may this app?

use super::{App, Frame, Person};
use askama::Template;

/// One thing that an app asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    /// What it means, “See your name and e-mail address”.
    pub words: String,
    /// The scopes behind it, for those who know them.
    pub names: String,
    /// Whether it comes on top of what was allowed before.
    pub new: bool,
}

/// The consent form. Posts `decision` (`allow`, `cancel`, `other`) and the sealed `request`.
#[derive(Template, Default)]
#[template(path = "pages/consent.html")]
pub struct ConsentPage {
    /// Theme and form token.
    pub frame: Frame,
    /// The sealed request.
    pub request: String,
    /// The same for *Use another account*.
    pub sealed: String,
    /// The app that asks.
    pub app: App,
    /// Where its logo is served by us; empty if it has none.
    pub logo: String,
    /// A page about the app, as its administrators typed it; may be empty.
    pub home: String,
    /// Who added the app, “Account Administrator of ACME”.
    pub added_by: String,
    /// Who is signed in.
    pub person: Person,
    /// What it asks for.
    pub scopes: Vec<ScopeLine>,
}
