//! What an auditor asks for: things of a tenant that deserve a look, at most a hundred of each.

use super::{Reader, StorageError};
use crate::oauth::{BuiltInRole, TenantId, UnixTime};

/// Something by id and name, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A description of a secret, or nothing.
    pub detail: String,
}

impl Reader {
    /// Secrets that are enabled and never expire, by client.
    pub async fn secrets_without_end(&mut self, tenant: &TenantId) -> Result<Vec<Named>, StorageError> {
        let sql =
            "SELECT c.id, c.name, s.description AS detail FROM clients c JOIN client_secrets s ON s.client_id = c.id
                   WHERE c.tenant_id = $1 AND c.enabled = TRUE AND s.enabled = TRUE AND s.expires_at IS NULL
                   ORDER BY c.name_key, c.id, s.id LIMIT 100";
        self.query(sql).bind(tenant).fetch_all().await
    }

    /// Enabled clients that got their last token, or were added, before `before`.
    pub async fn clients_unused_since(
        &mut self,
        tenant: &TenantId,
        before: UnixTime,
    ) -> Result<Vec<Named>, StorageError> {
        let sql = "SELECT id, name, '' AS detail FROM clients WHERE tenant_id = $1 AND enabled = TRUE
                   AND COALESCE(last_used_at, created_at) < $2 ORDER BY name_key, id LIMIT 100";
        self.query(sql).bind(tenant).bind(before).fetch_all().await
    }

    /// Enabled clients that hold a built-in role.
    pub async fn clients_holding(&mut self, tenant: &TenantId, role: BuiltInRole) -> Result<Vec<Named>, StorageError> {
        let sql = "SELECT c.id, c.name, '' AS detail FROM roles r JOIN client_roles h ON h.role_id = r.id
                   JOIN clients c ON c.id = h.client_id
                   WHERE r.tenant_id = $1 AND r.role_type_id = $2 AND c.enabled = TRUE ORDER BY c.name_key, c.id LIMIT 100";
        self.query(sql).bind(tenant).bind(role.type_id()).fetch_all().await
    }

    /// Enabled clients whose settings are weaker than they need to be: `detail` says in what.
    pub async fn clients_with_weak_settings(&mut self, tenant: &TenantId) -> Result<Vec<Named>, StorageError> {
        let sql =
            "SELECT id, name, CASE WHEN allow_access_tokens_via_browser = TRUE THEN 'browser' ELSE 'pkce' END AS detail
                   FROM clients WHERE tenant_id = $1 AND enabled = TRUE AND client_type = 'hybrid'
                   AND (pkce = 'optional' OR allow_access_tokens_via_browser = TRUE) ORDER BY name_key, id LIMIT 100";
        self.query(sql).bind(tenant).fetch_all().await
    }

    /// Enabled users with a built-in role who signed in last, or were added, before `before`.
    pub async fn users_away_since(
        &mut self,
        tenant: &TenantId,
        role: BuiltInRole,
        before: UnixTime,
    ) -> Result<Vec<Named>, StorageError> {
        let sql = "SELECT u.id, u.email AS name, '' AS detail FROM roles r JOIN user_roles h ON h.role_id = r.id
                   JOIN users u ON u.id = h.user_id
                   WHERE r.tenant_id = $1 AND r.role_type_id = $2 AND u.enabled = TRUE
                   AND COALESCE(u.last_sign_in_at, u.created_at) < $3 ORDER BY u.email_key, u.id LIMIT 100";
        self.query(sql).bind(tenant).bind(role.type_id()).bind(before).fetch_all().await
    }
}
