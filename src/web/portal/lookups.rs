//! `/portal/roles`, `/portal/keys`, `/portal/audit`: lists to look at.

use super::client_edit::ConflictField;
use super::list::Pager;
use crate::web::pages::{Choice, Frame, Shell, State, When};
use askama::Template;

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// Its id, as tokens have it.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it may do.
    pub description: String,
    /// Whether every tenant has it.
    pub built_in: bool,
}

/// *Roles*.
#[derive(Template)]
#[template(path = "portal/roles.html")]
pub struct RolesPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// All roles.
    pub rows: Vec<RoleRow>,
}

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
}

/// *Signing Keys*.
#[derive(Template)]
#[template(path = "portal/keys.html")]
pub struct KeysPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// How rotation goes.
    pub summary: String,
    /// Where the public parts are.
    pub jwks_url: String,
    /// All keys.
    pub rows: Vec<KeyRow>,
}

/// An entry of the audit log.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Its number.
    pub id: String,
    /// What, in words.
    pub action: String,
    /// On what: kind and name.
    pub target: String,
    /// Its page; empty if it has none any more.
    pub href: String,
    /// Who.
    pub actor: String,
    /// From which address; empty at a terminal.
    pub address: String,
    /// When.
    pub when: When,
    /// Before and after.
    pub changes: Vec<ConflictField>,
}

/// *Audit Log*.
#[derive(Template)]
#[template(path = "portal/audit.html")]
pub struct AuditPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// What it can be narrowed to.
    pub kinds: Vec<Choice>,
    /// What the filter holds.
    pub query: String,
    /// “48 entries”.
    pub hits: String,
    /// One page, newest first.
    pub rows: Vec<AuditEntry>,
    /// Which page.
    pub pager: Pager,
}
