//! Notices that are mailed once for all nodes, and to whom.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UnixTime;

/// An administrator, as far as mails need to know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AdministratorAddress {
    /// Of which tenant.
    pub tenant_id: String,
    /// Where to write to.
    pub email: String,
}

impl Reader {
    /// The enabled administrators of all tenants.
    pub async fn administrator_addresses(&mut self) -> Result<Vec<AdministratorAddress>, StorageError> {
        let sql = "SELECT u.tenant_id, u.email FROM roles r JOIN user_roles h ON h.role_id = r.id
                   JOIN users u ON u.id = h.user_id WHERE r.role_type_id = $1 AND u.enabled = TRUE ORDER BY u.email";
        self.query(sql).bind(crate::oauth::BuiltInRole::Administrator.type_id()).fetch_all().await
    }

    /// Whether a notice was claimed.
    pub async fn has_notice(&mut self, id: &str) -> Result<bool, StorageError> {
        Ok(self.query("SELECT COUNT(*) FROM sent_notices WHERE id = $1").bind(id).fetch_number().await? > 0)
    }
}

impl Transaction {
    /// Claims a notice: true for the one who shall send it, false for all others, on any node.
    pub async fn claim_notice(&mut self, id: &str, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "INSERT INTO sent_notices (id, sent_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        Ok(self.query(sql).bind(id).bind(now).execute().await? == 1)
    }

    /// Forgets notices of long ago.
    pub async fn forget_notices(&mut self, before: UnixTime) -> Result<(), StorageError> {
        self.query("DELETE FROM sent_notices WHERE sent_at < $1").bind(before).execute().await.map(drop)
    }
}
