//! The only file that knows there are two engines. Everything above speaks one SQL with `$1` placeholders.

use super::error::StorageError;
use super::postgres::{self, Line};
use super::value::Value;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments, Encode, FromRow, Sqlite, Type};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the rows are, and how to get at them.
#[derive(Debug, Clone)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL. It may hold a password: never print it.
    Postgres(crate::redacted::Redacted<String>),
}

impl Location {
    /// Reads a database URL: `sqlite:PATH`, `sqlite://PATH`, `postgres://…` or `postgresql://…`.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Self::Postgres(crate::redacted::Redacted::new(url.to_owned())));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        (!path.is_empty()).then(|| Self::Sqlite(PathBuf::from(path)))
    }
}

/// The pools of one engine.
#[derive(Debug, Clone)]
pub(super) enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool, path: PathBuf },
    Postgres(PgPool),
}

/// How long a request waits for a connection, and a statement of SQLite for its lock.
const ACQUIRE: Duration = Duration::from_secs(3);
const BUSY: Duration = Duration::from_secs(5);

impl Pools {
    /// Opens the database; on SQLite the file is made if it is not there, readable by its owner alone.
    pub(super) async fn open(location: &Location, most: u32) -> Result<Self, StorageError> {
        match location {
            Location::Sqlite(path) => Self::open_sqlite(path).await,
            Location::Postgres(url) => Ok(Self::Postgres(postgres::open(url.expose(), most, ACQUIRE).await?)),
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StorageError> {
        make_private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("trusted_schema", "OFF");
        let pool = |most| SqlitePoolOptions::new().max_connections(most).min_connections(1).acquire_timeout(ACQUIRE);
        // The file remembers that it is in WAL mode, so readers need not ask for it. Two nodes that switch it on together
        // get "database is locked" without waiting, whatever the time-out: hence the turns.
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal);
        let deadline = tokio::time::Instant::now() + BUSY;
        let writer = loop {
            match pool(1).acquire_timeout(BUSY * 2).connect_with(writing.clone()).await {
                Err(error) if is_busy(&error) && tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                outcome => break outcome.map_err(|error| or_rights(path, error))?,
            }
        };
        let readers = pool(4).connect_with(options.pragma("query_only", "ON")).await;
        let readers = readers.map_err(|error| or_rights(path, error))?;
        Ok(Self::Sqlite { readers, writer, path: path.to_owned() })
    }

    pub(super) async fn read(&self) -> Result<Connection, StorageError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Connection::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Connection::Postgres(Line::from(pool.acquire().await?)),
        })
    }

    /// Closes the connections that wait for work: one of them has gone silent, and most likely all have.
    pub(super) fn renew(&self) {
        if let Self::Postgres(pool) = self {
            while let Some(mut waiting) = pool.try_acquire() {
                waiting.close_on_drop();
            }
        }
    }

    /// A connection with a transaction begun. SQLite takes its write lock at once: a deferred transaction that turns
    /// into a writer fails with "database is locked" whatever the time-out.
    pub(super) async fn begin(&self) -> Result<Connection, StorageError> {
        let mut connection = match self {
            Self::Sqlite { writer, .. } => Connection::Sqlite(writer.acquire().await?),
            Self::Postgres(pool) => Connection::Postgres(Line::from(pool.acquire().await?)),
        };
        match (self, &mut connection) {
            (Self::Sqlite { path, .. }, Connection::Sqlite(_)) => {
                let begun = connection.command("BEGIN IMMEDIATE").await;
                // By then a file without rights has opened as one that is only read.
                begun
                    .map_err(|error| if is_read_only(&error) { no_rights(path, &error.to_string()) } else { error })?;
            }
            _ => connection.command("BEGIN").await?,
        }
        Ok(connection)
    }

    /// Whether one writer commits for all: so on SQLite, which has one write lock anyway.
    pub(super) const fn has_one_writer(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// A connection of its own that hears what [`Connection::notify`] tells; none on SQLite.
    pub(super) async fn listen(&self) -> Option<Result<sqlx::postgres::PgListener, sqlx::Error>> {
        let Self::Postgres(pool) = self else { return None };
        let options = pool.connect_options();
        let listening = async {
            let alone = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE);
            let pool = alone.connect_with((*options).clone()).await?;
            let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await?;
            listener.listen("portcullis").await?;
            Ok(listener)
        };
        Some(listening.await)
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Makes the file if there is none, readable by its owner alone. One that is there is not touched: closing it would take
/// away the locks that SQLite holds on it in this process.
fn make_private(path: &Path) -> Result<(), StorageError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(no_rights(path, &error.to_string())),
        _ => Ok(()),
    }
}

