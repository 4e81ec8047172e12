//! `/portal/audit…`: who changed what.

use super::client_edit::ConflictField;
use super::list::Pager;
use crate::web::pages::{Choice, Fact, Frame, Shell, State, When};
use askama::Template;

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

/// The chain that the entries are sealed into.
#[derive(Debug, Clone)]
pub struct ChainView {
    /// Unbroken, or Broken.
    pub state: State,
    /// “since 2026-01-02, 48 211 entries”.
    pub summary: String,
    /// When that was looked at; none: not yet.
    pub checked: Option<When>,
    /// What is wrong.
    pub faults: Vec<String>,
}

/// *Audit Log*.
#[derive(Template)]
#[template(path = "portal/audit.html")]
pub struct AuditPage {
    /// Theme, form token, messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The chain.
    pub chain: ChainView,
    /// What it can be narrowed to.
    pub kinds: Vec<Choice>,
    /// What the filter holds.
    pub query: String,
    /// From this day on; may be empty.
    pub since: String,
    /// To this day; may be empty.
    pub until: String,
    /// What is shown, in words.
    pub hits: String,
    /// One page, newest first.
    pub rows: Vec<AuditEntry>,
    /// Which page.
    pub pager: Pager,
    /// The same entries as JSON lines.
    pub jsonl_href: String,
    /// The same as CSV.
    pub csv_href: String,
}

/// One entry, whole.
#[derive(Template)]
#[template(path = "portal/audit_entry.html")]
pub struct AuditEntryPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The entry.
    pub entry: AuditEntry,
    /// Everything else that there is of it.
    pub facts: Vec<Fact>,
    /// More entries on the same thing.
    pub more_href: String,
}
