//! *Client Successfully Created*: the only answer that ever holds a secret.

use crate::redacted::Redacted;
use crate::web::pages::{Frame, Shell};
use askama::Template;

/// A secret, once.
#[derive(Debug, Clone)]
pub struct NewSecretView {
    /// The value.
    pub value: Redacted<String>,
    /// “Expires 2027-11-24”, or that it never does.
    pub end: String,
    /// A page that says that it was shown once: what Back and reload lead to.
    pub shown_href: String,
}

/// What stands under the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreatedKind {
    /// Client-credentials: get a token right here.
    TryToken,
    /// Authorization code: there is no secret.
    Pkce,
    /// Hybrid: one step left.
    NeedsSecret,
    /// One more secret for a hybrid client.
    Secret,
}

/// The window with the Client Id and, where there is one, the Client Secret. To be answered with `no-store`.
#[derive(Template)]
#[template(path = "portal/created.html")]
pub struct CreatedPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Heading and title.
    pub title: &'static str,
    /// What stands under the values.
    pub kind: CreatedKind,
    /// Its name.
    pub client_name: String,
    /// Client Id.
    pub client_id: String,
    /// Client Secret.
    pub secret: Option<NewSecretView>,
    /// The token endpoint.
    pub token_url: String,
    /// Where Close leads.
    pub close_href: String,
}

impl CreatedPage {
    /// The window's title when a client was added.
    pub const CLIENT: &str = "Client Successfully Created";
    /// The window's title when a secret was added to a client.
    pub const SECRET: &str = "Secret Successfully Created";

    /// A command that asks for a token. The values come from the environment, so that they stay out of the history.
    fn curl(&self) -> String {
        format!(
            "curl -sS {} \\\n  -d grant_type=client_credentials \\\n  -u \"$PORTCULLIS_CLIENT_ID:$PORTCULLIS_CLIENT_SECRET\"",
            self.token_url
        )
    }
}
