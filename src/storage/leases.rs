//! Leases: what only one node should do at a time.

use super::{StorageError, Transaction};
use crate::oauth::UnixTime;

impl Transaction {
    /// Takes a lease until `ends_at`, or goes on holding it; false if somebody else holds it. Nodes' clocks differ a little,
    /// so two may hold it for a moment: only what does no harm twice may hang on it.
    pub async fn hold_lease(
        &mut self,
        name: &str,
        holder: &str,
        now: UnixTime,
        ends_at: UnixTime,
    ) -> Result<bool, StorageError> {
        let sql = "INSERT INTO leases (name, holder, ends_at) VALUES ($1, $2, $4) ON CONFLICT (name) DO UPDATE
                   SET holder = $2, ends_at = $4 WHERE leases.holder = $2 OR leases.ends_at <= $3";
        let statement = self.query(sql).bind(name).bind(holder).bind(now).bind(ends_at);
        Ok(statement.execute().await? == 1)
    }
}
