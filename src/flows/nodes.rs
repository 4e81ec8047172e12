//! The nodes of one database: each tells of itself every few seconds, so that operators can compare them.

use super::Provider;
use crate::oauth::UnixTime;
use crate::storage::{NodeRow, StorageError};
use std::sync::OnceLock;

/// A node that has told nothing for this long, in seconds, is not there any more.
pub const NODE_SILENCE: i64 = 30;
/// How long such a node is remembered, in seconds.
const FORGOTTEN: i64 = 86_400;

/// What a node tells of itself.
#[derive(Debug, Clone)]
pub struct NodeFacts {
    /// The machine's name.
    pub name: String,
    /// The version that runs.
    pub version: String,
    /// A digest of the settings that all nodes must share.
    pub config_hash: String,
}

/// This process among the nodes: drawn once, at its first word.
#[derive(Debug, Default)]
pub(super) struct ThisNode(OnceLock<(String, UnixTime)>);

impl Provider {
    /// Its id, and since when it has one.
    fn this_node(&self, now: UnixTime) -> &(String, UnixTime) {
        self.node.0.get_or_init(|| (self.random.base64url::<16>(), now))
    }

    /// Its id.
    pub(super) fn node_id(&self) -> String {
        self.this_node(self.clock.now()).0.clone()
    }

    /// Tells that this node is there.
    pub async fn tell_of_node(&self, facts: &NodeFacts) -> Result<(), StorageError> {
        let now = self.clock.now();
        let (id, started) = self.this_node(now).clone();
        let there = self.database.clock().await?;
        let row = NodeRow {
            id,
            name: facts.name.clone(),
            version: facts.version.clone(),
            key_fingerprint: self.key_fingerprint.clone(),
            config_hash: facts.config_hash.clone(),
            started_at: started.0,
            seen_at: there.0,
            clock_ahead: self.clock.now().since(there),
        };
        self.database
            .write(move |tx| {
                let row = row.clone();
                Box::pin(async move {
                    tx.keep_node(&row).await?;
                    tx.forget_nodes("", there.plus(-FORGOTTEN)).await
                })
            })
            .await
    }

    /// Takes this node off the list: it stops.
    pub async fn forget_node(&self) -> Result<(), StorageError> {
        let Some((id, _)) = self.node.0.get().cloned() else { return Ok(()) };
        self.database
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { tx.forget_nodes(&id, UnixTime(0)).await })
            })
            .await
    }

    /// Keeps, in a SQLite file itself, whether a server has it open: the next one then sees whether a log is missing.
    pub async fn note_served(&self, served: bool) -> Result<(), StorageError> {
        self.database.note_served(served).await
    }

    /// The nodes that are there now.
    pub async fn list_nodes(&self) -> Result<Vec<NodeRow>, StorageError> {
        let since = self.database.clock().await?.plus(-NODE_SILENCE);
        self.database.read().await?.list_nodes(since).await
    }

    /// The numbers of the migrations that this program does not know: those of the release after it, beside which it runs.
    pub async fn newer_migrations(&self) -> Result<Vec<i64>, StorageError> {
        self.database.newer_migrations().await
    }

    /// How far this machine's clock is ahead of the database's, in seconds.
    pub async fn clock_ahead(&self) -> Result<i64, StorageError> {
        Ok(self.clock.now().since(self.database.clock().await?))
    }
}
