//! Grants: what users gave to clients.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{ClientId, Grant, GrantId, Scope, SessionId, TenantId, UnixTime, UserId};

#[derive(sqlx::FromRow)]
pub(super) struct GrantRow {
    pub(super) id: String,
    pub(super) tenant_id: String,
    pub(super) client_id: String,
    pub(super) user_id: String,
    pub(super) sid: String,
    pub(super) scope: String,
    pub(super) claims: String,
    pub(super) auth_time: i64,
    pub(super) user_generation: i64,
    pub(super) created_at: i64,
    pub(super) ends_at: i64,
    pub(super) revoked_at: Option<i64>,
}

impl GrantRow {
    pub(super) fn read(self) -> Result<Grant, StorageError> {
        let corrupt = |column: &str| StorageError::Corrupt(format!("grants.{column} of {}", self.id));
        Ok(Grant {
            scope: Scope::parse(&self.scope).map_err(|_| corrupt("scope"))?,
            claims: serde_json::from_str(&self.claims).map_err(|_| corrupt("claims"))?,
            tenant_id: TenantId::new(self.tenant_id),
            client_id: ClientId::new(self.client_id),
            user_id: UserId::new(self.user_id),
            sid: SessionId::new(self.sid),
            auth_time: UnixTime(self.auth_time),
            user_generation: self.user_generation,
            created_at: UnixTime(self.created_at),
            ends_at: UnixTime(self.ends_at),
            revoked_at: self.revoked_at.map(UnixTime),
            id: GrantId::new(self.id),
        })
    }
}

impl Reader {
    /// A grant, revoked or not.
    pub async fn find_grant(&mut self, id: &GrantId) -> Result<Option<Grant>, StorageError> {
        let sql =
            "SELECT id, tenant_id, client_id, user_id, sid, scope, claims, auth_time, user_generation, created_at,
                   ends_at, revoked_at
                   FROM grants WHERE id = $1";
        self.query(sql).bind(id).fetch_optional::<GrantRow>().await?.map(GrantRow::read).transpose()
    }

    /// A user's grants with a refresh token that have not ended, the latest first.
    pub async fn offline_grants_of(&mut self, user: &UserId, now: UnixTime) -> Result<Vec<Grant>, StorageError> {
        let sql =
            "SELECT id, tenant_id, client_id, user_id, sid, scope, claims, auth_time, user_generation, created_at,
                   ends_at, revoked_at
                   FROM grants WHERE user_id = $1 AND offline = TRUE AND revoked_at IS NULL AND ends_at > $2
                   ORDER BY created_at DESC, id LIMIT 1000";
        let rows = self.query(sql).bind(user).bind(now).fetch_all::<GrantRow>().await?;
        rows.into_iter().map(GrantRow::read).collect()
    }
}

impl Transaction {
    /// Keeps a grant.
    pub async fn insert_grant(&mut self, grant: &Grant) -> Result<(), StorageError> {
        let sql = "INSERT INTO grants (id, tenant_id, client_id, user_id, sid, scope, claims, auth_time, offline,
                   created_at, ends_at, user_generation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let claims = serde_json::to_string(&grant.claims).map_err(|error| StorageError::Other(error.to_string()))?;
        let statement = self.query(sql).bind(&grant.id).bind(&grant.tenant_id).bind(&grant.client_id);
        let statement = statement.bind(&grant.user_id).bind(&grant.sid).bind(grant.scope.to_string()).bind(claims);
        let statement = statement.bind(grant.auth_time).bind(grant.is_offline()).bind(grant.created_at);
        statement.bind(grant.ends_at).bind(grant.user_generation).execute().await.map(drop)
    }

    /// Lets what hung on one session hang on another.
    pub async fn move_grants_of_session(&mut self, from: &SessionId, to: &SessionId) -> Result<(), StorageError> {
        let sql = "UPDATE grants SET sid = $2 WHERE sid = $1 AND revoked_at IS NULL";
        self.query(sql).bind(from).bind(to).execute().await.map(drop)
    }

    /// Takes a grant back, and with it all that hangs on it; false if that was done before.
    pub async fn revoke_grant(&mut self, id: &GrantId, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        Ok(self.query(sql).bind(id).bind(now).execute().await? == 1)
    }

    /// Takes back what a user granted: to one client, or to all.
    pub async fn revoke_grants_of(
        &mut self,
        user: &UserId,
        client: Option<&ClientId>,
        now: UnixTime,
    ) -> Result<u64, StorageError> {
        let sql = "UPDATE grants SET revoked_at = $3
                   WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR client_id = $2) AND revoked_at IS NULL";
        self.query(sql).bind(user).bind(client.map(ClientId::as_str)).bind(now).execute().await
    }

    /// Takes back all that users granted to a client.
    pub async fn revoke_grants_of_client(&mut self, client: &ClientId, now: UnixTime) -> Result<u64, StorageError> {
        let sql = "UPDATE grants SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL";
        self.query(sql).bind(client).bind(now).execute().await
    }

    /// Takes back what ends with a session: grants without a refresh token, and codes that nobody has spent.
    pub async fn revoke_grants_of_session(&mut self, sid: &SessionId, now: UnixTime) -> Result<u64, StorageError> {
        let sql = "DELETE FROM authorization_codes
                   WHERE consumed_at IS NULL AND grant_id IN (SELECT id FROM grants WHERE sid = $1)";
        self.query(sql).bind(sid).execute().await?;
        let sql = "UPDATE grants SET revoked_at = $2 WHERE sid = $1 AND offline = FALSE AND revoked_at IS NULL";
        self.query(sql).bind(sid).bind(now).execute().await
    }
}
