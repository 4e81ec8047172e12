//! `/portal/clients`: the list and, beside it, what is known of the chosen client.

use super::activity::ActivityView;
use super::list::{Column, Pager};
use super::quick_start::QuickStartView;
use super::secrets::SecretRow;
use crate::oauth::ClientType;
use crate::web::pages::{Choice, Frame, Link, Shell, State, When, duration};
use askama::Template;

/// *Clients*, with a client chosen or with information on the type.
#[derive(Template)]
#[template(path = "portal/clients.html")]
pub struct ClientsPage {
    /// Theme and messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The list.
    pub list: ClientListView,
    /// The chosen client.
    pub selected: Option<ClientPane>,
    /// The type that is explained while no client is chosen; none: which type is for what.
    pub information: Option<ClientType>,
    /// Whether the client is shown without the list.
    pub alone: bool,
}

/// What a type of client is for, in user words.
const fn purpose(client_type: ClientType) -> &'static str {
    match client_type {
        ClientType::ClientCredentials => {
            "A service, script or device with no user. It has a secret, and roles of its own."
        }
        ClientType::AuthorizationCode => {
            "A browser or mobile app that cannot keep a secret. People sign in, and the app proves itself with PKCE."
        }
        ClientType::Hybrid => {
            "A web app with a server, or a native app with one. People sign in, and the server has a secret."
        }
    }
}

/// The list and its tools. All of its state is in the addresses.
#[derive(Debug, Clone, Default)]
pub struct ClientListView {
    /// The Client Type list: the three types, then *All types*.
    pub types: Vec<Choice>,
    /// What the filter holds.
    pub query: String,
    /// The Status list.
    pub statuses: Vec<Choice>,
    /// The column that is sorted by, if not the default.
    pub sort: Option<String>,
    /// `asc` or `desc`.
    pub dir: String,
    /// Where **Add Client** leads.
    pub add_href: String,
    /// “3 clients”.
    pub hits: String,
    /// Matches in other types.
    pub elsewhere: Vec<Link>,
    /// Whether a filter or a status is set.
    pub filtered: bool,
    /// What was searched, when nothing was found.
    pub searched: String,
    /// The list without filter.
    pub clear_href: String,
    /// Heading when there is no client of this type.
    pub empty_title: String,
    /// What such clients are for.
    pub empty_text: String,
    /// What the table is, for those who do not see it.
    pub caption: String,
    /// The heads of the columns, in the order of the cells.
    pub columns: Vec<Column>,
    /// Whether there is a column for the type.
    pub shows_type: bool,
    /// The head of the third column: Secrets, or Redirect URLs.
    pub summary_label: String,
    /// One page of clients.
    pub rows: Vec<ClientRow>,
    /// Which page.
    pub pager: Pager,
}

/// A client in the list.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// Client Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its address, with the state of the list.
    pub href: String,
    /// Whether it is the chosen one.
    pub selected: bool,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Its type in words.
    pub type_label: &'static str,
    /// The state of its secrets, if it has any to have.
    pub secrets: Option<State>,
    /// Otherwise its redirect URLs: the first and how many more.
    pub urls: String,
    /// The last time it got a token.
    pub last_used: Option<When>,
}

impl ClientRow {
    /// The Client Id cut in the middle; whole on focus and to copy.
    #[must_use]
    pub fn short_id(&self) -> String {
        let id = &self.id;
        match (id.get(..4), id.len().checked_sub(4).and_then(|at| id.get(at..))) {
            (Some(start), Some(end)) if id.len() > 12 => format!("{start}…{end}"),
            _ => id.clone(),
        }
    }
}

/// The tabs of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaneTab {
    /// What it is, and its secrets.
    #[default]
    Details,
    /// What it may do; client-credentials only.
    Roles,
    /// A program to begin with, and whether it works.
    QuickStart,
    /// What it was seen to do.
    Activity,
    /// About its type.
    Information,
}

impl PaneTab {
    /// The word in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Roles => "roles",
            Self::QuickStart => "quick-start",
            Self::Activity => "activity",
            Self::Information => "information",
        }
    }

    /// The word on the tab.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Details => "Details",
            Self::Roles => "Roles",
            Self::QuickStart => "Quick Start",
            Self::Activity => "Activity",
            Self::Information => "Information",
        }
    }

    /// The tabs that a type of client has.
    #[must_use]
    pub const fn of(client_type: ClientType) -> &'static [Self] {
        match client_type {
            ClientType::ClientCredentials => {
                &[Self::Details, Self::Roles, Self::QuickStart, Self::Activity, Self::Information]
            }
            ClientType::AuthorizationCode | ClientType::Hybrid => {
                &[Self::Details, Self::QuickStart, Self::Activity, Self::Information]
            }
        }
    }

    /// Reads the word; `Details` for one that this type does not have.
    #[must_use]
    pub fn parse(text: &str, client_type: ClientType) -> Self {
        Self::of(client_type).iter().copied().find(|tab| tab.as_str() == text).unwrap_or_default()
    }
}

/// A tab as a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLink {
    /// What it says.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// Whether it is open.
    pub chosen: bool,
}

/// A list of URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlsView {
    /// The words of the form.
    pub label: &'static str,
    /// As entered.
    pub urls: Vec<String>,
    /// Those that follow from the redirect URLs.
    pub derived: Vec<String>,
}

/// A role of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// Name.
    pub name: String,
    /// What it may do.
    pub description: String,
    /// Whether it cannot be taken away.
    pub locked: bool,
}

/// The chosen client.
#[derive(Debug, Clone)]
pub struct ClientPane {
    /// Client Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Type.
    pub client_type: ClientType,
    /// Whether it gets tokens.
    pub enabled: bool,
    /// The open tab.
    pub tab: PaneTab,
    /// All tabs.
    pub tabs: Vec<TabLink>,
    /// The list, as it was.
    pub back_href: String,
    /// The client alone, or beside the list again.
    pub alone_href: String,
    /// Token Lifetime, seconds.
    pub token_lifetime: u32,
    /// Allow Refresh Token, for those that may have them.
    pub refresh_tokens: Option<bool>,
    /// Redirect, logout and CORS.
    pub urls: Vec<UrlsView>,
    /// When it was added.
    pub created: When,
    /// By whom.
    pub created_by: String,
    /// The last time it got a token.
    pub last_used: Option<When>,
    /// Newest first.
    pub secrets: Vec<SecretRow>,
    /// Whether any of them works.
    pub usable_secret: bool,
    /// What ends soon, and what can go.
    pub secret_notes: Vec<String>,
    /// Its roles.
    pub roles: Vec<RoleLine>,
    /// On its tab.
    pub quick_start: Option<QuickStartView>,
    /// On its tab.
    pub activity: Option<ActivityView>,
}

impl ClientPane {
    /// Enabled or Disabled.
    #[must_use]
    pub fn state(&self) -> State {
        State::enabled(self.enabled)
    }

    /// Whether it needs a secret and has none that works.
    #[must_use]
    pub fn type_needs_secret(&self) -> bool {
        self.client_type.has_secrets() && !self.usable_secret
    }

    /// Token Lifetime in words.
    #[must_use]
    pub fn token_lifetime_words(&self) -> String {
        duration(self.token_lifetime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_client_credentials_clients_have_a_roles_tab() {
        assert_eq!(PaneTab::parse("roles", ClientType::ClientCredentials), PaneTab::Roles);
        assert_eq!(PaneTab::parse("roles", ClientType::Hybrid), PaneTab::Details);
        assert_eq!(PaneTab::parse("", ClientType::Hybrid), PaneTab::Details);
    }
}
