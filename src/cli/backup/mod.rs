//! `portcullis backup …`: copies of a SQLite database.

mod contents;
mod create;
mod list;
mod restore;

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, DatabaseUrl};
use crate::flows::{StorageError, record_of_store};
use crate::oauth::audit::{AuditEvent, Origin};
use crate::random::Random;
use crate::storage::Database;
use clap::Subcommand;
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// Copy the database, while the server runs, and check the copy
    Create(create::CreateArgs),
    /// Check a copy and tell what is in it
    Verify(contents::VerifyArgs),
    /// List the copies in a folder, the latest first
    #[command(alias = "ls")]
    List(list::ListArgs),
    /// Put a copy in the place of the database
    Restore(restore::RestoreArgs),
}

pub(super) async fn run(command: BackupCommand, run: &Run) -> Result<(), Failure> {
    match command {
        BackupCommand::Create(args) => create::run(args, run).await,
        BackupCommand::Verify(args) => contents::run(args, run).await,
        BackupCommand::List(args) => list::run(&args, run),
        BackupCommand::Restore(args) => restore::run(args, run).await,
    }
}

/// The file of the database. PostgreSQL has its own tools, which know more than we do.
fn require_sqlite(config: &Config) -> Result<PathBuf, Failure> {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => Ok(path.clone()),
        DatabaseUrl::Postgres(_) => {
            let sentence = "this copies SQLite databases; PostgreSQL is backed up with its own tools, which do it well";
            Err(Failure::new(Exit::Conflict, sentence)
                .remedy("back up", "pg_dump --format=custom --file=portcullis.dump DATABASE")
                .remedy("restore", "pg_restore --clean --if-exists --dbname=DATABASE portcullis.dump")
                .remedy("more", format!("{}/docs/how-to/back-up-and-restore", config.public_url.as_str())))
        }
    }
}

/// Notes in a database's own audit log what was done to it as a whole. Not while its schema is older than this program: the
/// log may be another one then; whether it was noted.
async fn note_in_audit(
    store: &Database,
    run: &Run,
    action: &'static str,
    name: &Path,
    detail: &Value,
) -> Result<bool, StorageError> {
    if !store.pending_migrations().await?.is_empty() {
        return Ok(false);
    }
    let event = AuditEvent {
        tenant_id: None,
        action,
        target_kind: "instance",
        target_id: String::new(),
        target_name: name.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        detail: detail.to_string(),
    };
    let by = Origin::operator(run.global.operator.clone());
    record_of_store(store, &Random::default(), event, by, SystemClock.now()).await?;
    Ok(true)
}
