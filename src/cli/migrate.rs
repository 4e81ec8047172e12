//! `portcullis migrate`

use super::failure::{Exit, Failure};
use super::run::{Run, require_store};
use crate::flows::NODE_SILENCE;
use crate::opening::ServingLock;
use crate::release;
use crate::storage::Database;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis migrate --check                     exit code 8 if something is pending
  portcullis migrate
  portcullis migrate --finish                    after a rolling upgrade, when all nodes are new")]
pub(super) struct MigrateArgs {
    /// Only tell what is pending, and change nothing
    #[arg(long)]
    check: bool,
    /// End a rolling upgrade: make sure that no node of another version is left, and let none start again
    #[arg(long, conflicts_with = "check")]
    finish: bool,
}

pub(super) async fn run(args: MigrateArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    require_store(&config)?;
    let _lock = ServingLock::shared(&config)?;
    let database = Database::open(&config.database.url.location(), config.database.max_connections).await?;
    let outcome = if args.finish { finish(&database, run).await } else { migrate(args.check, &database, run).await };
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

/// Migrations only add, so that nodes of the version before run on beside new ones. When the last of them has gone, the
/// door is shut behind them: what they still ask for may go with the next version.
async fn finish(database: &Database, run: &Run) -> Result<(), Failure> {
    let newer = database.newer_migrations().await?;
    if !newer.is_empty() {
        let sentence = "the schema is of the release after this one: finish the upgrade with its program";
        return Err(Failure::new(Exit::Conflict, sentence).remedy("see all", "portcullis doctor --cluster"));
    }
    migrate(false, database, run).await?;
    let since = database.clock().await?.plus(-NODE_SILENCE);
    let nodes = database.read().await?.list_nodes(since).await?;
    let old: Vec<String> = nodes
        .iter()
        .filter(|node| node.version != release::version())
        .map(|node| format!("{} {}", node.name, node.version))
        .collect();
    if !old.is_empty() {
        let sentence = format!("the schema is up to date, but nodes of another version still run: {}", old.join(", "));
        return Err(Failure::new(Exit::Conflict, sentence).remedy("see all", "portcullis doctor --cluster"));
    }
    database.finish_upgrade().await?;
    run.console.note("All nodes that run are of this version. From now on no older program starts on this database.");
    Ok(())
}
