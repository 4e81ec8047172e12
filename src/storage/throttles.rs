//! Counters of failed sign-ins, shared by all nodes.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UnixTime;

impl Reader {
    /// Failures counted under a key, and when the count began; none if it began before `since`.
    pub async fn failures(&mut self, key: &str, since: UnixTime) -> Result<Option<(i64, UnixTime)>, StorageError> {
        let sql = "SELECT failures, started_at FROM throttles WHERE key = $1 AND started_at > $2";
        let row = self.query(sql).bind(key).bind(since).fetch_optional::<(i64, i64)>().await?;
        Ok(row.map(|(failures, started)| (failures, UnixTime(started))))
    }
}

impl Transaction {
    /// Counts a failure; a count that began before `since` begins anew. Says how many there are now.
    pub async fn count_failure(&mut self, key: &str, since: UnixTime, now: UnixTime) -> Result<i64, StorageError> {
        let sql = "INSERT INTO throttles (key, failures, started_at, last_at) VALUES ($1, CAST(1 AS BIGINT), $3, $3)
                   ON CONFLICT (key) DO UPDATE SET
                     failures = CASE WHEN throttles.started_at > $2 THEN throttles.failures + 1 ELSE 1 END,
                     started_at = CASE WHEN throttles.started_at > $2 THEN throttles.started_at ELSE $3 END,
                     last_at = $3
                   RETURNING failures";
        self.query(sql).bind(key).bind(since).bind(now).fetch_number().await
    }

    /// Takes one failure back: the try turned out to be right.
    pub async fn uncount_failure(&mut self, key: &str) -> Result<(), StorageError> {
        let sql = "UPDATE throttles SET failures = failures - 1 WHERE key = $1 AND failures > 0";
        self.query(sql).bind(key).execute().await.map(drop)
    }

    /// Forgets a count.
    pub async fn forget_failures(&mut self, key: &str) -> Result<(), StorageError> {
        self.query("DELETE FROM throttles WHERE key = $1").bind(key).execute().await.map(drop)
    }
}
