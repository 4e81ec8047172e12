//! `/portal/system` and `/portal/settings`: how the server is, and what it was told.

use crate::web::pages::{Fact, Frame, Shell, State, When};
use askama::Template;

/// One thing, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthRow {
    /// What.
    pub name: String,
    /// Well, or not.
    pub state: State,
    /// How it is, and what to do.
    pub sentence: String,
}

/// *System Health*.
#[derive(Template)]
#[template(path = "portal/system.html")]
pub struct SystemPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Whether a test mail can be asked for.
    pub mails: bool,
    /// All well, or not.
    pub state: State,
    /// When it was looked at.
    pub checked: When,
    /// Thing by thing.
    pub rows: Vec<HealthRow>,
    /// Version and the like.
    pub facts: Vec<Fact>,
    /// All of it as text, for a report. No secret is in it.
    pub report: String,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// Its name in the settings file.
    pub path: String,
    /// Its value; what is secret is hidden.
    pub value: String,
    /// Where that came from.
    pub origin: String,
    /// Whether somebody gave it.
    pub given: bool,
    /// What it does.
    pub about: String,
}

/// *Settings*.
#[derive(Template)]
#[template(path = "portal/settings.html")]
pub struct SettingsPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// All of them.
    pub rows: Vec<SettingRow>,
}
