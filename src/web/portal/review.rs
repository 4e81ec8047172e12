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
    pub things: Vec<FindingLine>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLine {
    /// What it is about, and where to mend it.
    pub link: Link,
    /// Where to say that it is lived with; empty for whoever may only look.
    pub accept_href: String,
}

/// A finding that is lived with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedLine {
    /// What, in a few words.
    pub title: String,
    /// What it is about.
    pub link: Link,
    /// Until when.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// The fields that say which finding: name and value.
    pub key: [(&'static str, String); 3],
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
    /// What is lived with.
    pub accepted: Vec<AcceptedLine>,
}

/// *Accept until…*. Posts `kind`, `id`, `detail`, `expires_on`, `description`.
#[derive(Template)]
#[template(path = "portal/review_accept.html")]
pub struct AcceptFindingPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// What, in a few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What it is about.
    pub about: String,
    /// The fields that say which finding: name and value.
    pub key: [(&'static str, String); 3],
    /// As typed.
    pub until: String,
    /// As typed.
    pub reason: String,
}
