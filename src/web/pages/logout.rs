//! `/logout` and `/logged-out`: the way out.

use super::{Frame, Link, Person, State};
use askama::Template;

/// *Sign out of Portcullis?* Posts `decision` (`sign-out`, `stay`) and the sealed `request`.
#[derive(Template, Default)]
#[template(path = "pages/logout.html")]
pub struct LogoutPage {
    /// Theme and form token.
    pub frame: Frame,
    /// The sealed logout request; empty if no app asked.
    pub request: String,
    /// Who is signed in.
    pub person: Person,
}

/// An app that was told of the sign-out, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldApp {
    /// Its name.
    pub name: String,
    /// Whether it was told.
    pub state: State,
}

/// *You are signed out*; also for those who were so before.
#[derive(Template, Default)]
#[template(path = "pages/logged_out.html")]
pub struct LoggedOutPage {
    /// Theme.
    pub frame: Frame,
    /// The apps that were used.
    pub apps: Vec<ToldApp>,
    /// The way back to the app, if known.
    pub back: Option<Link>,
    /// Why we did not lead back to the app, for its developer; may be empty.
    pub developer_note: String,
}
