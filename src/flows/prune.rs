//! Clearing away what is over.

use super::Provider;
use crate::storage::StorageError;

impl Provider {
    /// Removes grants, codes and tokens that have been over for a day. Any number of nodes may do so at once.
    pub async fn prune(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        let gone = self
            .database
            .write::<_, StorageError, _>(move |tx| Box::pin(async move { tx.prune_grants(now).await }))
            .await?;
        if gone > 0 {
            tracing::debug!(event = "grants.pruned", rows = gone);
        }
        Ok(())
    }
}
