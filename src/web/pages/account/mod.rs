//! `/account/…`: one's own profile, password, devices, and the apps that have access.

use super::{Frame, Shell, When};
use askama::Template;

/// A claim that people may change, as a text box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimField {
    /// The claim's name (OpenID Connect Core 5.1), also that of the control.
    pub name: &'static str,
    /// The words before the box.
    pub label: &'static str,
    /// What it holds.
    pub value: String,
    /// The token that tells browsers what to fill in; `off` if there is none.
    pub autocomplete: &'static str,
    /// The most characters.
    pub max: usize,
}

/// Claims that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimGroup {
    /// Its heading.
    pub title: &'static str,
    /// A sentence about it; may be empty.
    pub hint: &'static str,
    /// Its claims.
    pub fields: Vec<ClaimField>,
}

/// *My account*. Posts one control per claim.
#[derive(Template)]
#[template(path = "account/overview.html")]
pub struct OverviewPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The tenant's name.
    pub tenant: String,
    /// The names of one's roles.
    pub roles: Vec<String>,
    /// When one signed in.
    pub signed_in: When,
    /// The claims.
    pub groups: Vec<ClaimGroup>,
}

/// *Password*. Posts `current_password` and `password`.
#[derive(Template)]
#[template(path = "account/password.html")]
pub struct PasswordPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// When it was last changed.
    pub changed: When,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What the form's address names.
    pub id: String,
    /// Browser and system, in words.
    pub name: String,
    /// The network address; may be empty.
    pub address: String,
    /// Since when.
    pub signed_in: When,
    /// Last seen.
    pub seen: When,
    /// Whether it is the one being used.
    pub this: bool,
}

/// *Devices*.
#[derive(Template)]
#[template(path = "account/devices.html")]
pub struct DevicesPage {
    /// Theme and form token.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// This one first.
    pub devices: Vec<Device>,
}

/// An app that was allowed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedApp {
    /// What the form's address names.
    pub id: String,
    /// The client's name.
    pub name: String,
    /// Where it lives; may be empty.
    pub host: String,
    /// What it may do, in words.
    pub scopes: Vec<String>,
    /// Since when.
    pub since: When,
    /// Last used, if ever.
    pub used: Option<When>,
}

/// *Apps with access*.
#[derive(Template)]
#[template(path = "account/apps.html")]
pub struct AppsPage {
    /// Theme and form token.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// By name.
    pub apps: Vec<AllowedApp>,
}
