//! Rows that a transaction takes before it looks at them: what it reads from then on nobody else changes until it ends, and
//! what it decides by is true when it is committed. On SQLite, where writes follow each other, they always are.
//!
//! No word of SELECT FOR UPDATE is known to SQLite; a row that is set to what it is, is locked on both engines.

use super::{StorageError, Transaction};
use crate::oauth::{BuiltInRole, ClientId, RoleId, SessionId, TenantId, UserId};

impl Transaction {
    /// Makes every other transaction wait that calls this for the same role, until this one ends: whoever counts the
    /// holders then counts what is true.
    pub async fn lock_role(&mut self, tenant: &TenantId, role: BuiltInRole) -> Result<(), StorageError> {
        let sql = "UPDATE roles SET description = description WHERE tenant_id = $1 AND role_type_id = $2";
        self.query(sql).bind(tenant).bind(role.type_id()).execute().await.map(drop)
    }

    /// Takes a client of the tenant, and with it its secrets: whoever changes one takes its client first. False if there
    /// is none.
    pub async fn lock_client(&mut self, tenant: &TenantId, client: &ClientId) -> Result<bool, StorageError> {
        let sql = "UPDATE clients SET version = version WHERE id = $1 AND tenant_id = $2";
        Ok(self.query(sql).bind(client).bind(tenant).execute().await? == 1)
    }

    /// Takes a user of the tenant; false if there is none.
    pub async fn lock_user(&mut self, tenant: &TenantId, user: &UserId) -> Result<bool, StorageError> {
        let sql = "UPDATE users SET version = version WHERE id = $1 AND tenant_id = $2";
        Ok(self.query(sql).bind(user).bind(tenant).execute().await? == 1)
    }

    /// Takes a role of the tenant by its id; false if there is none.
    pub async fn lock_role_called(&mut self, tenant: &TenantId, role: &RoleId) -> Result<bool, StorageError> {
        let sql = "UPDATE roles SET description = description WHERE id = $1 AND tenant_id = $2";
        Ok(self.query(sql).bind(role).bind(tenant).execute().await? == 1)
    }

    /// Takes a user's session, so that it cannot end before this transaction does; false if it has ended.
    pub async fn lock_session(&mut self, user: &UserId, sid: &SessionId) -> Result<bool, StorageError> {
        let sql = "UPDATE web_sessions SET sid = sid WHERE sid = $1 AND user_id = $2";
        Ok(self.query(sql).bind(sid).bind(user).execute().await? == 1)
    }
}
