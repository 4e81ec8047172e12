//! `/portal/roles…`: roles of the account, and who holds them.

use crate::web::pages::{Frame, Shell};
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
    /// Theme and messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// All roles.
    pub rows: Vec<RoleRow>,
}

/// *Add Role* or *Edit Role*. Posts `name`, `description`, and `was_name`, `was_description` where there was one.
#[derive(Template)]
#[template(path = "portal/role_edit.html")]
pub struct EditRolePage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// “Add Role” or “Edit Role”.
    pub title: &'static str,
    /// Where the form goes.
    pub action: String,
    /// The button: Add or Save.
    pub button: &'static str,
    /// As typed.
    pub name: String,
    /// As typed.
    pub description: String,
    /// The role when the form was opened: name and description; none for a new one.
    pub before: Option<(String, String)>,
    /// Where Cancel leads.
    pub cancel_href: String,
}

/// Someone who holds the role, or could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRow {
    /// `user` or `client`.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail of a user, id of a client.
    pub detail: String,
    /// Its page.
    pub href: String,
}

/// *Manage Identities*. Posts `kind`, `id` and `held` (`true` to give, `false` to take away).
#[derive(Template)]
#[template(path = "portal/role.html")]
pub struct RolePage {
    /// Theme, form token, messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The role.
    pub role: RoleRow,
    /// Whether everybody holds it: Account Member.
    pub everybody: bool,
    /// Users who hold it.
    pub users: Vec<IdentityRow>,
    /// “3 users”, also if not all are shown.
    pub user_count: String,
    /// Clients that hold it.
    pub clients: Vec<IdentityRow>,
    /// “3 clients”.
    pub client_count: String,
    /// What was looked for.
    pub query: String,
    /// Who was found and does not hold it.
    pub found: Vec<IdentityRow>,
    /// What the role looks like in a token, as JSON.
    pub claim: String,
}
