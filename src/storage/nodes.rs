//! The nodes that run.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UnixTime;

/// A node, as it last told.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NodeRow {
    /// Drawn when its process started.
    pub id: String,
    /// Its machine's name.
    pub name: String,
    /// The version it runs.
    pub version: String,
    /// The fingerprint of its master key.
    pub key_fingerprint: String,
    /// A digest of the settings that all nodes must share.
    pub config_hash: String,
    /// When it started, by its own clock.
    pub started_at: i64,
    /// When it last told, by the database's clock.
    pub seen_at: i64,
    /// How far its clock is ahead of the database's, in seconds.
    pub clock_ahead: i64,
}

impl Reader {
    /// The nodes that told something since then, by name.
    pub async fn list_nodes(&mut self, since: UnixTime) -> Result<Vec<NodeRow>, StorageError> {
        let sql = "SELECT id, name, version, key_fingerprint, config_hash, started_at, seen_at, clock_ahead
                   FROM nodes WHERE seen_at >= $1 ORDER BY name, id";
        self.query(sql).bind(since).fetch_all().await
    }
}

impl Transaction {
    /// Keeps what a node tells of itself.
    pub async fn keep_node(&mut self, node: &NodeRow) -> Result<(), StorageError> {
        let sql =
            "INSERT INTO nodes (id, name, version, key_fingerprint, config_hash, started_at, seen_at, clock_ahead)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                   ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, clock_ahead = excluded.clock_ahead,
                   config_hash = excluded.config_hash";
        let statement = self.query(sql).bind(&node.id).bind(&node.name).bind(&node.version).bind(&node.key_fingerprint);
        let statement = statement.bind(&node.config_hash).bind(node.started_at).bind(node.seen_at);
        statement.bind(node.clock_ahead).execute().await.map(drop)
    }

    /// Forgets a node that stops, and those that have told nothing since then.
    pub async fn forget_nodes(&mut self, id: &str, before: UnixTime) -> Result<(), StorageError> {
        self.query("DELETE FROM nodes WHERE id = $1 OR seen_at < $2").bind(id).bind(before).execute().await.map(drop)
    }
}
