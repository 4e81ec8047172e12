//! The schema: what this program knows of it, what the database has seen, and whether the two fit. Like `engine.rs` it
//! knows that there are two engines.

use super::engine::{Connection, Pools};
use super::value::Value;
use super::{Database, StorageError};
use crate::release;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use std::path::Path;
use std::time::Duration;

/// The fact that says which migration a program must know to run on this database.
const MUST_KNOW: &str = "schema_must_know";

impl Database {
    /// Brings the schema up to date, and the keys of names; safe when several nodes do it at once. A schema that is one
    /// release newer stays as it is, and this program runs on it.
    ///
    /// # Errors
    /// [`StorageError::Schema`] for a schema that is newer by more than one release, that has been finished for a newer
    /// one, or that was made by something else; and if nodes still run that could not live with the new one.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        self.pools.migrate().await?;
        self.renew_name_keys().await
    }

    /// The migrations that [`Database::migrate`] would run, by number and name. Errors as there.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StorageError> {
        let known = self.pools.known_migrations();
        let found = Found::look(&mut self.pools.read().await?).await?;
        found.require_fit(&known)?;
        let pending = known.iter().filter(|migration| !found.seen.contains(&migration.version));
        Ok(pending.map(|migration| format!("{:04}_{}", migration.version, migration.description)).collect())
    }

    /// Whether nobody has made a schema here yet.
    pub async fn is_empty(&self) -> Result<bool, StorageError> {
        Ok(Found::look(&mut self.pools.read().await?).await?.seen.is_empty())
    }

    /// The numbers of the migrations that this program does not know: those of the release after it.
    pub async fn newer_migrations(&self) -> Result<Vec<i64>, StorageError> {
        let known = self.pools.known_migrations();
        let found = Found::look(&mut self.pools.read().await?).await?;
        Ok(found.unknown(&known).collect())
    }

    /// Ends an upgrade: from now on no older program starts on this database.
    pub async fn finish_upgrade(&self) -> Result<(), StorageError> {
        let last = last_of(&self.pools.known_migrations());
        self.write(move |tx| {
            Box::pin(async move { tx.query(RAISE).bind(MUST_KNOW).bind(last.to_string()).execute().await.map(drop) })
        })
        .await
    }
}

/// What a database says of its schema.
struct Found {
    /// The numbers of the migrations it has seen, in order.
    seen: Vec<i64>,
    /// The migration that a program must know to run on it.
    must_know: Option<i64>,
}

impl Found {
    /// Both tables are made by the first migration.
    async fn look(connection: &mut Connection) -> Result<Self, StorageError> {
        let there = match connection {
            Connection::Sqlite(_) => "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
            Connection::Postgres(_) => "SELECT count(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
        };
        if connection.fetch::<(i64,)>(there, Vec::new()).await?.first().is_none_or(|(count,)| *count == 0) {
            return Ok(Self { seen: Vec::new(), must_know: None });
        }
        let seen = "SELECT version FROM _sqlx_migrations WHERE success = TRUE ORDER BY version";
        let seen: Vec<_> =
            connection.fetch::<(i64,)>(seen, Vec::new()).await?.into_iter().map(|(version,)| version).collect();
        let mut must_know = None;
        if !seen.is_empty() {
            let sql = "SELECT value FROM instance WHERE name = $1";
            let kept = connection.fetch::<(String,)>(sql, vec![Value::from(MUST_KNOW)]).await?;
            must_know = kept.first().and_then(|(value,)| value.parse().ok());
        }
        Ok(Self { seen, must_know })
    }

    fn unknown<'a>(&'a self, known: &'a Migrator) -> impl Iterator<Item = i64> + 'a {
        self.seen.iter().copied().filter(|version| !known.version_exists(*version))
    }

    /// Whether a program that knows these migrations may run here.
    fn require_fit(&self, known: &Migrator) -> Result<(), StorageError> {
        let Some(first) = self.unknown(known).next() else { return Ok(()) };
        let last = last_of(known);
        if first > last && self.must_know.is_some_and(|must_know| must_know <= last) {
            return Ok(());
        }
        Err(StorageError::Schema(format!(
            "the database has migration {first}, which this binary does not know, and may not run beside (it knows those \
             up to {last}, and must know {}): it was made by a newer version, more than one release away, or the upgrade \
             to it has been finished. Run that version or a newer one",
            self.must_know.map_or_else(|| "all".to_owned(), |number| number.to_string())
        )))
    }
}

