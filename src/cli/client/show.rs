//! `portcullis client show`

use super::list::state;
use crate::cli::failure::Failure;
use crate::cli::find::find_client;
use crate::cli::run::Run;
use crate::cli::secret::list::{ShownSecret, secret_table};
use crate::cli::table::{Cell, render_facts};
use crate::flows::admin::ClientDetails;
use crate::oauth::{ClientType, UnixTime};
use crate::web::ClientView;
use serde::Serialize;

/// A client as the API writes it, and what only this program tells of it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ShownClient {
    #[serde(flatten)]
    client: ClientView,
    client_type: &'static str,
    created: String,
    created_by: String,
    last_used: Option<String>,
    secrets: Vec<ShownSecret>,
}

impl ShownClient {
    pub(super) fn new(details: &ClientDetails, now: UnixTime) -> Self {
        let client = &details.client;
        Self {
            client: ClientView::from(client),
            client_type: client.client_type.as_str(),
            created: client.created_at.rfc3339(),
            created_by: client.created_by.clone(),
            last_used: client.last_used_at.map(UnixTime::rfc3339),
            secrets: details.secrets.iter().map(|secret| ShownSecret::new(secret, now)).collect(),
        }
    }
}

/// The answer about one client.
#[derive(Serialize)]
pub(super) struct Answer {
    version: u32,
    clients: [ShownClient; 1],
}

impl Answer {
    pub(super) fn new(details: &ClientDetails, now: UnixTime) -> Self {
        Self { version: 1, clients: [ShownClient::new(details, now)] }
    }
}

pub(super) async fn run(name: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let details = find_client(opened, name).await?;
        if console.json {
            return console.answer_json(&Answer::new(&details, opened.now));
        }
        if console.quiet {
            return console.answer(&format!("{}\n", details.client.id));
        }
        let mut text = render_facts(&facts(&details, opened.now), console);
        if details.client.client_type.has_secrets() {
            let none = if details.secrets.is_empty() {
                "none: it cannot get tokens. Add one: portcullis secret add\n"
            } else {
                ""
            };
            text.push_str(if console.human { "\nSecrets\n" } else { "\n" });
            text.push_str(&secret_table(&details.secrets, opened.now).render(console));
            text.push_str(if console.human { none } else { "" });
        }
        console.answer(&text)
    })
    .await
}

fn facts(details: &ClientDetails, now: UnixTime) -> Vec<(&'static str, Cell)> {
    let client = &details.client;
    let mut facts = vec![
        ("Name", Cell::text(client.name.as_str())),
        ("Client Id", Cell::text(client.id.as_str())),
        ("Type", Cell::both(client.client_type.label(), client.client_type.as_str())),
        ("State", state(client.enabled)),
        ("Token Lifetime", Cell::both(format!("{} seconds", client.token_lifetime), client.token_lifetime.to_string())),
        ("Algorithm", Cell::text(client.access_token_algorithm.as_str())),
    ];
    let mut list = |label, values: &[String]| {
        if !values.is_empty() {
            facts.push((label, Cell::text(values.join(", "))));
        }
    };
    if client.client_type == ClientType::ClientCredentials {
        let roles: Vec<String> = details.roles.iter().map(|role| role.name.clone()).collect();
        list("Roles", &roles);
    }
    list("Redirect URLs", &client.urls.redirect);
    list("Logout URLs", &client.urls.logout);
    list("CORS origins", &client.urls.cors);
    list("Tags", &client.tags);
    list("Home page", client.client_uri.as_slice());
    list("Logo", client.logo_uri.as_slice());
    if client.client_type.has_users() {
        facts.push(("Refresh tokens", Cell::text(if client.allow_offline_access { "allowed" } else { "no" })));
        facts.push(("PKCE", Cell::text(client.pkce.as_str())));
        facts.push(("Consent", Cell::text(client.consent.as_str())));
    }
    if client.client_type.has_secrets() {
        facts.push(("Authentication", Cell::text(client.auth_method.as_str())));
    }
    facts.push(("Created", Cell::time(client.created_at, now)));
    facts.push(("Created by", Cell::text(client.created_by.as_str())));
    facts.push(("Last used", Cell::maybe_time(client.last_used_at, "never", now)));
    facts
}
