//! The one moment at which a secret is shown.

use super::console::Console;
use super::failure::Failure;
use super::find::quoted;
use super::table::{Cell, render_facts};
use crate::flows::admin::CreatedSecret;
use crate::oauth::{Client, UnixTime};
use clap::ValueEnum;
use std::fmt::Write as _;

/// How a new client is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Table,
    /// Lines for a .env file
    Env,
    /// What the REST API answers
    Json,
}

/// How a new secret is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SecretForm {
    /// For people
    Table,
    /// The value alone
    Value,
    /// Lines for a .env file
    Env,
    /// What the REST API answers
    Json,
}

impl Form {
    /// What was asked for; `--json` counts too.
    pub(super) fn of(asked: Option<Self>, console: Console) -> Self {
        asked.unwrap_or(if console.json { Self::Json } else { Self::Table })
    }
}

/// A client and perhaps its new secret.
pub(super) struct Reveal<'a> {
    pub client: &'a Client,
    pub secret: Option<&'a CreatedSecret>,
}

impl Reveal<'_> {
    /// Lines that a shell and most programs read. Neither value needs quotes.
    pub(super) fn env(&self) -> String {
        let mut text = format!("PORTCULLIS_CLIENT_ID={}\n", self.client.id);
        if let Some(secret) = self.secret {
            let _ = writeln!(text, "PORTCULLIS_CLIENT_SECRET={}", secret.value.expose());
        }
        text
    }

    /// For people; where logs are kept, without the value.
    pub(super) fn table(&self, console: Console) -> String {
        if console.quiet {
            return format!("{}\n", self.client.id);
        }
        let mut facts = vec![("Client Id", Cell::text(self.client.id.as_str()))];
        if let Some(secret) = self.secret {
            let end =
                secret.expires_at.map_or_else(|| "never expires".to_owned(), |end| format!("expires {}", end.date()));
            let withheld = "(withheld because CI is set)";
            if console.ci {
                let name = quoted(&self.client.name);
                Console::warn(&format!(
                    "the secret was withheld; another one: portcullis secret add {name} --output value"
                ));
            }
            facts.push((
                "Client Secret",
                match (console.ci, console.human) {
                    (true, _) => Cell::text(withheld),
                    (false, true) => Cell::text(format!("{}      shown once, {end}", secret.value.expose())),
                    (false, false) => Cell::text(secret.value.expose().as_str()),
                },
            ));
            if !console.human {
                facts.push((
                    "Expires",
                    Cell::text(secret.expires_at.map_or_else(|| "never".to_owned(), UnixTime::rfc3339)),
                ));
            }
        }
        render_facts(&facts, console)
    }
}

/// The failure to show a secret that was made: nobody has seen it, so it should not stay.
pub(super) fn unseen(failure: Failure, client: &Client, secret: &CreatedSecret) -> Failure {
    failure
        .remedy("nobody saw it", format!("portcullis secret revoke {} {}", quoted(&client.name), secret.id))
        .remedy("then", "the same command again")
}
