//! `/portal/users…`: people of the account.

use super::client_add::RoleChoice;
use super::clients::RoleLine;
use super::list::{Column, Pager};
use crate::redacted::Redacted;
use crate::web::pages::account::ClaimGroup;
use crate::web::pages::{Fact, Frame, Shell, State, When};
use askama::Template;

/// A user in the list.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// User id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Active, Pending, Disabled.
    pub state: State,
    /// Names of roles beside Account Member.
    pub roles: String,
    /// Last sign-in.
    pub last_sign_in: Option<When>,
}

/// *Users*.
#[derive(Template)]
#[template(path = "portal/users.html")]
pub struct UsersPage {
    /// Theme and messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// What the filter holds.
    pub query: String,
    /// “3 users”.
    pub hits: String,
    /// Heads: Name, E-mail, Status, Roles, Last sign-in.
    pub columns: Vec<Column>,
    /// One page.
    pub rows: Vec<UserRow>,
    /// Which page.
    pub pager: Pager,
}

/// *Add User*. Posts `name`, `email`, `roles`.
#[derive(Template)]
#[template(path = "portal/user_add.html")]
pub struct AddUserPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Makes a second press of the button add nothing.
    pub nonce: String,
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// All roles of the tenant.
    pub roles: Vec<RoleChoice>,
    /// Whether the invitation is mailed.
    pub mails: bool,
}

/// A link that works once, to be passed on. To be answered with `no-store`.
#[derive(Template)]
#[template(path = "portal/user_link.html")]
pub struct UserLinkPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// “User Successfully Created” or “Reset link”.
    pub title: &'static str,
    /// Whose.
    pub email: String,
    /// The link.
    pub link: Redacted<String>,
    /// Until when it works.
    pub until: When,
    /// Whether it was mailed to whom it belongs, too.
    pub mailed: bool,
    /// Where Close leads.
    pub close_href: String,
}

/// A user.
#[derive(Template)]
#[template(path = "portal/user.html")]
pub struct UserPage {
    /// Theme, form token, messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// User id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Letters for the round picture.
    pub initials: String,
    /// Active, Pending, Disabled.
    pub state: State,
    /// Whether they can sign in.
    pub enabled: bool,
    /// Whether it is the person looking.
    pub yourself: bool,
    /// When they were added.
    pub created: When,
    /// Last sign-in.
    pub last_sign_in: Option<When>,
    /// Whether they have not chosen a password yet.
    pub pending: bool,
    /// Whether they are signed in somewhere.
    pub signed_in: bool,
    /// “2 sessions”.
    pub sessions: String,
    /// Their roles.
    pub roles: Vec<RoleLine>,
    /// Their claims, those that are set.
    pub claims: Vec<Fact>,
}

/// *Edit User*. Posts `email`, `name` and one control per claim.
#[derive(Template)]
#[template(path = "portal/user_edit.html")]
pub struct EditUserPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// User id.
    pub id: String,
    /// The name until Save.
    pub stored_name: String,
    /// The version that the form was made from.
    pub version: i64,
    /// As typed.
    pub email: String,
    /// As typed.
    pub name: String,
    /// The claims.
    pub groups: Vec<ClaimGroup>,
}
