//! What is in a copy, and `portcullis backup verify`.

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::run::Run;
use crate::cli::table::{Cell, render_facts};
use crate::oauth::UnixTime;
use crate::storage::{BackupContents, StorageError, inspect_backup};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis backup verify /backups/portcullis-2026-11-24T03-00-00Z.db
  portcullis backup verify FILE --json           exit code 8 if it is damaged")]
pub(in crate::cli) struct VerifyArgs {
    /// The copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(args: VerifyArgs, run: &Run) -> Result<(), Failure> {
    let contents = inspect(&args.file).await?;
    let console = run.console;
    console.note(&format!("{} is whole", args.file.display()));
    if !contents.known {
        Console::warn("it was made by a newer version: this binary cannot restore it");
    }
    if console.json {
        console.answer_json(&as_json(&args.file, &contents))
    } else {
        console.answer(&told(&contents, console))
    }
}

/// Looks into a copy. A damaged one is a check that failed, a missing one is not there.
pub(super) async fn inspect(file: &Path) -> Result<BackupContents, Failure> {
    if !file.is_file() {
        return Err(Failure::new(Exit::NotFound, format!("there is no file {}", file.display()))
            .remedy("list them", "portcullis backup list DIR"));
    }
    inspect_backup(file).await.map_err(|error| match error {
        StorageError::Corrupt(why) => {
            Failure::new(Exit::ChecksFailed, format!("{} is no whole backup: {why}", file.display()))
                .remedy("others", "portcullis backup list DIR")
        }
        other => other.into(),
    })
}

/// What is in it, a line each.
pub(super) fn told(contents: &BackupContents, console: Console) -> String {
    let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_else(|| "unknown".to_owned()));
    let mut facts = vec![
        ("Made at", made_at(contents)),
        ("Made by", text(&contents.made_by)),
        ("Schema", Cell::text(contents.schema.to_string())),
        ("Master key", text(&contents.key_fingerprint)),
    ];
    facts.extend(contents.rows.iter().map(|(name, count)| (label(name), Cell::text(count.to_string()))));
    render_facts(&facts, console)
}

fn made_at(contents: &BackupContents) -> Cell {
    Cell::text(contents.made_at.map_or_else(|| "unknown".to_owned(), UnixTime::rfc3339))
}

fn label(table: &str) -> &'static str {
    match table {
        "tenants" => "Tenants",
        "users" => "Users",
        "clients" => "Clients",
        "client_secrets" => "Client Secrets",
        "signing_keys" => "Signing Keys",
        "grants" => "Grants",
        "web_sessions" => "Sessions",
        _ => "Audit Events",
    }
}

/// The same for programs.
pub(super) fn as_json(file: &Path, contents: &BackupContents) -> Value {
    let rows: serde_json::Map<String, Value> =
        contents.rows.iter().map(|(name, count)| (label(name).replace(' ', ""), (*count).into())).collect();
    json!({
        "version": 1,
        "Backup": {
            "File": file, "MadeAt": contents.made_at.map(UnixTime::rfc3339), "MadeBy": contents.made_by,
            "Schema": contents.schema, "Known": contents.known, "MasterKey": contents.key_fingerprint, "Rows": rows,
        }
    })
}
