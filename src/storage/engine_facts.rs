//! What an engine says of itself, each in its own words: its version, its clock, its connections.

use super::engine::Pools;
use super::error::StorageError;

impl Pools {
    /// Connections at work, and connections that wait for work.
    pub(super) fn connections(&self) -> (u32, u32) {
        let of = |size: u32, idle: usize| {
            let idle = u32::try_from(idle).unwrap_or(size).min(size);
            (size - idle, idle)
        };
        match self {
            Self::Sqlite { readers, writer, .. } => {
                let (reading, writing) = (of(readers.size(), readers.num_idle()), of(writer.size(), writer.num_idle()));
                (reading.0 + writing.0, reading.1 + writing.1)
            }
            Self::Postgres(pool) => of(pool.size(), pool.num_idle()),
        }
    }

    /// The database's clock, in Unix time.
    pub(super) async fn clock(&self) -> Result<i64, StorageError> {
        let sql = match self {
            Self::Sqlite { .. } => "SELECT unixepoch()",
            Self::Postgres(_) => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
        };
        let rows = self.read().await?.fetch::<(i64,)>(sql, Vec::new()).await?;
        rows.first().map(|(time,)| *time).ok_or_else(|| StorageError::Corrupt("the database has no clock".to_owned()))
    }

    /// `SQLite 3.50.4` or `PostgreSQL 17.6`.
    pub(super) async fn engine(&self) -> Result<String, StorageError> {
        let (name, sql) = match self {
            Self::Sqlite { .. } => ("SQLite", "SELECT sqlite_version()"),
            Self::Postgres(_) => ("PostgreSQL", "SELECT current_setting('server_version')"),
        };
        let rows = self.read().await?.fetch::<(String,)>(sql, Vec::new()).await?;
        Ok(format!("{name} {}", rows.first().map_or("", |(version,)| version)))
    }
}
