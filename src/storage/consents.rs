//! What users agreed to: remembered for each client.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{ClientId, Consent, Scope, UnixTime, UserId};

#[derive(sqlx::FromRow)]
struct Row {
    client_id: String,
    scope: String,
    granted_at: i64,
}

impl Row {
    fn read(self) -> Result<(ClientId, Consent), StorageError> {
        let corrupt = |_| StorageError::Corrupt(format!("consents.scope for {}", self.client_id));
        let scope = Scope::parse(&self.scope).map_err(corrupt)?;
        Ok((ClientId::new(self.client_id), Consent { scope, granted_at: UnixTime(self.granted_at) }))
    }
}

impl Reader {
    /// What a user agreed to for a client.
    pub async fn find_consent(&mut self, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StorageError> {
        let sql = "SELECT client_id, scope, granted_at FROM consents WHERE user_id = $1 AND client_id = $2";
        let row = self.query(sql).bind(user).bind(client).fetch_optional::<Row>().await?;
        Ok(row.map(Row::read).transpose()?.map(|(_, consent)| consent))
    }

    /// All that a user agreed to, the latest first.
    pub async fn consents_of(&mut self, user: &UserId) -> Result<Vec<(ClientId, Consent)>, StorageError> {
        let sql = "SELECT client_id, scope, granted_at FROM consents WHERE user_id = $1
                   ORDER BY granted_at DESC, client_id LIMIT 1000";
        self.query(sql).bind(user).fetch_all::<Row>().await?.into_iter().map(Row::read).collect()
    }
}

impl Transaction {
    /// Remembers that a user agrees to this scope for a client, in place of what was remembered.
    pub async fn put_consent(
        &mut self,
        user: &UserId,
        client: &ClientId,
        scope: &Scope,
        now: UnixTime,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO consents (user_id, client_id, scope, granted_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (user_id, client_id) DO UPDATE SET scope = $3, granted_at = $4";
        self.query(sql).bind(user).bind(client).bind(scope.to_string()).bind(now).execute().await.map(drop)
    }

    /// Forgets what a user agreed to for a client.
    pub async fn delete_consent(&mut self, user: &UserId, client: &ClientId) -> Result<bool, StorageError> {
        let sql = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";
        Ok(self.query(sql).bind(user).bind(client).execute().await? == 1)
    }
}
