//! Numbers that are looked up rather than counted: for monitoring, and for the page of what is about to end.

use super::Provider;
use crate::metrics::{KeyUse, Label as _, PoolState, Within};
use crate::oauth::UnixTime;
use crate::storage::StorageError;

const DAY: i64 = 86_400;

impl Provider {
    /// All metrics as text, with those looked up that can be without much ado: two small reads of the database.
    pub async fn metrics_page(&self) -> String {
        let metrics = &self.metrics;
        let (running, waiting) = self.hasher.load();
        metrics.hashes_done.set(i64::try_from(self.hasher.done()).unwrap_or(i64::MAX));
        metrics.hashes_running.set(number(running));
        metrics.hashes_waiting.set(number(waiting));
        let (busy, idle, writes) = self.database.load();
        metrics.database.of(PoolState::Busy).set(i64::from(busy));
        metrics.database.of(PoolState::Idle).set(i64::from(idle));
        metrics.writes_waiting.set(number(writes));
        metrics.ready.set(i64::from(self.require_ready().await.is_ok()));
        if let Ok(waiting) = self.waiting_mails().await {
            metrics.mails_waiting.set(waiting.map_or(0, |waiting| waiting.count));
        }
        metrics.render()
    }

    /// Looks at what changes slowly: keys, secrets that end soon, the last backup. A job does it every minute.
    pub async fn look_ahead(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        let mut reader = self.database.read().await?;
        let keys = reader.list_signing_keys().await?;
        for state in KeyUse::ALL {
            let count = keys.iter().filter(|key| key.state == state.text()).count();
            self.metrics.keys.of(*state).set(number(count));
        }
        let pending = keys.iter().filter(|key| key.state == KeyUse::Pending.text());
        self.metrics.next_key_at.set(pending.map(|key| key.activates_at.0).min().unwrap_or(0));
        for (within, days) in [(Within::Day, 1), (Within::Week, 7), (Within::Month, 30)] {
            let count = reader.count_secrets_ending(now, now.plus(days * DAY)).await?;
            self.metrics.secrets_ending.of(within).set(count);
        }
        let end = reader.next_secret_end(now).await?;
        self.metrics.next_secret_end.set(end.map_or(0, |end| end.0));
        self.metrics.backup_at.set(reader.last_backup().await?.map_or(0, |at| at.0));
        Ok(())
    }

    /// When the last backup was made and checked.
    pub async fn last_backup(&self) -> Result<Option<UnixTime>, StorageError> {
        self.database.read().await?.last_backup().await
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
