//! Connections to PostgreSQL: what each is told when it is made, and how one is found out that has gone silent.

use super::error::StorageError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Connection as _, FromRow, Postgres};
use std::str::FromStr as _;
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// How long a statement, the wait for a lock and a transaction that does nothing may take. Told after the connection is
/// made: poolers such as `PgBouncer` refuse such parameters before.
const LIMITS: &str =
    "SET statement_timeout = 5000; SET lock_timeout = 2000; SET idle_in_transaction_session_timeout = 10000";

/// The server ends what takes longer than its limits. Nothing heard for longer than them means that nobody is there: a
/// firewall has forgotten the connection, or the machine is gone.
const SILENCE: Duration = Duration::from_secs(6);

const READ_ONLY: &str =
    "this PostgreSQL takes no writes: it is a replica, or set to read-only. Name the primary in database.url";

/// Opens a pool and its first connection, which must be one that can write.
pub(super) async fn open(url: &str, most: u32, patience: Duration) -> Result<PgPool, StorageError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StorageError::Other("the PostgreSQL URL cannot be read".to_owned()))?
        .application_name("portcullis")
        .extra_float_digits(None);
    let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(patience).test_before_acquire(false);
    // Each connection anew: a primary becomes a replica, or is set to read-only, while the server runs.
    let pool = pool.after_connect(|connection, _| {
        Box::pin(async move {
            sqlx::raw_sql(LIMITS).execute(&mut *connection).await?;
            if is_read_only(connection).await? { Err(sqlx::Error::Configuration(READ_ONLY.into())) } else { Ok(()) }
        })
    });
    match pool.connect_with(options.clone()).await {
        Ok(pool) => Ok(pool),
        // All that it says is that it has waited.
        Err(sqlx::Error::PoolTimedOut) => Err(what_is_wrong(&options, patience).await),
        Err(error) => Err(error.into()),
    }
}

async fn what_is_wrong(options: &PgConnectOptions, patience: Duration) -> StorageError {
    let tried = async { is_read_only(&mut PgConnection::connect_with(options).await?).await };
    match timeout(patience, tried).await {
        Ok(Ok(true)) => StorageError::Unavailable(READ_ONLY.to_owned()),
        Ok(Ok(false)) => sqlx::Error::PoolTimedOut.into(),
        Ok(Err(error)) => error.into(),
        Err(_) => {
            let (host, port) = (options.get_host(), options.get_port());
            StorageError::Unavailable(format!("nothing answers at {host}:{port} within {} seconds", patience.as_secs()))
        }
    }
}

/// A replica lags behind and takes no writes: a code that was spent would look unspent there.
async fn is_read_only(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let sql = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'";
    sqlx::query_scalar(sql).persistent(false).fetch_one(connection).await
}

/// A connection out of the pool.
pub(super) struct Line {
    connection: PoolConnection<Postgres>,
    /// A question is under way. Left so by whoever stopped waiting for the answer.
    asking: bool,
}

impl From<PoolConnection<Postgres>> for Line {
    fn from(connection: PoolConnection<Postgres>) -> Self {
        Self { connection, asking: false }
    }
}

impl Line {
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), StorageError> {
        self.asking = true;
        let answer = timeout(SILENCE, sqlx::query(sql).execute(&mut *self.connection)).await;
        self.heard(answer).map(drop)
    }

    pub(super) async fn execute(&mut self, sql: &'static str, values: PgArguments) -> Result<u64, StorageError> {
        self.asking = true;
        let answer = timeout(SILENCE, sqlx::query_with(sql, values).execute(&mut *self.connection)).await;
        self.heard(answer).map(|done| done.rows_affected())
    }

    pub(super) async fn fetch<R: for<'r> FromRow<'r, PgRow> + Send + Unpin>(
        &mut self,
        sql: &'static str,
        values: PgArguments,
    ) -> Result<Vec<R>, StorageError> {
        self.asking = true;
        let answer = timeout(SILENCE, sqlx::query_as_with(sql, values).fetch_all(&mut *self.connection)).await;
        self.heard(answer)
    }

    fn heard<T>(&mut self, answer: Result<Result<T, sqlx::Error>, Elapsed>) -> Result<T, StorageError> {
        self.asking = false;
        if let Ok(answer) = answer {
            return answer.map_err(StorageError::from);
        }
        self.discard();
        Err(StorageError::Unavailable(format!("PostgreSQL was silent for {} seconds", SILENCE.as_secs())))
    }

    /// Never give this connection back to its pool.
    pub(super) fn discard(&mut self) {
        self.connection.close_on_drop();
    }

    /// The connection itself, for what may take its time.
    pub(super) fn unlimited(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Line {
    /// Whoever asked has gone, a client that hung up most likely. The pool would wait for the answer before it takes the
    /// connection back, and for ever if none comes.
    fn drop(&mut self) {
        if self.asking {
            tokio::spawn(timeout(SILENCE, self.connection.return_to_pool()));
        }
    }
}
