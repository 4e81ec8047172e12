//! `portcullis keys list`, and how keys are written.

use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::run::Run;
use crate::cli::table::{Cell, Paint, Table};
use crate::flows::KeySummary;
use crate::oauth::UnixTime;
use serde::Serialize;

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

/// The answer about keys.
#[derive(Serialize)]
pub(super) struct Answer {
    version: u32,
    keys: Vec<ShownKey>,
}

impl Answer {
    pub(super) fn new(keys: &[KeySummary]) -> Self {
        Self { version: 1, keys: keys.iter().map(shown).collect() }
    }
}

pub(super) async fn run(run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_provider(async |provider| {
        let keys = provider.list_signing_keys().await?;
        if keys.is_empty() {
            console.note("There are no keys yet: the server makes them when it starts. Start it: portcullis serve");
        }
        answer(&keys, provider.now(), console)
    })
    .await
}

/// Writes keys as they are asked for.
pub(super) fn answer(keys: &[KeySummary], now: UnixTime, console: Console) -> Result<(), Failure> {
    if console.json {
        return console.answer_json(&Answer::new(keys));
    }
    if console.quiet {
        return console.answer_ids(keys.iter().map(|key| &key.id));
    }
    let mut table = Table::new(&["KEY ID", "ALGORITHM", "STATE", "SIGNS FROM", "STOPPED"]);
    for key in keys {
        let paint = if key.state == "active" { Paint::Good } else { Paint::Plain };
        table.row(vec![
            Cell::text(key.id.as_str()),
            Cell::text(key.algorithm.as_str()),
            Cell::text(key.state.as_str()).painted(paint),
            Cell::time(key.activates_at, now),
            Cell::maybe_time(key.retires_at, "-", now),
        ]);
    }
    console.answer(&table.render(console))
}

fn shown(key: &KeySummary) -> ShownKey {
    ShownKey {
        id: key.id.as_str().to_owned(),
        algorithm: key.algorithm.clone(),
        state: key.state.clone(),
        created: key.created_at.rfc3339(),
        activates: key.activates_at.rfc3339(),
        retires: key.retires_at.map(UnixTime::rfc3339),
    }
}
