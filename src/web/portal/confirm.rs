//! The question before something that matters: Disable, Enable, Remove. One page for all of them.

use crate::web::pages::{Fact, Frame, Link, Shell};
use askama::Template;

/// A question. Posts `csrf`, and `confirm_name` where the name must be typed.
#[derive(Template)]
#[template(path = "portal/confirm.html")]
pub struct ConfirmPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Verb and object, “Remove secret ‘prod 2025’?”.
    pub title: String,
    /// The end of the title: `Clients`, `Users`.
    pub area: &'static str,
    /// What will happen, and to whom.
    pub sentences: Vec<String>,
    /// Last use and the like.
    pub facts: Vec<Fact>,
    /// Whether the facts say that it is in use.
    pub grave: bool,
    /// The name to type first; empty: none.
    pub type_name: String,
    /// Where the form goes.
    pub action: String,
    /// The verb: Remove, Disable, Enable.
    pub button: &'static str,
    /// Whether it cannot be undone.
    pub danger: bool,
    /// A milder way, such as *Disable instead*.
    pub instead: Option<Link>,
    /// Where Cancel leads.
    pub cancel_href: String,
}

impl ConfirmPage {
    /// Whether to do `verb` to `what`, whose own page is `own`: the form goes below that page, and Cancel back to it. Nothing
    /// is said yet of what comes of it.
    #[must_use]
    pub fn asking(frame: Frame, shell: Shell, area: &'static str, verb: &'static str, what: &str, own: String) -> Self {
        Self {
            frame,
            shell,
            title: format!("{verb} {what}?"),
            area,
            sentences: Vec::new(),
            facts: Vec::new(),
            grave: false,
            type_name: String::new(),
            action: format!("{own}/{}", verb.to_lowercase()),
            button: verb,
            danger: false,
            instead: None,
            cancel_href: own,
        }
    }

    fn type_hint(&self) -> String {
        format!("It was used in the last 7 days. Type its name, {}, to remove it.", self.type_name)
    }
}
