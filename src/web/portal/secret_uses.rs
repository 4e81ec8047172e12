//! `/portal/clients/{id}/secrets/{secret}/use` and `…/leaked`.

use crate::web::pages::{Frame, Shell, When};
use askama::Template;

/// How a secret was used from one address on one day.
#[derive(Debug, Clone)]
pub struct UseLine {
    /// The day, UTC.
    pub day: String,
    /// From where.
    pub address: String,
    /// How often.
    pub uses: i64,
    /// The last time.
    pub last: When,
}

/// From where a secret was used; with what to do about it when it leaked. Posts `reason` and `end_sign_ins`.
#[derive(Template)]
#[template(path = "portal/secret_use.html")]
pub struct SecretUsePage {
    /// Theme, form token.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The client.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// The secret.
    pub secret_id: String,
    /// What it is for.
    pub description: String,
    /// Whether it leaked.
    pub leaked: bool,
    /// Whether people sign in to the client.
    pub has_sign_ins: bool,
    /// How long access tokens that are out go on working.
    pub token_lifetime: String,
    /// The latest use first.
    pub lines: Vec<UseLine>,
}
