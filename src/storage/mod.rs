//! Floor 2: rows, and the only place with SQL.
//!
//! Reads are methods of [`Reader`], writes of [`Transaction`]: a read path cannot write. All writes go through one
//! door, [`Database::write`].

mod accepted_findings;
mod audit_chain;
mod audit_events;
mod authorization_codes;
mod backup;
mod by_ids;
mod client_activity;
mod client_lists;
mod client_logos;
mod client_pages;
mod client_secrets;
mod clients;
mod consents;
mod ending_secrets;
mod engine;
mod engine_facts;
mod error;
#[cfg(debug_assertions)]
mod faults;
mod grants;
mod instance;
mod invitations;
mod leases;
mod mails;
mod name_keys;
mod nodes;
mod notices;
mod one_time;
mod postgres;
mod refresh_tokens;
mod review;
mod revoked_tokens;
mod rights;
mod roles;
mod row_locks;
mod schema;
mod secret_uses;
mod signals;
mod signing_keys;
mod soundness;
mod subjects;
mod sweep;
mod tenants;
mod throttles;
mod user_pages;
mod user_preferences;
mod users;
mod value;
mod web_sessions;
mod writer;

pub use accepted_findings::AcceptedFinding;
pub use audit_chain::AuditChain;
pub use audit_events::{AuditFilter, AuditRow};
pub use authorization_codes::StoredCode;
pub use backup::{
    BackupContents, inspect_backup, interrupted_restore, key_fingerprint_of, note_backup, restore_backup,
};
pub use client_lists::{ClientFilter, ClientSort, ClientStatus, ClientSummary, Page};
pub use client_logos::StoredLogo;
pub use client_pages::ClientSelection;
pub use ending_secrets::EndingSecret;
pub use engine::Location;
pub use error::StorageError;
pub use invitations::Invitation;
pub use mails::{NewMail, TakenRow};
pub use nodes::NodeRow;
pub use notices::AdministratorAddress;
pub use one_time::{CodeTry, LinkPurpose};
pub use refresh_tokens::StoredRefreshToken;
pub use review::Named;
pub use rights::who_may;
pub use secret_uses::SecretUse;
pub use signals::Signals;
pub use signing_keys::KeyRow;
pub use soundness::{Found, look_through};
pub use subjects::SubjectKind;
pub use sweep::{Leftover, SweptSecret};
pub use tenants::Tenant;
pub use users::{NewUser, User};
pub use web_sessions::WebSession;

use engine::{Connection, Pools, Record};
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use value::Value;

/// How long a question may take that is asked several times a second.
const PROMPTLY: Duration = Duration::from_secs(1);

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pools: Pools,
    writer: writer::Writer,
}

impl Database {
    /// Opens it, without touching the schema. `most_connections` counts for PostgreSQL only.
    pub async fn open(location: &Location, most_connections: u32) -> Result<Self, StorageError> {
        let pools = Pools::open(location, most_connections).await?;
        Ok(Self { writer: writer::Writer::start(&pools), pools })
    }

    /// What time it is for the database: all nodes of one PostgreSQL have the same.
    pub async fn clock(&self) -> Result<crate::oauth::UnixTime, StorageError> {
        self.pools.clock().await.map(crate::oauth::UnixTime)
    }

    /// Connections at work, connections that wait for work, and writes that wait for the one writer of SQLite.
    #[must_use]
    pub fn load(&self) -> (u32, u32, usize) {
        let (busy, idle) = self.pools.connections();
        (busy, idle, self.writer.waiting())
    }

    /// The engine and its version, for people.
    pub async fn engine(&self) -> Result<String, StorageError> {
        self.pools.engine().await
    }

