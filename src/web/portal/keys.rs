//! `/portal/keys…`: the keys that sign.

use crate::web::pages::{Frame, Shell, State};
use askama::Template;

/// A signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// `kid`.
    pub id: String,
    /// RS256, ES256, `EdDSA`.
    pub algorithm: &'static str,
    /// Active, Next, Retiring.
    pub state: State,
    /// What that means, with dates.
    pub meaning: String,
    /// Whether it can be let sign now.
    pub can_activate: bool,
}

/// *Signing Keys*.
#[derive(Template)]
#[template(path = "portal/keys.html")]
pub struct KeysPage {
    /// Theme, form token, messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// How rotation goes.
    pub summary: String,
    /// How long apps may keep the published keys.
    pub cache_time: String,
    /// Where the public parts are.
    pub jwks_url: String,
    /// All keys.
    pub rows: Vec<KeyRow>,
}

/// *Revoke key*: the id is typed first. Posts `confirm_kid`.
#[derive(Template)]
#[template(path = "portal/key_revoke.html")]
pub struct RevokeKeyPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Which.
    pub key: KeyRow,
}
