//! `portcullis keys …`

use super::failure::Failure;
use super::run::Run;
use super::table::{Cell, Paint, Table};
use crate::flows::KeySummary;
use crate::oauth::UnixTime;
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys that sign tokens
    #[command(
        alias = "ls",
        before_help = "Examples:
  portcullis keys list
  portcullis keys list --json"
    )]
    List,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownKey {
    id: String,
    algorithm: String,
    state: String,
    created: String,
    activates: String,
    retires: Option<String>,
}

pub(super) async fn run(KeysCommand::List: KeysCommand, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_provider(async |provider| {
        let (keys, now) = (provider.list_signing_keys().await?, provider.now());
        if console.json {
            let keys: Vec<ShownKey> = keys.into_iter().map(shown).collect();
            return console.answer_json(&json!({ "version": 1, "keys": keys }));
        }
        if console.quiet {
            return console.answer_ids(keys.iter().map(|key| &key.id));
        }
        if keys.is_empty() {
            console.note("There are no keys yet: the server makes them when it starts. Start it: portcullis serve");
        }
        let mut table = Table::new(&["KEY ID", "ALGORITHM", "STATE", "SIGNS FROM", "STOPPED"]);
        for key in keys {
            let paint = if key.state == "active" { Paint::Good } else { Paint::Plain };
            table.row(vec![
                Cell::text(key.id.as_str()),
                Cell::text(key.algorithm),
                Cell::text(key.state).painted(paint),
                Cell::time(key.activates_at, now),
                Cell::maybe_time(key.retires_at, "-", now),
            ]);
        }
        console.answer(&table.render(console))
    })
    .await
}

fn shown(key: KeySummary) -> ShownKey {
    ShownKey {
        id: key.id.as_str().to_owned(),
        algorithm: key.algorithm,
        state: key.state,
        created: key.created_at.rfc3339(),
        activates: key.activates_at.rfc3339(),
        retires: key.retires_at.map(UnixTime::rfc3339),
    }
}