/// An error of opening; with whose the file is if SQLite may not open it or write to it.
fn or_rights(path: &Path, error: sqlx::Error) -> StorageError {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(8 | 14) => no_rights(path, &error.to_string()),
        _ => error.into(),
    }
}

fn no_rights(path: &Path, error: &str) -> StorageError {
    StorageError::Unavailable(format!("cannot open {}: {error}. {}", path.display(), super::who_may(path)))
}

/// Whether SQLite says that it may only read: see [`StorageError::Unavailable`] of a statement.
fn is_read_only(error: &StorageError) -> bool {
    matches!(error, StorageError::Unavailable(told) if told.contains("readonly database"))
}

/// Whether SQLite says that another connection is in the way.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// One connection out of a pool.
pub(super) enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(Line),
}

/// What a row turns into: read alike from both engines.
pub(super) trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

fn arguments<A>(values: Vec<Value>) -> Result<A, StorageError>
where
    A: Arguments + Default,
    for<'q> Option<String>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<i64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> bool: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Vec<u8>: Encode<'q, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text.map(without_zeros)),
            Value::Number(number) => arguments.add(number),
            Value::Truth(truth) => arguments.add(truth),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(|error| StorageError::Other(error.to_string()))?;
    }
    Ok(arguments)
}

/// PostgreSQL has no zero character in text and fails on it. Strangers may send one where rows are looked for, so it is
/// stored, and looked for, as what stands for an unknown character: on both engines, to be alike.
fn without_zeros(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

impl Connection {
    /// Runs a statement that changes the state of the transaction: BEGIN, SAVEPOINT, COMMIT.
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), StorageError> {
        #[cfg(debug_assertions)]
        super::faults::before(sql).await?;
        match self {
            Self::Sqlite(connection) => sqlx::query(sql).execute(&mut **connection).await.map(drop)?,
            Self::Postgres(line) => line.command(sql).await?,
        }
        #[cfg(debug_assertions)]
        super::faults::after(sql)?;
        Ok(())
    }

    pub(super) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StorageError> {
        #[cfg(debug_assertions)]
        super::faults::before(sql).await?;
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?)
                .execute(&mut **connection)
                .await?
                .rows_affected(),
            Self::Postgres(line) => line.execute(sql, arguments(values)?).await?,
        })
    }

    pub(super) async fn fetch<R: Record>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<R>, StorageError> {
        #[cfg(debug_assertions)]
        super::faults::before(sql).await?;
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlx::query_as_with::<Sqlite, R, _>(sql, arguments::<SqliteArguments>(values)?)
                    .fetch_all(&mut **connection)
                    .await?
            }
            Self::Postgres(line) => line.fetch(sql, arguments(values)?).await?,
        })
    }

    /// Tells the other nodes to look at the revisions. They look now and then anyway, so a database that cannot tell
    /// (SQLite, some that speak PostgreSQL's protocol) only makes them slower.
    pub(super) async fn notify(&mut self) {
        if let Self::Postgres(line) = self
            && let Err(error) = line.command("NOTIFY portcullis").await
        {
            tracing::debug!(%error, "the other nodes were not told of a change");
        }
    }

    /// Never give this connection back to its pool: what it was doing is unknown.
    pub(super) fn discard(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.close_on_drop(),
            Self::Postgres(line) => line.discard(),
        }
    }
}
