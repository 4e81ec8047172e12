//! Refresh tokens, by their hash.

use super::grants::GrantRow;
use super::{Reader, StorageError, Transaction};
use crate::oauth::{Grant, GrantId, RefreshToken, TokenHash, UnixTime};

/// A refresh token, as stored, with what it hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRefreshToken {
    /// What decides.
    pub token: RefreshToken,
    /// When it was made.
    pub issued_at: UnixTime,
    /// The grant.
    pub grant: Grant,
}

#[derive(sqlx::FromRow)]
struct Row {
    issued_at: i64,
    expires_at: i64,
    consumed_at: Option<i64>,
    #[sqlx(flatten)]
    grant: GrantRow,
}

impl Row {
    fn read(self) -> Result<StoredRefreshToken, StorageError> {
        let grant = self.grant.read()?;
        Ok(StoredRefreshToken {
            token: RefreshToken {
                client_id: grant.client_id.clone(),
                expires_at: UnixTime(self.expires_at),
                consumed_at: self.consumed_at.map(UnixTime),
            },
            issued_at: UnixTime(self.issued_at),
            grant,
        })
    }
}

impl Reader {
    /// A refresh token, replaced or not.
    pub async fn find_refresh_token(&mut self, hash: &TokenHash) -> Result<Option<StoredRefreshToken>, StorageError> {
        let sql = "SELECT t.issued_at, t.expires_at, t.consumed_at, g.id, g.tenant_id, g.client_id, g.user_id, g.sid,
                   g.scope, g.claims, g.auth_time, g.user_generation, g.created_at, g.ends_at, g.revoked_at
                   FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.hash = $1";
        self.query(sql).bind(hash).fetch_optional::<Row>().await?.map(Row::read).transpose()
    }
}

impl Transaction {
    /// Keeps a refresh token.
    pub async fn insert_refresh_token(
        &mut self,
        hash: &TokenHash,
        grant: &GrantId,
        issued_at: UnixTime,
        expires_at: UnixTime,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO refresh_tokens (hash, grant_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)";
        self.query(sql).bind(hash).bind(grant).bind(issued_at).bind(expires_at).execute().await.map(drop)
    }

    /// Spends a refresh token that is not over. Exactly one caller hears yes.
    pub async fn consume_refresh_token(&mut self, hash: &TokenHash, now: UnixTime) -> Result<bool, StorageError> {
        let sql =
            "UPDATE refresh_tokens SET consumed_at = $2 WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2";
        Ok(self.query(sql).bind(hash).bind(now).execute().await? == 1)
    }
}