    /// What people call the engine, without asking it.
    #[must_use]
    pub const fn engine_name(&self) -> &'static str {
        if self.pools.has_one_writer() { "SQLite" } else { "PostgreSQL" }
    }

    /// A connection to read with. On SQLite it waits for no writer.
    pub async fn read(&self) -> Result<Reader, StorageError> {
        Ok(Reader::new(self.pools.read().await?))
    }

    /// Whether the database answers, now and not in a few seconds. It reads a table: `SQLite` says 1 even when its file is
    /// gone.
    pub async fn ping(&self) -> Result<(), StorageError> {
        let mut reader = self.read().await?;
        let answer = timeout(PROMPTLY, reader.query("SELECT COUNT(*) FROM revisions").fetch_number()).await;
        self.promptly(reader, answer).map(drop)
    }

    /// The revisions that caches watch, now and not in a few seconds: until they are known, nobody knows what is stale.
    pub async fn revisions(&self) -> Result<Vec<(String, i64)>, StorageError> {
        let mut reader = self.read().await?;
        let answer = timeout(PROMPTLY, reader.revisions()).await;
        self.promptly(reader, answer)
    }

    /// What takes no time and was not answered was asked of a dead connection, and those beside it are most likely dead, too.
    fn promptly<T>(
        &self,
        mut reader: Reader,
        answer: Result<Result<T, StorageError>, Elapsed>,
    ) -> Result<T, StorageError> {
        answer.unwrap_or_else(|_| {
            reader.connection.discard();
            self.pools.renew();
            Err(StorageError::Unavailable(format!("no answer within {} s", PROMPTLY.as_secs())))
        })
    }

    /// Waits for the writes under way and closes all connections.
    pub async fn close(&self) {
        self.writer.finish().await;
        self.pools.close().await;
    }
}

/// A connection that reads.
pub struct Reader {
    connection: Connection,
    /// The first statement that failed. A transaction in which one did is never committed.
    failed: Option<StorageError>,
}

/// A connection inside a transaction. Only [`Database::write`] makes one, and only it commits.
pub struct Transaction {
    reader: Reader,
    open: bool,
    /// Whether a cache somewhere has become stale: to be told when this is committed.
    touched: bool,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Whoever reads has panicked, perhaps in the middle of an answer: the next one gets a fresh connection.
        if std::thread::panicking() {
            self.connection.discard();
        }
    }
}

impl Deref for Transaction {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

impl Transaction {
    async fn begin(pools: &Pools) -> Result<Self, StorageError> {
        Ok(Self { reader: Reader::new(pools.begin().await?), open: true, touched: false })
    }

    async fn end(mut self, sql: &'static str) -> Result<(), StorageError> {
        self.reader.connection.command(sql).await?;
        self.open = false;
        if self.touched && sql == "COMMIT" {
            self.reader.connection.notify().await;
        }
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.open {
            self.reader.connection.discard();
        }
    }
}

/// A statement on its way: SQL that is a literal, and what is bound to it.
struct Statement<'c> {
    reader: &'c mut Reader,
    sql: &'static str,
    values: Vec<Value>,
}

impl Reader {
    const fn new(connection: Connection) -> Self {
        Self { connection, failed: None }
    }

    fn remember_failure<T>(&mut self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(error) = &outcome
            && self.failed.is_none()
        {
            self.failed = Some(error.clone());
        }
        outcome
    }

    const fn query(&mut self, sql: &'static str) -> Statement<'_> {
        Statement { reader: self, sql, values: Vec::new() }
    }
}

impl Statement<'_> {
    fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it; says how many rows it changed.
    async fn execute(self) -> Result<u64, StorageError> {
        let outcome = self.reader.connection.execute(self.sql, self.values).await;
        self.reader.remember_failure(outcome)
    }

    async fn fetch_all<R: Record>(self) -> Result<Vec<R>, StorageError> {
        let outcome = self.reader.connection.fetch(self.sql, self.values).await;
        self.reader.remember_failure(outcome)
    }

    async fn fetch_optional<R: Record>(self) -> Result<Option<R>, StorageError> {
        Ok(self.fetch_all().await?.into_iter().next())
    }

    /// The one number that the statement yields.
    async fn fetch_number(self) -> Result<i64, StorageError> {
        Ok(self.fetch_optional::<(i64,)>().await?.map_or(0, |(number,)| number))
    }
}
