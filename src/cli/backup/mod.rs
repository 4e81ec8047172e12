//! `portcullis backup …`: copies of a SQLite database.

mod contents;
mod create;
mod list;
mod restore;

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::config::{Config, DatabaseUrl};
use clap::Subcommand;
use std::path::PathBuf;

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
