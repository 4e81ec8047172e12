//! `/portal/review`: what works and deserves a look all the same.

use crate::web::pages::{Frame, Link, Shell, State, When};
use askama::Template;

/// Findings of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingGroup {
    /// How grave, in a word.
    pub severity: State,
    /// What, in a few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What it is about, and where to mend it.
    pub things: Vec<Link>,
}

/// *Security Review*.
#[derive(Template)]
#[template(path = "portal/review.html")]
pub struct ReviewPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// When it was made.
    pub checked: When,
    /// The gravest first.
    pub groups: Vec<FindingGroup>,
}
