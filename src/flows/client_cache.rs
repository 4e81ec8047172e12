//! Clients in memory, for the token endpoint. Any change of any client makes all that was read before it stale.

use super::Provider;
use crate::oauth::{BuiltInRole, Client, ClientId, ClientSecret};
use crate::storage::StorageError;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Most clients kept. Only clients that exist are, so strangers cannot fill it.
const MOST: usize = 20_000;

/// A client with what its tokens need, as read at one moment.
#[derive(Debug)]
pub(super) struct CachedClient {
    pub client: Client,
    pub secrets: Vec<ClientSecret>,
    /// Tells the client from an earlier one of the same id, whose tokens may still be out; 0 if that is not known.
    pub incarnation: i64,
    /// Role ids, for the `roles` claim.
    pub roles: Vec<String>,
    /// Type ids of the built-in ones among them, for `role_type`.
    pub role_types: Vec<String>,
    generation: u64,
}

/// The cache. A generation is over as soon as anything changes; what was read in it is then read again.
#[derive(Debug, Default)]
pub(super) struct ClientCache {
    generation: AtomicU64,
    /// The revision in the database that the generation belongs to.
    revision: AtomicI64,
    clients: RwLock<HashMap<ClientId, Arc<CachedClient>>>,
}

impl ClientCache {
    /// Ends the generation.
    pub(super) fn invalidate(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends the generation if the database is at another revision than last seen.
    pub(super) fn see_revision(&self, revision: i64) {
        if self.revision.swap(revision, Ordering::SeqCst) != revision {
            self.invalidate();
        }
    }

    /// The generation now: what was read before it was taken may be stale when it is over.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// A client that is in memory and not stale.
    pub(super) fn get(&self, id: &ClientId) -> Option<Arc<CachedClient>> {
        let generation = self.generation.load(Ordering::SeqCst);
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        clients.get(id).filter(|cached| cached.generation == generation).map(Arc::clone)
    }

    fn put(&self, cached: &Arc<CachedClient>) {
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MOST {
            clients.clear();
        }
        clients.insert(cached.client.id.clone(), Arc::clone(cached));
    }
}

impl Provider {
    /// A client for the token path; read from the database only after a change.
    pub(super) async fn cached_client(&self, id: &ClientId) -> Result<Option<Arc<CachedClient>>, StorageError> {
        if let Some(cached) = self.clients.get(id) {
            return Ok(Some(cached));
        }
        // The generation is taken before the rows are read: a change in between makes this reading stale at once.
        let generation = self.clients.generation.load(Ordering::SeqCst);
        let mut reader = self.database.read().await?;
        let Some(mut client) = reader.find_client(id).await? else { return Ok(None) };
        // It may have been set before the limit was.
        client.token_lifetime = client.token_lifetime.min(self.settings.tokens.access_most);
        let secrets = reader.secrets_of(id).await?;
        let incarnation = reader.incarnation_of_client(id).await?;
        let held = reader.list_roles(&client.tenant_id).await?;
        let held: Vec<_> = held.into_iter().filter(|role| client.role_ids.contains(&role.id)).collect();
        let cached = Arc::new(CachedClient {
            roles: held.iter().map(|role| role.id.as_str().to_owned()).collect(),
            role_types: held
                .iter()
                .filter_map(|role| role.built_in.map(BuiltInRole::type_id))
                .map(Into::into)
                .collect(),
            client,
            secrets,
            incarnation,
            generation,
        });
        self.clients.put(&cached);
        Ok(Some(cached))
    }
}
