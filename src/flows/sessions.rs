//! Where browser sessions are kept: tower-sessions' store over our own rows.
//!
//! Only sessions of signed-in users are rows; the cookie's id is stored as its SHA-256; and a session that has ended
//! is never brought back by a request that was still under way.

use super::logout::follow;
use super::{Provider, SignIn};
use crate::oauth::UnixTime;
use crate::storage::{StorageError, Transaction, WebSession};
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::Arc;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// The name under which a session keeps its [`SignIn`].
pub const SESSION_SIGN_IN: &str = "sign_in";

/// Sign-ins in one browser at the same instant of which each takes the place of the one before.
const MOST_AT_ONCE: usize = 8;

/// How exactly, in seconds, a session's last use is kept.
const SEEN: i64 = 60;

/// The store.
#[derive(Clone)]
pub struct SessionStore(Arc<Provider>);

impl std::fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionStore")
    }
}

impl SessionStore {
    /// Keeps sessions in the provider's database.
    #[must_use]
    pub const fn new(provider: Arc<Provider>) -> Self {
        Self(provider)
    }
}

fn key(id: &Id) -> Vec<u8> {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(b"session\0");
    context.update(&id.0.to_le_bytes());
    context.finish().as_ref().to_vec()
}

fn failed(error: &StorageError) -> Error {
    Error::Backend(error.to_string())
}

impl Provider {
    /// The row of a session; none for one in which nobody is signed in.
    fn session_row(&self, record: &Record) -> std::result::Result<Option<WebSession>, serde_json::Error> {
        let Some(sign_in) = record.data.get(SESSION_SIGN_IN) else { return Ok(None) };
        let sign_in: SignIn = serde_json::from_value(sign_in.clone())?;
        let now = self.clock.now();
        let longest =
            if sign_in.remembered { self.settings.session_remembered } else { self.settings.session_absolute };
        Ok(Some(WebSession {
            id_hash: key(&record.id),
            data: serde_json::to_string(&record.data)?,
            sid: sign_in.sid,
            user_id: Some(sign_in.user_id),
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(longest),
            user_agent: sign_in.user_agent,
            address: sign_in.address,
            browser: sign_in.browser,
        }))
    }

    /// Whether a session has been left alone for too long.
    fn is_idle(&self, session: &WebSession, remembered: bool, now: UnixTime) -> bool {
        !remembered && now.since(session.last_seen_at) >= self.settings.session_idle
    }
}

/// Begins a session in the place of the one in the same browser, whoever's it was: two sign-ins there at the same instant
/// may have found neither each other nor one before them. False if the id is taken.
async fn begin(tx: &mut Transaction, session: &WebSession, now: UnixTime) -> std::result::Result<bool, StorageError> {
    for _ in 0..MOST_AT_ONCE {
        if let Some(browser) = &session.browser
            && let Some((sid, user)) = tx.end_session_in(browser).await?
        {
            let same = user == session.user_id;
            follow(tx, &sid, same.then_some(&session.sid), now).await?;
        }
        // On PostgreSQL this waits for another that is about to begin one, and then finds it there.
        if tx.insert_session(session).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[async_trait]
impl tower_sessions::SessionStore for SessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let row = self.0.session_row(record).map_err(|error| Error::Encode(error.to_string()))?;
        let Some(row) = row else { return Ok(()) };
        let now = row.created_at;
        match self
            .0
            .database
            .write(move |tx| {
                let row = row.clone();
                Box::pin(async move { begin(tx, &row, now).await })
            })
            .await
        {
            // Gone: the user was removed while they signed in. A session that is not kept is nobody's.
            Ok(true) | Err(StorageError::Gone(_)) => Ok(()),
            Ok(false) => Err(Error::Backend("the session id is taken".to_owned())),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let id = key(&record.id);
        self.0
            .database
            .write(move |tx| {
                let (id, data) = (id.clone(), data.clone());
                Box::pin(async move { tx.update_session(&id, &data).await.map(drop) })
            })
            .await
            .map_err(|error| failed(&error))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (now, key) = (self.0.clock.now(), key(id));
        let found = async { self.0.database.read().await?.find_session(&key, now).await };
        let Some(session) = found.await.map_err(|error| failed(&error))? else { return Ok(None) };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&session.data).map_err(|error| Error::Decode(error.to_string()))?;
        let remembered = data.get(SESSION_SIGN_IN).is_some_and(|sign_in| sign_in["remembered"] == true);
        if self.0.is_idle(&session, remembered, now) {
            // It is over, whether its row can be removed now or not.
            if let Err(error) = self.delete(id).await {
                tracing::warn!(event = "session.not_removed", %error);
            }
            return Ok(None);
        }
        if now.since(session.last_seen_at) >= SEEN {
            let seen = self.0.database.write(move |tx| {
                let key = key.clone();
                Box::pin(async move { tx.see_session(&key, now).await })
            });
            // Nobody is signed out because the database takes no writes: it was read.
            if let Err(error) = seen.await {
                tracing::warn!(event = "session.not_seen", %error);
            }
        }
        let expiry_date = tower_sessions::cookie::time::OffsetDateTime::from_unix_timestamp(session.expires_at.0)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let id = key(id);
        self.0
            .database
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { tx.delete_session(&id).await.map(drop) })
            })
            .await
            .map_err(|error| failed(&error))
    }
}
