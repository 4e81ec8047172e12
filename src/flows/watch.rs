//! How a node hears of changes made elsewhere: it looks at the revisions a few times a second.

use super::Provider;
use crate::storage::StorageError;

impl Provider {
    /// Looks once. What has changed since the last look is read anew when it is next needed (clients) or now (keys).
    pub async fn look_for_changes(&self) -> Result<(), StorageError> {
        let revisions = self.database.read().await?.revisions().await?;
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
