//! Looks through a SQLite file before anybody is served from it. Like `engine.rs` it speaks to one engine in its own words;
//! PostgreSQL looks after itself.

use super::engine::Pools;
use super::{Database, Location, StorageError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;

/// What was found in a file that is not damaged as far as anybody can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Its bytes, if they were too many to be looked through.
    pub unchecked: Option<u64>,
    /// A server that had it open did not stop in order, and the log with its last changes is not there.
    pub log_is_gone: bool,
}

/// The fact that says that a server has the database open.
pub(super) const SERVED: &str = "served";

/// Looks through a SQLite file, which is not changed: every page must be what its neighbours say it is. A file of more
/// than `most` bytes is looked through only after a stop that left its log behind; it takes some 10 s for each GiB.
///
/// What is in the rows nobody can tell: SQLite keeps no checksums.
pub async fn look_through(location: &Location, most: u64) -> Result<Found, StorageError> {
    let Location::Sqlite(path) = location else { return Ok(Found::default()) };
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if bytes == 0 {
        return Ok(Found::default());
    }
    let log = length_of_log(path);
    let skip = bytes > most && log.is_none_or(|bytes| bytes == 0);
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(std::time::Duration::from_secs(5))
        .connect()
        .await
        .map_err(|error| told(error.into(), path))?;
    let looked = look(&mut connection, skip).await.map_err(|error| told(error, path));
    let _ = connection.close().await;
    Ok(Found { unchecked: skip.then_some(bytes), log_is_gone: looked? && log.is_none() })
}

/// Whether a server has the file open, as far as it says itself.
async fn look(connection: &mut SqliteConnection, skip: bool) -> Result<bool, StorageError> {
    if !skip {
        let (found,): (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
        if found != "ok" {
            return Err(StorageError::Corrupt(found.replace('\n', " ")));
        }
    }
    let there = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'instance'";
    let (there,): (i64,) = sqlx::query_as(there).fetch_one(&mut *connection).await?;
    if there == 0 {
        return Ok(false);
    }
    let served = "SELECT COUNT(*) FROM instance WHERE name = $1 AND value = 'yes'";
    let (served,): (i64,) = sqlx::query_as(served).bind(SERVED).fetch_one(connection).await?;
    Ok(served > 0)
}

fn length_of_log(path: &Path) -> Option<u64> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).ok().map(|file| file.len())
}

/// Names the file.
fn told(error: StorageError, path: &Path) -> StorageError {
    match error {
        StorageError::Corrupt(why) => StorageError::Corrupt(format!("{}: {why}", path.display())),
        other => other,
    }
}

impl Database {
    /// Keeps, in a SQLite file itself and not in its log, whether a server has it open: who finds the one without the
    /// other knows that something is missing.
    pub async fn note_served(&self, served: bool) -> Result<(), StorageError> {
        let Pools::Sqlite { writer, .. } = &self.pools else { return Ok(()) };
        let value = if served { "yes" } else { "no" };
        self.write(move |tx| Box::pin(async move { tx.set_instance_fact(SERVED, value).await })).await?;
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(writer).await?;
        Ok(())
    }
}
