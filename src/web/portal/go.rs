//! `/portal/go`: the way to any page, client or user by a few letters.

use crate::web::pages::{Frame, Shell};
use askama::Template;

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its icon.
    pub icon: &'static str,
    /// What it is called.
    pub label: String,
    /// What kind of thing it is, and its id.
    pub detail: String,
    /// Where it is.
    pub href: String,
}

/// *Go to*.
#[derive(Template)]
#[template(path = "portal/go.html")]
pub struct GoPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// What was typed.
    pub query: String,
    /// How much was found, in words.
    pub hits: String,
    /// What was found, the best first.
    pub places: Vec<Place>,
}