fn last_of(known: &Migrator) -> i64 {
    known.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Says that programs must know this migration; never less than was said before.
const RAISE: &str =
    "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
    WHERE CAST(instance.value AS BIGINT) < CAST(excluded.value AS BIGINT)";

async fn raise(connection: &mut Connection, must_know: i64) -> Result<(), StorageError> {
    let values = vec![Value::from(MUST_KNOW), Value::from(must_know.to_string())];
    connection.execute(RAISE, values).await.map(drop)
}

/// What [`Database::migrate`] does, on a connection that nobody else migrates on.
async fn bring_up(connection: &mut Connection, known: &mut Migrator) -> Result<(), StorageError> {
    let found = Found::look(connection).await?;
    found.require_fit(known)?;
    let must_know = release::must_know(last_of(known));
    let said = found.must_know.is_some_and(|said| said >= must_know);
    // Said before anything changes: whoever may not run on what comes must not start on half of it either.
    if !said && !found.seen.is_empty() {
        require_no_older_nodes(connection, &found, must_know).await?;
        raise(connection, must_know).await?;
    }
    known.set_ignore_missing(true);
    match connection {
        Connection::Sqlite(connection) => known.run_direct(None, &mut **connection, false).await,
        Connection::Postgres(line) => known.run_direct(None, line.unlimited(), false).await,
    }
    .map_err(|error| schema_error(&error))?;
    if !said && found.seen.is_empty() {
        raise(connection, must_know).await?;
    }
    Ok(())
}

/// Nodes that are two releases behind would go on asking for what is about to go. SQLite has one node, which has stopped.
async fn require_no_older_nodes(
    connection: &mut Connection,
    found: &Found,
    must_know: i64,
) -> Result<(), StorageError> {
    /// The migration that made their table.
    const NODES: i64 = 7;
    let behind = found.seen.last().is_some_and(|last| (NODES..must_know).contains(last));
    if !behind || matches!(connection, Connection::Sqlite(_)) {
        return Ok(());
    }
    // A node tells of itself every ten seconds, and takes itself off the list when it stops.
    let sql = "SELECT name || ' ' || version FROM nodes
               WHERE seen_at >= CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT) - 30 ORDER BY name";
    let running: Vec<_> =
        connection.fetch::<(String,)>(sql, Vec::new()).await?.into_iter().map(|(node,)| node).collect();
    if running.is_empty() {
        return Ok(());
    }
    Err(StorageError::Schema(format!(
        "the schema is more than one release older than this binary, and nodes run that cannot live with the new one: {}. \
         Stop them all first (one that was killed counts for half a minute), or upgrade by way of the release between",
        running.join(", ")
    )))
}

impl Pools {
    /// The migrations of this program.
    fn known_migrations(&self) -> Migrator {
        let is_sqlite = matches!(self, Self::Sqlite { .. });
        let known = if is_sqlite { sqlx::migrate!("migrations/sqlite") } else { sqlx::migrate!("migrations/postgres") };
        if release::rehearsed().is_empty() {
            return known;
        }
        let mut all: Vec<_> = known.iter().cloned().collect();
        for (next, ahead) in (last_of(&known) + 1..).zip(release::rehearsed()) {
            let sql = AssertSqlSafe(if is_sqlite { ahead.migration.0 } else { ahead.migration.1 }).into_sql_str();
            all.push(Migration::new(next, ahead.version.into(), MigrationType::Simple, sql, false));
        }
        Migrator::with_migrations(all)
    }

    /// Of several nodes that start at once exactly one migrates; the others ask again until it is done. No lock is waited
    /// for: a blocking one can deadlock with what a migration does.
    async fn migrate(&self) -> Result<(), StorageError> {
        let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
        loop {
            let mut known = self.known_migrations();
            let done = match self {
                Self::Sqlite { writer, path, .. } => migrate_sqlite(writer, path, &mut known).await?,
                Self::Postgres(pool) => migrate_postgres(pool, &mut known).await?,
            };
            if done {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                return Err(StorageError::Unavailable("another node has been migrating for a minute".to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn migrate_sqlite(writer: &SqlitePool, path: &Path, known: &mut Migrator) -> Result<bool, StorageError> {
    use std::os::unix::fs::MetadataExt as _;
    let unavailable = |error: std::io::Error| StorageError::Unavailable(error.to_string());
    let lock = path.with_extension("migrating");
    let file = std::fs::File::create(&lock).map_err(unavailable)?;
    if file.try_lock().is_err() {
        return Ok(false);
    }
    // Whoever held the lock before has removed the file, and another node may hold the lock of a new one by now.
    let mine = file.metadata().map_err(unavailable)?.ino();
    if !std::fs::metadata(&lock).is_ok_and(|found| found.ino() == mine) {
        return Ok(false);
    }
    let outcome = async { bring_up(&mut Connection::Sqlite(writer.acquire().await?), known).await }.await;
    let _ = std::fs::remove_file(&lock);
    outcome.map(|()| true)
}

async fn migrate_postgres(pool: &PgPool, known: &mut Migrator) -> Result<bool, StorageError> {
    /// Any number will do, as long as it is always the same.
    const LOCK: i64 = 0x706f_7274_6375_6c6c;
    let mut connection = pool.acquire().await?;
    connection.close_on_drop();
    let got: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut *connection).await?;
    if !got {
        return Ok(false);
    }
    sqlx::query("SET statement_timeout = 0").execute(&mut *connection).await?;
    known.set_locking(false);
    let mut connection = Connection::Postgres(connection.into());
    let outcome = bring_up(&mut connection, known).await;
    // The connection is closed in any case, and the lock goes with it.
    let _ = connection.execute("SELECT pg_advisory_unlock($1)", vec![Value::from(LOCK)]).await;
    outcome.map(|()| true)
}

fn schema_error(error: &sqlx::migrate::MigrateError) -> StorageError {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(sqlx::Error::Io(_)) => StorageError::Unavailable(error.to_string()),
        _ => StorageError::Schema(error.to_string()),
    }
}
