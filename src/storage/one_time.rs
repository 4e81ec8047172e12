//! Things that work once: the set-up code, and links for invitations and new passwords.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{TokenHash, UnixTime, UserId};

/// What became of a try at the set-up code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTry {
    /// Right, and now spent.
    Right,
    /// Wrong; it counted.
    Wrong,
    /// No living code: never made, over, or tried too often.
    Dead,
}

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Choosing the first password.
    Invitation,
    /// Choosing a new one.
    Reset,
}

impl LinkPurpose {
    /// The word for the column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// Most tries at one set-up code.
const TRIES: i64 = 10;

impl Reader {
    /// The set-up code that can still be used: its hash, when it was made, and when it ends.
    pub async fn living_setup_code(
        &mut self,
        now: UnixTime,
    ) -> Result<Option<(TokenHash, UnixTime, UnixTime)>, StorageError> {
        let sql = "SELECT code_hash, created_at, expires_at FROM setup_codes
                   WHERE slot = 'setup' AND expires_at > $1 AND tries < $2";
        let row = self.query(sql).bind(now).bind(TRIES).fetch_optional::<(Vec<u8>, i64, i64)>().await?;
        let read = |(hash, made, end): (Vec<u8>, i64, i64)| {
            TokenHash::from_slice(&hash).map(|hash| (hash, UnixTime(made), UnixTime(end)))
        };
        Ok(row.and_then(read))
    }

    /// Whose link this is, if it still works. Looking does not spend it.
    pub async fn find_link(&mut self, hash: &TokenHash, now: UnixTime) -> Result<Option<UserId>, StorageError> {
        let sql = "SELECT user_id FROM one_time_links WHERE token_hash = $1 AND expires_at > $2";
        let row = self.query(sql).bind(hash).bind(now).fetch_optional::<(String,)>().await?;
        Ok(row.map(|(user,)| UserId::new(user)))
    }
}

impl Transaction {
    /// Makes this the set-up code; the one before stops working.
    pub async fn put_setup_code(
        &mut self,
        hash: &TokenHash,
        now: UnixTime,
        expires_at: UnixTime,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO setup_codes (slot, code_hash, created_at, expires_at, tries)
                   VALUES ('setup', $1, $2, $3, CAST(0 AS BIGINT))
                   ON CONFLICT (slot) DO UPDATE SET code_hash = $1, created_at = $2, expires_at = $3, tries = 0";
        self.query(sql).bind(hash).bind(now).bind(expires_at).execute().await.map(drop)
    }

    /// Tries a code. Each try counts; a right one spends the code.
    pub async fn try_setup_code(&mut self, hash: &TokenHash, now: UnixTime) -> Result<CodeTry, StorageError> {
        let sql = "UPDATE setup_codes SET tries = tries + 1 WHERE slot = 'setup' AND expires_at > $1 AND tries < $2";
        if self.query(sql).bind(now).bind(TRIES).execute().await? == 0 {
            return Ok(CodeTry::Dead);
        }
        let sql = "DELETE FROM setup_codes WHERE slot = 'setup' AND code_hash = $1";
        Ok(if self.query(sql).bind(hash).execute().await? == 1 { CodeTry::Right } else { CodeTry::Wrong })
    }

    /// Keeps a link. An invitation is for whoever has no password: who has chosen one meanwhile is [`StorageError::Gone`] for it.
    pub async fn insert_link(
        &mut self,
        hash: &TokenHash,
        user: &UserId,
        purpose: LinkPurpose,
        now: UnixTime,
        expires_at: UnixTime,
    ) -> Result<(), StorageError> {
        if purpose == LinkPurpose::Invitation {
            let sql = "UPDATE users SET version = version WHERE id = $1 AND password_hash IS NULL";
            if self.query(sql).bind(user).execute().await? == 0 {
                return Err(StorageError::Gone("a user without a password".to_owned()));
            }
        }
        let sql = "INSERT INTO one_time_links (token_hash, user_id, purpose, created_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5)";
        let statement = self.query(sql).bind(hash).bind(user).bind(purpose.as_str());
        statement.bind(now).bind(expires_at).execute().await.map(drop)
    }

    /// Spends a link. Exactly one caller gets the user back.
    pub async fn spend_link(&mut self, hash: &TokenHash, now: UnixTime) -> Result<Option<UserId>, StorageError> {
        let sql = "DELETE FROM one_time_links WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id";
        let row = self.query(sql).bind(hash).bind(now).fetch_optional::<(String,)>().await?;
        Ok(row.map(|(user,)| UserId::new(user)))
    }

    /// Ends the links with which a user may choose another password, and no invitation.
    pub async fn delete_reset_links_of(&mut self, user: &UserId) -> Result<(), StorageError> {
        let sql = "DELETE FROM one_time_links WHERE user_id = $1 AND purpose = $2";
        self.query(sql).bind(user).bind(LinkPurpose::Reset.as_str()).execute().await.map(drop)
    }

    /// Ends all links of a user.
    pub async fn delete_links_of(&mut self, user: &UserId) -> Result<(), StorageError> {
        self.query("DELETE FROM one_time_links WHERE user_id = $1").bind(user).execute().await.map(drop)
    }
}
