//! How a node hears of changes made elsewhere: it is told, and looks at the revisions a few times a second anyway.

use super::Provider;
use crate::storage::{Signals, StorageError};
use std::time::Duration;

/// How long a node waits for word of a change before it looks by itself.
const LONGEST: Duration = Duration::from_millis(400);

impl Provider {
    /// The ear with which this node hears of changes.
    #[must_use]
    pub fn signals(&self) -> Signals {
        self.database.signals()
    }

    /// Waits for word of a change, or for 0.4 s, and looks.
    pub async fn hear_of_changes(&self, signals: &mut Signals) -> Result<(), StorageError> {
        signals.wait(LONGEST).await;
        self.look_for_changes().await.inspect_err(|_| signals.begin_anew())
    }

    /// Looks once. What has changed since the last look is read anew when it is next needed (clients) or now (keys).
    pub async fn look_for_changes(&self) -> Result<(), StorageError> {
        let revisions = self.database.revisions().await?;
        for (topic, revision) in revisions {
            match topic.as_str() {
                "clients" => self.clients.see_revision(revision),
                "keys" => self.see_keys_revision(revision).await?,
                _ => {}
            }
        }
        Ok(())
    }
}
