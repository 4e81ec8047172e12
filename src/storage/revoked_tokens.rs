//! Access tokens that were taken back one by one (RFC 7009), by `jti`.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UnixTime;

impl Reader {
    /// Whether this access token was taken back.
    pub async fn is_token_revoked(&mut self, jti: &str) -> Result<bool, StorageError> {
        let sql = "SELECT count(*) FROM revoked_tokens WHERE jti = $1";
        Ok(self.query(sql).bind(jti).fetch_number().await? > 0)
    }
}

impl Transaction {
    /// Takes an access token back. It is remembered until the token would have ended.
    pub async fn revoke_token(&mut self, jti: &str, expires_at: UnixTime) -> Result<(), StorageError> {
        let sql = "INSERT INTO revoked_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.query(sql).bind(jti).bind(expires_at).execute().await.map(drop)
    }
}
