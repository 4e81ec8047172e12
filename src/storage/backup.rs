//! Copies of a SQLite database: made while it is in use, looked into, and put in its place. Like `engine.rs` it speaks to
//! one engine in its own words; PostgreSQL has tools of its own.

use super::engine::Pools;
use super::{Database, Location, Reader, StorageError};
use crate::oauth::UnixTime;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};

/// What is in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupContents {
    /// The number of its last migration.
    pub schema: i64,
    /// Whether this binary knows all its migrations.
    pub known: bool,
    /// When it was made. None for a file that was not made by [`Database::back_up`].
    pub made_at: Option<UnixTime>,
    /// By which version.
    pub made_by: Option<String>,
    /// The fingerprint of the master key that opens its signing keys.
    pub key_fingerprint: Option<String>,
    /// How many rows there are of each kind: tenants, users, clients, client secrets, signing keys, grants, web
    /// sessions, audit events.
    pub rows: Vec<(&'static str, i64)>,
}

const MADE_AT: &str = "backup_made_at";
const MADE_BY: &str = "backup_made_by";
const KEY_FINGERPRINT: &str = "master_key_fingerprint";

/// The tables that people ask about.
const COUNTED: [(&str, &str); 8] = [
    ("tenants", "SELECT COUNT(*) FROM tenants"),
    ("users", "SELECT COUNT(*) FROM users"),
    ("clients", "SELECT COUNT(*) FROM clients"),
    ("client_secrets", "SELECT COUNT(*) FROM client_secrets"),
    ("signing_keys", "SELECT COUNT(*) FROM signing_keys"),
    ("grants", "SELECT COUNT(*) FROM grants"),
    ("web_sessions", "SELECT COUNT(*) FROM web_sessions"),
    ("audit_events", "SELECT COUNT(*) FROM audit_events"),
];

/// The fact under which the time of the last backup is kept.
const LAST_BACKUP: &str = "backup_last_at";

/// Keeps when a backup was made, for `doctor` and monitoring: one that was checked.
pub async fn note_backup(database: &Database, at: UnixTime) -> Result<(), StorageError> {
    database.write(move |tx| Box::pin(async move { tx.set_instance_fact(LAST_BACKUP, &at.0.to_string()).await })).await
}

impl Reader {
    /// When the last backup was made and checked.
    pub async fn last_backup(&mut self) -> Result<Option<UnixTime>, StorageError> {
        let kept = self.instance_fact(LAST_BACKUP).await?;
        Ok(kept.and_then(|text| text.parse().ok()).map(UnixTime))
    }
}

impl Database {
    /// Copies a SQLite database into a new file, readable by its owner alone, as it is at one moment; readers and writers
    /// go on. The copy says of itself when and by which version it was made. An error leaves no file.
    pub async fn back_up(&self, to: &Path, now: UnixTime, version: &str) -> Result<(), StorageError> {
        let Pools::Sqlite { path, .. } = &self.pools else {
            return Err(StorageError::Other("PostgreSQL is backed up with pg_dump".to_owned()));
        };
        make_private(to)?;
        let made = async {
            let mut source = options(path).connect().await?;
            // SQLite fills an empty file that is there, and keeps who may read it.
            sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(&mut source).await?;
            source.close().await?;
            let mut copy = options(to).connect().await?;
            let sql = "INSERT INTO instance (name, value) VALUES ($1, $2)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            for (name, value) in [(MADE_AT, now.0.to_string()), (MADE_BY, version.to_owned())] {
                sqlx::query(sql).bind(name).bind(value).execute(&mut copy).await?;
            }
            copy.close().await
        };
        let outcome = made.await.map_err(StorageError::from).and_then(|()| sync(to));
        if outcome.is_err() {
            let _ = std::fs::remove_file(to);
        }
        outcome
    }
}

/// Looks into a copy and checks that it is whole. The file is not changed.
pub async fn inspect_backup(path: &Path) -> Result<BackupContents, StorageError> {
    if !path.is_file() {
        return Err(StorageError::Other(format!("there is no file {}", path.display())));
    }
    let mut copy = options(path).read_only(true).immutable(true).connect().await.map_err(damaged)?;
    let check: (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut copy).await.map_err(damaged)?;
    if check.0 != "ok" {
        return Err(StorageError::Corrupt(check.0));
    }
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut copy).await.map_err(damaged)?;
    if !broken.is_empty() {
        return Err(StorageError::Corrupt(format!("{} rows point at rows that are not there", broken.len())));
    }
    let seen: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations WHERE success = TRUE ORDER BY version")
            .fetch_all(&mut copy)
            .await
            .map_err(damaged)?;
    let mut rows = Vec::new();
    for (name, sql) in COUNTED {
        let (count,): (i64,) = sqlx::query_as(sql).fetch_one(&mut copy).await.map_err(damaged)?;
        rows.push((name, count));
    }
    let known = sqlx::migrate!("migrations/sqlite");
    let contents = BackupContents {
        schema: seen.last().map_or(0, |(version,)| *version),
        known: seen.iter().all(|(version,)| known.version_exists(*version)),
        made_at: fact(&mut copy, MADE_AT).await?.and_then(|text| text.parse().ok()).map(UnixTime),
        made_by: fact(&mut copy, MADE_BY).await?,
        key_fingerprint: fact(&mut copy, KEY_FINGERPRINT).await?,
        rows,
    };
    let _ = copy.close().await;
    Ok(contents)
}

