//! `/portal/clients/{id}/edit` and `…/roles`.

use super::client_add::{RoleChoice, cors_hint, lifetime_words};
use crate::oauth::ClientType;
use crate::web::pages::{Choice, Frame, Shell, When};
use askama::Template;

/// What is folded under *Advanced*.
#[derive(Debug, Clone, Default)]
pub struct AdvancedFields {
    /// Unfolded: something in it is wrong, or not as usual.
    pub open: bool,
    /// Home URL, as typed.
    pub client_uri: String,
    /// Logo URL, as typed.
    pub logo_uri: String,
    /// When people are asked.
    pub consent: Vec<Choice>,
    /// When PKCE is required; hybrid.
    pub pkce: Vec<Choice>,
    /// How the client authenticates.
    pub auth_method: Vec<Choice>,
    /// What signs its access tokens.
    pub algorithm: Vec<Choice>,
    /// Whether `token` may be in response types; hybrid.
    pub access_tokens_via_browser: bool,
    /// Whether there are refresh tokens; authorization code.
    pub allow_offline_access: bool,
}

/// A field that two people changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictField {
    /// Its label.
    pub label: String,
    /// What this person entered.
    pub mine: String,
    /// What is stored.
    pub theirs: String,
}

/// Somebody saved in the meantime.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// Who.
    pub who: String,
    /// When.
    pub when: When,
    /// Where the two differ.
    pub fields: Vec<ConflictField>,
}

/// *Edit Client*. Posts `version`, `name`, `token_lifetime`, and by type what *Add Client* does; from *Advanced*
/// `client_uri`, `logo_uri`, `consent`, `pkce`, `auth_method`, `access_token_algorithm`, `access_tokens_via_browser`,
/// `allow_offline_access`.
#[derive(Template)]
#[template(path = "portal/client_edit.html")]
pub struct EditClientPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Client Id.
    pub client_id: String,
    /// The name it has until Save.
    pub stored_name: String,
    /// The version that the form was made from; after a conflict, the newest.
    pub version: i64,
    /// Which fields there are.
    pub client_type: ClientType,
    /// As typed.
    pub name: String,
    /// As typed.
    pub token_lifetime: String,
    /// One per line.
    pub redirect_urls: String,
    /// One per line.
    pub logout_redirect_urls: String,
    /// One per line.
    pub cors_origins: String,
    /// Hybrid.
    pub allow_refresh_token: bool,
    /// What is folded.
    pub advanced: AdvancedFields,
    /// Somebody else was faster.
    pub conflict: Option<Conflict>,
}

impl EditClientPage {
    fn lifetime_words(&self) -> String {
        lifetime_words(&self.token_lifetime)
    }

    fn cors_hint(&self) -> String {
        cors_hint(&self.redirect_urls)
    }
}

/// *Manage Roles*. Posts `roles` and `version`.
#[derive(Template)]
#[template(path = "portal/roles_manage.html")]
pub struct ManageRolesPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Whose roles: a client or a user.
    pub owner: String,
    /// `Clients` or `Users`, for the title.
    pub area: &'static str,
    /// Where the form goes.
    pub action: String,
    /// The version that the form was made from.
    pub version: i64,
    /// All roles of the tenant.
    pub roles: Vec<RoleChoice>,
    /// Where Cancel leads.
    pub cancel_href: String,
}
