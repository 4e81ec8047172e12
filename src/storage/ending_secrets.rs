//! Secrets that end soon, over all tenants.

use super::{Reader, StorageError};
use crate::oauth::{TenantId, UnixTime};

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

impl Reader {
    /// How many enabled secrets of enabled clients end after `now` and not after `until`.
    pub async fn count_secrets_ending(&mut self, now: UnixTime, until: UnixTime) -> Result<i64, StorageError> {
        let sql = "SELECT COUNT(*) FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.expires_at <= $2 AND s.enabled = TRUE AND c.enabled = TRUE";
        self.query(sql).bind(now).bind(until).fetch_number().await
    }

    /// Enabled secrets of enabled clients that end after `now` and not after `until`, the soonest first, at most so many.
    pub async fn next_secrets_ending(
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

    /// The tenants whose enabled clients have enabled secrets that end after `now` and not after `until`.
    pub async fn tenants_of_secrets_ending(
        &mut self,
        now: UnixTime,
        until: UnixTime,
    ) -> Result<Vec<TenantId>, StorageError> {
        let sql = "SELECT DISTINCT c.tenant_id FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.expires_at <= $2 AND s.enabled = TRUE AND c.enabled = TRUE
                   ORDER BY c.tenant_id";
        let found = self.query(sql).bind(now).bind(until).fetch_all::<(String,)>().await?;
        Ok(found.into_iter().map(|(id,)| TenantId::new(id)).collect())
    }

    /// Such secrets of one tenant, the soonest first: those that come after one of them, or after `now`; at most so many.
    pub async fn secrets_ending(
        &mut self,
        tenant: &TenantId,
        now: UnixTime,
        until: UnixTime,
        after: Option<&EndingSecret>,
        most: i64,
    ) -> Result<Vec<EndingSecret>, StorageError> {
        let sql = "SELECT c.tenant_id, c.id AS client_id, c.name AS client_name, s.id, s.description, s.expires_at
                   FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE c.tenant_id = $1 AND s.expires_at > $2 AND s.expires_at <= $3
                   AND s.enabled = TRUE AND c.enabled = TRUE AND (s.expires_at, s.client_id, s.id) > ($4, $5, $6)
                   ORDER BY s.expires_at, s.client_id, s.id LIMIT $7";
        let statement = self.query(sql).bind(tenant).bind(now).bind(until);
        let statement = match after {
            Some(after) => statement.bind(after.expires_at).bind(after.client_id.as_str()).bind(after.id),
            None => statement.bind(now).bind("").bind(0_i64),
        };
        statement.bind(most).fetch_all().await
    }

    /// When the next enabled secret of an enabled client ends.
    pub async fn next_secret_end(&mut self, now: UnixTime) -> Result<Option<UnixTime>, StorageError> {
        let sql = "SELECT s.expires_at FROM client_secrets s JOIN clients c ON c.id = s.client_id
                   WHERE s.expires_at > $1 AND s.enabled = TRUE AND c.enabled = TRUE
                   ORDER BY s.expires_at LIMIT 1";
        Ok(self.query(sql).bind(now).fetch_optional::<(i64,)>().await?.map(|(end,)| UnixTime(end)))
    }
}
