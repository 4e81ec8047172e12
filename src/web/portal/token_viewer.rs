//! `/portal/token-viewer`: what a token says.

use crate::web::pages::{Frame, Shell, State};
use askama::Template;

/// A member of a header or of claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Its name.
    pub name: String,
    /// Its value, as JSON.
    pub value: String,
    /// What it means; may be empty.
    pub meaning: String,
}

/// A check, and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// Passed, or not.
    pub state: State,
    /// What was found.
    pub sentence: String,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenShown {
    /// What it is, in a sentence.
    pub kind: String,
    /// What to do about it, if it should not have been pasted; may be empty.
    pub advice: String,
    /// What was checked.
    pub checks: Vec<CheckRow>,
    /// The header.
    pub header: Vec<ClaimRow>,
    /// The claims.
    pub claims: Vec<ClaimRow>,
}

/// *Token Viewer*. Posts `pasted`.
#[derive(Template)]
#[template(path = "portal/token_viewer.html")]
pub struct TokenViewerPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// What was found; none before anything was pasted.
    pub shown: Option<TokenShown>,
}
