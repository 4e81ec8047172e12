//! `/portal/clients/{id}/secrets/…`: add, edit, and the answer to asking for a secret twice.

use crate::web::pages::{Choice, Frame, Link, Mark, Shell, State, When};
use askama::Template;

/// A secret in the pane. Never its value.
#[derive(Debug, Clone)]
pub struct SecretRow {
    /// Its number within the client.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// Its last four characters.
    pub hint: String,
    /// Active, Expiring, Expired, Disabled.
    pub state: State,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether it ends within seven days, or has.
    pub urgent: bool,
    /// When it was added.
    pub created: When,
    /// When it ends; none: never.
    pub expires: Option<When>,
    /// “in 7 days”, where that is near; may be empty.
    pub distance: String,
    /// Last successful use.
    pub last_used: Option<When>,
    /// From which address; may be empty.
    pub last_used_from: String,
    /// How often lately, and from how many addresses; may be empty.
    pub uses: String,
}

impl SecretRow {
    /// Whether it is time for another one to take its place.
    pub(super) fn rotates(&self) -> bool {
        self.enabled && self.state.mark == Mark::Warning
    }
}

/// What step 1 of *Add Client* left for step 2 to carry. Nothing of it is stored yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientDraft {
    /// Name.
    pub name: String,
    /// Role ids.
    pub roles: Vec<String>,
    /// As typed.
    pub token_lifetime: String,
    /// Whether the person said that the name may be there twice.
    pub allow_same_name: bool,
}

/// *Add Secret*: step 2 of adding a client-credentials client, or one more secret for a client. Posts `description`,
/// `expires_on`, `never_expires`, `step` (`add`, `back`), and the draft.
#[derive(Template)]
#[template(path = "portal/secret_add.html")]
pub struct AddSecretPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Makes a second press of the button add nothing.
    pub nonce: String,
    /// The client, or the name it will have.
    pub client_name: String,
    /// The client that is being added; none: it exists.
    pub first: Option<ClientDraft>,
    /// Where the form goes.
    pub action: String,
    /// As typed; suggested first.
    pub description: String,
    /// A day, `2027-11-24`.
    pub expires_on: String,
    /// Whether it wins over the day.
    pub never_expires: bool,
    /// Days to choose by one click, with JavaScript.
    pub presets: Vec<Choice>,
    /// Where Cancel leads.
    pub cancel_href: String,
    /// Secrets that nobody uses, the first the longest: shown when there is no room for another.
    pub unused: Vec<Link>,
}

/// *Edit Secret*. Posts `description`, `expires_on`, `never_expires`.
#[derive(Template)]
#[template(path = "portal/secret_edit.html")]
pub struct EditSecretPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The client.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// The secret.
    pub secret_id: String,
    /// Its last four characters.
    pub hint: String,
    /// As typed, or as it is.
    pub description: String,
    /// A day.
    pub expires_on: String,
    /// Whether it wins over the day.
    pub never_expires: bool,
    /// Whether to advise a new secret instead: near the end.
    pub rotate: bool,
}

/// The answer to a form that was sent before, or to Back.
#[derive(Template)]
#[template(path = "portal/secret_gone.html")]
pub struct SecretGonePage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The client, if it is known; may be empty.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// The secret that was shown; may be empty.
    pub secret_id: String,
}
