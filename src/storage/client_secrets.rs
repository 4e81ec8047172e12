//! Secrets of clients. The value is never here, only its hash.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{ClientId, ClientSecret, TokenHash, UnixTime, admin_fields::fold};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    hash: Vec<u8>,
    hint: String,
    description: String,
    enabled: bool,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_from: Option<String>,
}

impl TryFrom<Row> for ClientSecret {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let corrupt = |what: &str| StorageError::Corrupt(format!("client_secrets.{what} of {}", row.id));
        Ok(Self {
            id: i32::try_from(row.id).map_err(|_| corrupt("id"))?,
            hash: TokenHash::from_slice(&row.hash).ok_or_else(|| corrupt("hash"))?,
            hint: row.hint,
            description: row.description,
            enabled: row.enabled,
            created_at: UnixTime(row.created_at),
            expires_at: row.expires_at.map(UnixTime),
            last_used_at: row.last_used_at.map(UnixTime),
            last_used_from: row.last_used_from,
        })
    }
}

impl Reader {
    /// All secrets of a client, the newest first.
    pub async fn secrets_of(&mut self, client: &ClientId) -> Result<Vec<ClientSecret>, StorageError> {
        let sql = "SELECT id, hash, hint, description, enabled, created_at, expires_at, last_used_at, last_used_from
                   FROM client_secrets WHERE client_id = $1 ORDER BY id DESC";
        self.query(sql).bind(client).fetch_all::<Row>().await?.into_iter().map(ClientSecret::try_from).collect()
    }
}

impl Transaction {
    /// The next secret id of a client: counted up, never used again. None if there is no such client.
    pub async fn next_secret_id(&mut self, client: &ClientId) -> Result<Option<i32>, StorageError> {
        let sql = "UPDATE clients SET next_secret_id = next_secret_id + 1 WHERE id = $1 RETURNING next_secret_id - 1";
        let row = self.query(sql).bind(client).fetch_optional::<(i64,)>().await?;
        row.map(|(id,)| i32::try_from(id).map_err(|_| StorageError::Corrupt("next_secret_id".to_owned()))).transpose()
    }

    /// Adds a secret under an id that was counted for it.
    pub async fn insert_secret(&mut self, client: &ClientId, secret: &ClientSecret) -> Result<(), StorageError> {
        let sql = "INSERT INTO client_secrets (client_id, id, hash, hint, description, description_key, enabled,
                   created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let statement = self.query(sql).bind(client).bind(secret.id).bind(&secret.hash).bind(&secret.hint);
        let statement = statement.bind(&secret.description).bind(fold(&secret.description));
        let statement = statement.bind(secret.enabled).bind(secret.created_at);
        statement.bind(secret.expires_at).execute().await?;
        self.touch("clients").await
    }

    /// Changes description, end and state of a secret; false if it is not there.
    pub async fn update_secret(&mut self, client: &ClientId, secret: &ClientSecret) -> Result<bool, StorageError> {
        let sql = "UPDATE client_secrets SET description = $3, description_key = $4, enabled = $5, expires_at = $6
                   WHERE client_id = $1 AND id = $2";
        let statement = self.query(sql).bind(client).bind(secret.id).bind(&secret.description);
        let statement = statement.bind(fold(&secret.description));
        let changed = statement.bind(secret.enabled).bind(secret.expires_at).execute().await? == 1;
        self.touch("clients").await?;
        Ok(changed)
    }

    /// Removes a secret; false if it was not there.
    pub async fn delete_secret(&mut self, client: &ClientId, id: i32) -> Result<bool, StorageError> {
        let sql = "DELETE FROM client_secrets WHERE client_id = $1 AND id = $2";
        let removed = self.query(sql).bind(client).bind(id).execute().await? == 1;
        self.touch("clients").await?;
        Ok(removed)
    }

    /// Notes when and from where a secret, and so its client, was last used, unless a later use is known: nodes tell in
    /// any order. Not a change: caches stay as they are.
    pub async fn note_secret_use(
        &mut self,
        client: &ClientId,
        id: i32,
        at: UnixTime,
        from: &str,
    ) -> Result<(), StorageError> {
        // The client first, as whoever changes a secret takes them.
        let sql = "UPDATE clients SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
        self.query(sql).bind(client).bind(at).execute().await?;
        let sql = "UPDATE client_secrets SET last_used_at = $3, last_used_from = $4
                   WHERE client_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)";
        self.query(sql).bind(client).bind(id).bind(at).bind(from).execute().await.map(drop)
    }
}
