//! Signing keys. The private half is sealed before it gets here.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{KeyId, UnixTime};

/// A key, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// `kid`.
    pub id: KeyId,
    /// Unique: algorithm and number. Two nodes that make the same next key meet here.
    pub slot: String,
    /// The JWA name.
    pub algorithm: String,
    /// Where in its life it is.
    pub state: String,
    /// Sealed PKCS#8.
    pub private_key: Vec<u8>,
    /// The public half, a JWK as JSON text.
    pub public_jwk: String,
    /// When it was made.
    pub created_at: UnixTime,
    /// From when on it signs.
    pub activates_at: UnixTime,
    /// When it stopped signing.
    pub retires_at: Option<UnixTime>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    slot: String,
    algorithm: String,
    state: String,
    private_key: Vec<u8>,
    public_jwk: String,
    created_at: i64,
    activates_at: i64,
    retires_at: Option<i64>,
}

impl Reader {
    /// All keys, the oldest first.
    pub async fn list_signing_keys(&mut self) -> Result<Vec<KeyRow>, StorageError> {
        let sql = "SELECT id, slot, algorithm, state, private_key, public_jwk, created_at, activates_at, retires_at
                   FROM signing_keys ORDER BY created_at, id";
        let rows = self.query(sql).fetch_all::<Row>().await?;
        let read = |row: Row| KeyRow {
            id: KeyId::new(row.id),
            slot: row.slot,
            algorithm: row.algorithm,
            state: row.state,
            private_key: row.private_key,
            public_jwk: row.public_jwk,
            created_at: UnixTime(row.created_at),
            activates_at: UnixTime(row.activates_at),
            retires_at: row.retires_at.map(UnixTime),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

impl Transaction {
    /// Adds a key unless its slot is taken; says whether it was added.
    pub async fn insert_signing_key(&mut self, key: &KeyRow) -> Result<bool, StorageError> {
        let sql = "INSERT INTO signing_keys (id, slot, algorithm, state, private_key, public_jwk, created_at,
                   activates_at, retires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
        let statement = self.query(sql).bind(&key.id).bind(&key.slot).bind(&key.algorithm).bind(&key.state);
        let statement = statement.bind(key.private_key.as_slice()).bind(&key.public_jwk).bind(key.created_at);
        let added = statement.bind(key.activates_at).bind(key.retires_at).execute().await? == 1;
        self.touch("keys").await?;
        Ok(added)
    }

    /// Lets a key sign from now on, if it is still in the state it is moved from. Also when it was to wait longer.
    pub async fn activate_signing_key(
        &mut self,
        id: &KeyId,
        from: &str,
        to: &str,
        now: UnixTime,
    ) -> Result<bool, StorageError> {
        let sql = "UPDATE signing_keys SET state = $3,
                   activates_at = CASE WHEN activates_at > $4 THEN $4 ELSE activates_at END
                   WHERE id = $1 AND state = $2";
        let moved = self.query(sql).bind(id).bind(from).bind(to).bind(now).execute().await? == 1;
        self.touch("keys").await?;
        Ok(moved)
    }

    /// Removes a key, if it is still in this state.
    pub async fn delete_signing_key(&mut self, id: &KeyId, from: &str) -> Result<bool, StorageError> {
        let sql = "DELETE FROM signing_keys WHERE id = $1 AND state = $2";
        let gone = self.query(sql).bind(id).bind(from).execute().await? == 1;
        self.touch("keys").await?;
        Ok(gone)
    }

    /// Moves a key on in its life, if it is still in the state it is moved from.
    pub async fn move_signing_key(
        &mut self,
        id: &KeyId,
        from: &str,
        to: &str,
        retires_at: Option<UnixTime>,
    ) -> Result<bool, StorageError> {
        let sql =
            "UPDATE signing_keys SET state = $3, retires_at = COALESCE($4, retires_at) WHERE id = $1 AND state = $2";
        let moved = self.query(sql).bind(id).bind(from).bind(to).bind(retires_at).execute().await? == 1;
        self.touch("keys").await?;
        Ok(moved)
    }
}
