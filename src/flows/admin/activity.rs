//! What clients were seen to do, for those who look at the tenant.

use super::clients::require_client;
use super::{AdminError, ReadAccess};
use crate::flows::Provider;
use crate::oauth::{Activity, ClientId, TokenCount, UnixTime};
use crate::storage::SecretUse;

/// Most rows of a client that are shown.
const MOST: i64 = 200;
/// Most addresses and days of a client's secrets that are shown.
const MOST_USES: i64 = 500;

/// What is known of a client's doings.
#[derive(Debug, Clone)]
pub struct ClientActivity {
    /// What was seen, the latest first.
    pub seen: Vec<Activity>,
    /// Requests for tokens by the hour, the earliest first; hours without any are left out.
    pub counts: Vec<TokenCount>,
}

impl Provider {
    /// What a client of the tenant was seen to do since then. What this node has seen is in it; what others have, half a
    /// second later.
    pub async fn client_activity(
        &self,
        by: &ReadAccess,
        id: &ClientId,
        since: UnixTime,
    ) -> Result<ClientActivity, AdminError> {
        self.flush_activity().await?;
        let mut reader = self.database.read().await?;
        require_client(&mut reader, by.tenant_id(), id).await?;
        Ok(ClientActivity {
            seen: reader.activity_of(id, since, MOST).await?,
            counts: reader.token_counts_of_client(id, since).await?,
        })
    }

    /// How the secrets of a client of the tenant were used within the last eight days, the latest use first. Uses of the
    /// last minute may be missing.
    pub async fn secret_uses(&self, by: &ReadAccess, id: &ClientId) -> Result<Vec<SecretUse>, AdminError> {
        let since = self.clock.now().plus(-7 * 86_400).beginning_of(86_400);
        let mut reader = self.database.read().await?;
        require_client(&mut reader, by.tenant_id(), id).await?;
        Ok(reader.secret_uses_of(id, since, MOST_USES).await?)
    }

    /// Requests for tokens of all clients of the tenant since then, by the hour.
    pub async fn token_counts(&self, by: &ReadAccess, since: UnixTime) -> Result<Vec<TokenCount>, AdminError> {
        Ok(self.database.read().await?.token_counts_of_tenant(by.tenant_id(), since).await?)
    }
}
