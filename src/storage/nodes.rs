//! The nodes that run, and what has been told once for all of them.

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

/// A secret that ends soon.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EndingSecret {
    /// Whose client.
    pub tenant_id: String,
    /// Which client.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// The secret's number.
    pub id: i64,
    /// What somebody called it.
    pub description: String,
    /// When it ends.
    pub expires_at: i64,
}

/// An administrator, as far as mails need to know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AdministratorAddress {
    /// Of which tenant.
    pub tenant_id: String,
    /// Where to write to.
    pub email: String,
}

impl Reader {
    /// The nodes that told something since then, by name.
    pub async fn list_nodes(&mut self, since: UnixTime) -> Result<Vec<NodeRow>, StorageError> {
        let sql = "SELECT id, name, version, key_fingerprint, config_hash, started_at, seen_at, clock_ahead
                   FROM nodes WHERE seen_at >= $1 ORDER BY name, id";
        self.query(sql).bind(since).fetch_all().await
    }

    /// How many enabled secrets of enabled clients end after `now` and not after `until`.
    pub async fn count_secrets_ending(&mut self, now: UnixTime, until: UnixTime) -> Result<i64, StorageError> {
        let sql = "SELECT COUNT(*) FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.expires_at <= $2 AND s.enabled = TRUE AND c.enabled = TRUE";
        self.query(sql).bind(now).bind(until).fetch_number().await
    }

    /// Enabled secrets of enabled clients that end after `now` and not after `until`, the soonest first, at most so many.
    pub async fn secrets_ending(
        &mut self,
        now: UnixTime,
        until: UnixTime,
        most: i64,
    ) -> Result<Vec<EndingSecret>, StorageError> {
        let sql = "SELECT c.tenant_id, c.id AS client_id, c.name AS client_name, s.id, s.description, s.expires_at
                   FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.expires_at <= $2 AND s.enabled = TRUE AND c.enabled = TRUE
                   ORDER BY s.expires_at LIMIT $3";
        self.query(sql).bind(now).bind(until).bind(most).fetch_all().await
    }

    /// The enabled administrators of all tenants.
    pub async fn administrator_addresses(&mut self) -> Result<Vec<AdministratorAddress>, StorageError> {
        let sql = "SELECT u.tenant_id, u.email FROM roles r JOIN user_roles h ON h.role_id = r.id
                   JOIN users u ON u.id = h.user_id WHERE r.role_type_id = $1 AND u.enabled = TRUE ORDER BY u.email";
        self.query(sql).bind(crate::oauth::BuiltInRole::Administrator.type_id()).fetch_all().await
    }

    /// How many enabled administrators there are.
    pub async fn count_administrators(&mut self) -> Result<i64, StorageError> {
        let sql = "SELECT COUNT(*) FROM roles r JOIN user_roles h ON h.role_id = r.id
                   JOIN users u ON u.id = h.user_id WHERE r.role_type_id = $1 AND u.enabled = TRUE";
        self.query(sql).bind(crate::oauth::BuiltInRole::Administrator.type_id()).fetch_number().await
    }

    /// Whether a notice was claimed.
    pub async fn has_notice(&mut self, id: &str) -> Result<bool, StorageError> {
        Ok(self.query("SELECT COUNT(*) FROM sent_notices WHERE id = $1").bind(id).fetch_number().await? > 0)
    }

    /// When the next enabled secret of an enabled client ends.
    pub async fn next_secret_end(&mut self, now: UnixTime) -> Result<Option<UnixTime>, StorageError> {
        let sql = "SELECT s.expires_at FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.enabled = TRUE AND c.enabled = TRUE
                   ORDER BY s.expires_at LIMIT 1";
        Ok(self.query(sql).bind(now).fetch_optional::<(i64,)>().await?.map(|(end,)| UnixTime(end)))
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

    /// Claims a notice: true for the one who shall send it, false for all others, on any node.
    pub async fn claim_notice(&mut self, id: &str, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "INSERT INTO sent_notices (id, sent_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        Ok(self.query(sql).bind(id).bind(now).execute().await? == 1)
    }

    /// Forgets notices of long ago.
    pub async fn forget_notices(&mut self, before: UnixTime) -> Result<(), StorageError> {
        self.query("DELETE FROM sent_notices WHERE sent_at < $1").bind(before).execute().await.map(drop)
    }

    /// Keeps a fact, in place of what was kept under that name.
    pub async fn set_instance_fact(&mut self, name: &str, value: &str) -> Result<(), StorageError> {
        let sql = "INSERT INTO instance (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.query(sql).bind(name).bind(value).execute().await.map(drop)
    }
}