/// The fingerprint of the master key under which a copy was made. None if the file cannot be read as a copy: it is not
/// looked through as [`inspect_backup`] does.
pub async fn key_fingerprint_of(path: &Path) -> Option<String> {
    let mut copy = options(path).read_only(true).immutable(true).connect().await.ok()?;
    let found = fact(&mut copy, KEY_FINGERPRINT).await.ok().flatten();
    let _ = copy.close().await;
    found
}

async fn fact(copy: &mut SqliteConnection, name: &str) -> Result<Option<String>, StorageError> {
    let sql = "SELECT value FROM instance WHERE name = $1";
    let found: Option<(String,)> = sqlx::query_as(sql).bind(name).fetch_optional(copy).await.map_err(damaged)?;
    Ok(found.map(|(value,)| value))
}

/// Puts a copy in the place of a database that nobody has open, and gives the path to which the one before was moved.
/// With `revoke_all` nobody is signed in afterwards: no session, no code, no link, and every grant is revoked.
pub async fn restore_backup(
    copy: &Path,
    into: &Location,
    revoke_all: bool,
    now: UnixTime,
) -> Result<Option<PathBuf>, StorageError> {
    let Location::Sqlite(path) = into else {
        return Err(StorageError::Other("PostgreSQL is restored with pg_restore".to_owned()));
    };
    // Beside its place, so that putting it there is one step of the file system.
    let fresh = beside(path, "restoring");
    for leftover in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(path, &format!("restoring{leftover}")));
    }
    make_private(&fresh)?;
    std::fs::copy(copy, &fresh).map_err(unwritable)?;
    let mut connection = options(&fresh).foreign_keys(true).connect().await?;
    if revoke_all {
        for sql in [
            "DELETE FROM web_sessions",
            "DELETE FROM authorization_codes",
            "DELETE FROM one_time_links",
            "DELETE FROM setup_codes",
            "DELETE FROM refresh_tokens",
        ] {
            sqlx::query(sql).execute(&mut connection).await?;
        }
        let sql = "UPDATE grants SET revoked_at = $1 WHERE revoked_at IS NULL";
        sqlx::query(sql).bind(now.0).execute(&mut connection).await?;
    }
    // What the copy says of nodes and of itself was true elsewhere. Caches must not take its revisions for their own.
    for sql in [
        "DELETE FROM instance WHERE name IN ('backup_made_at', 'backup_made_by', 'served')",
        "UPDATE revisions SET revision = revision + 1000000",
    ] {
        sqlx::query(sql).execute(&mut connection).await?;
    }
    // Mails that waited then were sent since: nobody shall get one twice.
    for (table, sql) in [("nodes", "DELETE FROM nodes"), ("mails", "DELETE FROM mails")] {
        empty(&mut connection, table, sql).await?;
    }
    connection.close().await?;
    sync(&fresh)?;

    let before = path.exists().then(|| beside(path, &format!("before-restore-{}", now.0)));
    if let Some(before) = &before {
        // Changes that are in the log only move along: renamed with their database they stay part of it.
        for part in ["", "-wal", "-shm"] {
            let from = with_end(path, part);
            if from.exists() {
                std::fs::rename(&from, with_end(before, part)).map_err(unwritable)?;
            }
        }
    }
    std::fs::rename(&fresh, path).map_err(unwritable)?;
    sync(path)?;
    Ok(before)
}

/// What a restore left that was cut off after the database before was taken away: the copy that was to take its place, or
/// else what was there before. None while there is a database.
#[must_use]
pub fn interrupted_restore(path: &Path) -> Option<PathBuf> {
    if path.exists() {
        return None;
    }
    let copy = beside(path, "restoring");
    if copy.exists() {
        return Some(copy);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let begin = beside(path, "before-restore-").file_name()?.to_string_lossy().into_owned();
    let is_before =
        |name: &str| name.strip_prefix(&begin).is_some_and(|at| at.bytes().all(|byte| byte.is_ascii_digit()));
    let names = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| is_before(name)).max().map(|latest| folder.join(latest))
}

/// Removes all rows of a table. A copy from before the table has none.
async fn empty(connection: &mut SqliteConnection, table: &str, sql: &'static str) -> Result<(), StorageError> {
    let there = "SELECT COUNT(*) FROM sqlite_master WHERE name = $1";
    let (there,): (i64,) = sqlx::query_as(there).bind(table).fetch_one(&mut *connection).await?;
    if there > 0 {
        sqlx::query(sql).execute(connection).await?;
    }
    Ok(())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(std::time::Duration::from_secs(5))
}

/// `portcullis.db` becomes `portcullis.db.restoring`.
fn beside(path: &Path, end: &str) -> PathBuf {
    with_end(path, &format!(".{end}"))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn make_private(path: &Path) -> Result<(), StorageError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
    made.map(drop).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StorageError::Conflict(path.display().to_string()),
        _ => StorageError::Unavailable(format!("cannot write {}: {error}", path.display())),
    })
}

/// Waits until a file and its name are on the disk.
fn sync(path: &Path) -> Result<(), StorageError> {
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(unwritable)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unwritable(error: std::io::Error) -> StorageError {
    StorageError::Unavailable(error.to_string())
}

/// Whatever SQLite says of a file that should be a database.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn damaged(error: sqlx::Error) -> StorageError {
    StorageError::Corrupt(error.to_string())
}
