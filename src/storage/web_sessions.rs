//! Browser sessions. The key is the SHA-256 of the cookie.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{SessionId, UnixTime, UserId};

/// A session, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSession {
    /// SHA-256 of the cookie's value.
    pub id_hash: Vec<u8>,
    /// The public id, `sid` in ID tokens.
    pub sid: SessionId,
    /// Who is signed in.
    pub user_id: Option<UserId>,
    /// What the session remembers, as a JSON object.
    pub data: String,
    /// When it began.
    pub created_at: UnixTime,
    /// When it was last seen, to the minute.
    pub last_seen_at: UnixTime,
    /// When it ends whatever happens.
    pub expires_at: UnixTime,
    /// The browser, cut to 256 characters.
    pub user_agent: String,
    /// From where it began.
    pub address: String,
    /// A digest of the browser's cookie, if it brought one: there is one session in a browser.
    pub browser: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id_hash: Vec<u8>,
    sid: String,
    user_id: Option<String>,
    data: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    user_agent: String,
    address: String,
    browser: Option<String>,
}

impl From<Row> for WebSession {
    fn from(row: Row) -> Self {
        Self {
            id_hash: row.id_hash,
            sid: SessionId::new(row.sid),
            user_id: row.user_id.map(UserId::new),
            data: row.data,
            created_at: UnixTime(row.created_at),
            last_seen_at: UnixTime(row.last_seen_at),
            expires_at: UnixTime(row.expires_at),
            user_agent: row.user_agent,
            address: row.address,
            browser: row.browser,
        }
    }
}

impl Reader {
    /// A session that has not ended.
    pub async fn find_session(&mut self, id_hash: &[u8], now: UnixTime) -> Result<Option<WebSession>, StorageError> {
        let sql = "SELECT id_hash, sid, user_id, data, created_at, last_seen_at, expires_at, user_agent, address,
                   browser FROM web_sessions WHERE id_hash = $1 AND expires_at > $2";
        Ok(self.query(sql).bind(id_hash).bind(now).fetch_optional::<Row>().await?.map(WebSession::from))
    }

    /// The living sessions of a user, the latest first.
    pub async fn sessions_of(&mut self, user: &UserId, now: UnixTime) -> Result<Vec<WebSession>, StorageError> {
        let sql = "SELECT id_hash, sid, user_id, data, created_at, last_seen_at, expires_at, user_agent, address,
                   browser FROM web_sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, sid LIMIT 1000";
        Ok(self.query(sql).bind(user).bind(now).fetch_all::<Row>().await?.into_iter().map(WebSession::from).collect())
    }
}

impl Transaction {
    /// Begins a session; false if the id is taken, or there is one in this browser.
    pub async fn insert_session(&mut self, session: &WebSession) -> Result<bool, StorageError> {
        let sql = "INSERT INTO web_sessions (id_hash, sid, user_id, data, created_at, last_seen_at, expires_at,
                   user_agent, address, browser) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
        let statement = self.query(sql).bind(session.id_hash.as_slice()).bind(&session.sid);
        let statement = statement.bind(session.user_id.as_ref().map(UserId::as_str)).bind(&session.data);
        let statement = statement.bind(session.created_at).bind(session.last_seen_at).bind(session.expires_at);
        let statement = statement.bind(&session.user_agent).bind(&session.address).bind(&session.browser);
        Ok(statement.execute().await? == 1)
    }

    /// Ends the session in a browser; gives its public id, and whose it was.
    pub async fn end_session_in(&mut self, browser: &str) -> Result<Option<(SessionId, Option<UserId>)>, StorageError> {
        let sql = "DELETE FROM web_sessions WHERE browser = $1 RETURNING sid, user_id";
        let ended = self.query(sql).bind(browser).fetch_optional::<(String, Option<String>)>().await?;
        Ok(ended.map(|(sid, user)| (SessionId::new(sid), user.map(UserId::new))))
    }

    /// Stores what a session remembers. One that has ended meanwhile stays ended: this never makes a row.
    pub async fn update_session(&mut self, id_hash: &[u8], data: &str) -> Result<bool, StorageError> {
        let sql = "UPDATE web_sessions SET data = $2 WHERE id_hash = $1";
        Ok(self.query(sql).bind(id_hash).bind(data).execute().await? == 1)
    }

    /// Notes that a session is in use.
    pub async fn see_session(&mut self, id_hash: &[u8], now: UnixTime) -> Result<(), StorageError> {
        let sql = "UPDATE web_sessions SET last_seen_at = $2 WHERE id_hash = $1";
        self.query(sql).bind(id_hash).bind(now).execute().await.map(drop)
    }

    /// Ends a session.
    pub async fn delete_session(&mut self, id_hash: &[u8]) -> Result<bool, StorageError> {
        let sql = "DELETE FROM web_sessions WHERE id_hash = $1";
        Ok(self.query(sql).bind(id_hash).execute().await? == 1)
    }

    /// Ends a user's session by its public id.
    pub async fn delete_session_called(&mut self, user: &UserId, sid: &SessionId) -> Result<bool, StorageError> {
        let sql = "DELETE FROM web_sessions WHERE user_id = $1 AND sid = $2";
        Ok(self.query(sql).bind(user).bind(sid).execute().await? == 1)
    }

    /// Ends the sessions of a user; gives their public ids.
    pub async fn end_sessions_of(&mut self, user: &UserId) -> Result<Vec<SessionId>, StorageError> {
        let sql = "DELETE FROM web_sessions WHERE user_id = $1 RETURNING sid";
        let ended = self.query(sql).bind(user).fetch_all::<(String,)>().await?;
        Ok(ended.into_iter().map(|(sid,)| SessionId::new(sid)).collect())
    }

    /// Ends the sessions of a user, all but one if one is named.
    pub async fn delete_sessions_of(&mut self, user: &UserId, but: Option<&SessionId>) -> Result<u64, StorageError> {
        let sql = "DELETE FROM web_sessions WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR sid <> $2)";
        self.query(sql).bind(user).bind(but.map(SessionId::as_str)).execute().await
    }
}
