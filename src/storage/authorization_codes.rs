//! Authorization codes, by their hash.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{CodeChallenge, GrantId, TokenHash, UnixTime};

/// A code, as stored. Its client is that of the grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// What it hangs on.
    pub grant_id: GrantId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// From here on it is good for nothing.
    pub expires_at: UnixTime,
}

#[derive(sqlx::FromRow)]
struct Row {
    grant_id: String,
    redirect_uri: String,
    code_challenge: Option<String>,
    nonce: Option<String>,
    expires_at: i64,
}

impl Row {
    fn read(self) -> Result<StoredCode, StorageError> {
        let corrupt =
            || StorageError::Corrupt(format!("authorization_codes.code_challenge of grant {}", self.grant_id));
        let code_challenge = match &self.code_challenge {
            // A challenge that cannot be read must not turn into none.
            Some(text) => Some(CodeChallenge::parse(text).ok_or_else(corrupt)?),
            None => None,
        };
        Ok(StoredCode {
            grant_id: GrantId::new(self.grant_id),
            redirect_uri: self.redirect_uri,
            code_challenge,
            nonce: self.nonce,
            expires_at: UnixTime(self.expires_at),
        })
    }
}

impl Reader {
    /// The grant of a code, spent or not.
    pub async fn grant_of_code(&mut self, hash: &TokenHash) -> Result<Option<GrantId>, StorageError> {
        let sql = "SELECT grant_id FROM authorization_codes WHERE hash = $1";
        let row = self.query(sql).bind(hash).fetch_optional::<(String,)>().await?;
        Ok(row.map(|(grant,)| GrantId::new(grant)))
    }
}

impl Transaction {
    /// Keeps a code.
    pub async fn insert_code(&mut self, hash: &TokenHash, code: &StoredCode) -> Result<(), StorageError> {
        let sql = "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, nonce, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let statement = self.query(sql).bind(hash).bind(&code.grant_id).bind(&code.redirect_uri);
        let statement = statement.bind(code.code_challenge.as_ref().map(CodeChallenge::as_str)).bind(&code.nonce);
        statement.bind(code.expires_at).execute().await.map(drop)
    }

    /// Spends a code. Exactly one caller gets it, even if it is over: whether it may be used is decided after that.
    pub async fn consume_code(&mut self, hash: &TokenHash, now: UnixTime) -> Result<Option<StoredCode>, StorageError> {
        let sql = "UPDATE authorization_codes SET consumed_at = $2 WHERE hash = $1 AND consumed_at IS NULL
                   RETURNING grant_id, redirect_uri, code_challenge, nonce, expires_at";
        self.query(sql).bind(hash).bind(now).fetch_optional::<Row>().await?.map(Row::read).transpose()
    }
}
