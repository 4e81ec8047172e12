//! From which origins browsers may call: those of the redirect URLs of authorization code clients, and those that their
//! administrators added.

use super::Provider;
use crate::oauth::admin_fields::origin_of;
use crate::oauth::{Client, ClientId, ClientType};
use crate::storage::StorageError;
use arc_swap::ArcSwapOption;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The origins of all enabled authorization code clients, as read in one generation of the client cache.
#[derive(Debug, Default)]
pub(super) struct KnownOrigins {
    read: ArcSwapOption<Reading>,
    /// Held while the set is read, so that a change makes one reading and not one for each request that waits.
    turn: Mutex<()>,
}

#[derive(Debug)]
struct Reading {
    generation: u64,
    origins: HashSet<String>,
}

impl Provider {
    /// Whether any enabled authorization code client may be used from this origin. For preflight requests, which name no
    /// client; the answer to the request itself asks [`Provider::client_allows_origin`].
    pub async fn is_known_origin(&self, origin: &str) -> Result<bool, StorageError> {
        if let Some(known) = self.known_now(origin) {
            return Ok(known);
        }
        let _turn = self.origins.turn.lock().await;
        if let Some(known) = self.known_now(origin) {
            return Ok(known);
        }
        // The generation is taken before the rows are read, as for clients.
        let generation = self.clients.generation();
        let urls = self.database.read().await?.urls_of_browser_clients().await?;
        let origins: HashSet<String> = urls.iter().filter_map(|url| origin_of(url)).collect();
        let known = origins.contains(origin);
        self.origins.read.store(Some(Arc::new(Reading { generation, origins })));
        Ok(known)
    }

    fn known_now(&self, origin: &str) -> Option<bool> {
        let read = self.origins.read.load();
        let fresh = read.as_ref().filter(|read| read.generation == self.clients.generation())?;
        Some(fresh.origins.contains(origin))
    }

    /// Whether this client may be used from this origin. Clients of the other types never: no browser holds them.
    pub async fn client_allows_origin(&self, client: &ClientId, origin: &str) -> Result<bool, StorageError> {
        Ok(self.cached_client(client).await?.is_some_and(|cached| allows(&cached.client, origin)))
    }
}

/// Equal byte for byte: an origin has one spelling, and browsers use it.
fn allows(client: &Client, origin: &str) -> bool {
    client.client_type == ClientType::AuthorizationCode
        && client.enabled
        && (client.urls.cors.iter().any(|known| known == origin)
            || client.urls.redirect.iter().any(|url| origin_of(url).as_deref() == Some(origin)))
}
