//! `portcullis migrate`

use super::failure::{Exit, Failure};
use super::run::{Run, require_store};
use crate::storage::Database;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis migrate --check                     exit code 8 if something is pending
  portcullis migrate")]
pub(super) struct MigrateArgs {
    /// Only tell what is pending, and change nothing
    #[arg(long)]
    check: bool,
}

pub(super) async fn run(args: MigrateArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    require_store(&config)?;
    let database = Database::open(&config.database.url.location(), config.database.max_connections).await?;
    let outcome = migrate(args.check, &database, run).await;
    database.close().await;
    outcome
}

async fn migrate(check: bool, database: &Database, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    let pending = database.pending_migrations().await?;
    if !check {
        database.migrate().await?;
    }
    if console.json {
        console.answer_json(&json!({ "version": 1, "pending": if check { pending.as_slice() } else { &[] }, "applied": if check { &[] } else { pending.as_slice() } }))?;
    } else {
        console.answer_ids(&pending)?;
    }
    match (check, pending.len()) {
        (_, 0) => console.note("The schema is up to date."),
        (true, count) => {
            let sentence = if count == 1 {
                "a migration is pending".to_owned()
            } else {
                format!("{count} migrations are pending")
            };
            return Err(Failure::new(Exit::ChecksFailed, sentence).remedy("apply", "portcullis migrate"));
        }
        (false, _) => console.note("Applied these migrations; the schema is up to date."),
    }
    Ok(())
}
