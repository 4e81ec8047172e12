//! What programs keep about a user: one JSON object, which nothing here reads.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UserId;

impl Reader {
    /// The object as text; none if nothing was ever kept.
    pub async fn find_preferences(&mut self, user: &UserId) -> Result<Option<String>, StorageError> {
        let sql = "SELECT body FROM user_preferences WHERE user_id = $1";
        Ok(self.query(sql).bind(user).fetch_optional::<(String,)>().await?.map(|(body,)| body))
    }
}

impl Transaction {
    /// Keeps the object in place of the one before.
    pub async fn put_preferences(&mut self, user: &UserId, body: &str) -> Result<(), StorageError> {
        let sql = "INSERT INTO user_preferences (user_id, body) VALUES ($1, $2)
                   ON CONFLICT (user_id) DO UPDATE SET body = $2";
        self.query(sql).bind(user).bind(body).execute().await.map(drop)
    }
}
