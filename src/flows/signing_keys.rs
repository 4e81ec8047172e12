//! Signing keys: made when there are none, loaded when they change, listed for people.

use super::discovery::Documents;
use super::{OpenError, Provider};
use crate::keys::{GeneratedKey, KeyRecord, KeySet, KeyState};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use crate::storage::{KeyRow, StorageError};
use std::sync::atomic::Ordering;

/// What people see of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySummary {
    /// `kid`.
    pub id: KeyId,
    /// The JWA name.
    pub algorithm: String,
    /// `pending`, `active`, `retired` or `archived`.
    pub state: String,
    /// When it was made.
    pub created_at: UnixTime,
    /// From when on it signs.
    pub activates_at: UnixTime,
    /// When it stopped.
    pub retires_at: Option<UnixTime>,
}

impl From<KeyRow> for KeySummary {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            algorithm: row.algorithm,
            state: row.state,
            created_at: row.created_at,
            activates_at: row.activates_at,
            retires_at: row.retires_at,
        }
    }
}

impl Provider {
    /// Makes the first key of each algorithm that has none. `ES256` and `EdDSA` take no time; `RS256` takes a moment of one
    /// core and so runs on a thread of its own. Nodes that do this at once agree on one key.
    pub async fn ensure_signing_keys(&self) -> Result<(), OpenError> {
        for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
            if self.keys.load().signer(algorithm).is_none() {
                self.store_first_key(generate(algorithm).await?).await?;
                self.load_signing_keys().await?;
            }
        }
        Ok(())
    }

    async fn store_first_key(&self, key: GeneratedKey) -> Result<(), StorageError> {
        let (now, slot) = (self.clock.now(), format!("{}:1", key.algorithm.as_str()));
        let row = self.sealed_key(key, slot, KeyState::Active, now);
        self.database
            .write(move |tx| {
                let row = row.clone();
                Box::pin(async move { tx.insert_signing_key(&row).await.map(drop) })
            })
            .await
    }

    /// A new key as it is stored.
    pub(super) fn sealed_key(
        &self,
        key: GeneratedKey,
        slot: String,
        state: KeyState,
        activates_at: UnixTime,
    ) -> KeyRow {
        KeyRow {
            slot,
            algorithm: key.algorithm.as_str().to_owned(),
            state: state.as_str().to_owned(),
            private_key: self.sealer.seal_private_key(&key.id, self.random.bytes::<12>(), &key.pkcs8),
            public_jwk: key.public_jwk,
            id: key.id,
            created_at: self.clock.now(),
            activates_at,
            retires_at: None,
        }
    }

    /// Reads all keys and prepares what is published of them.
    pub(super) async fn load_signing_keys(&self) -> Result<(), OpenError> {
        let _one = self.keys_loading.lock().await;
        let rows = self.database.read().await?.list_signing_keys().await?;
        let records = rows.into_iter().map(|row| self.open_key(row)).collect::<Result<Vec<_>, _>>()?;
        let keys =
            KeySet::build(records, self.clock.now()).map_err(|error| OpenError::DamagedKey(error.to_string()))?;
        self.documents.store(std::sync::Arc::new(Documents::prepare(&self.settings, &keys)));
        self.keys.store(std::sync::Arc::new(keys));
        Ok(())
    }

    fn open_key(&self, row: KeyRow) -> Result<KeyRecord, OpenError> {
        let damaged = || OpenError::DamagedKey(row.id.to_string());
        Ok(KeyRecord {
            pkcs8: Some(self.sealer.open_private_key(&row.id, &row.private_key).ok_or_else(damaged)?),
            slot: row.slot.clone(),
            algorithm: SigningAlgorithm::parse(&row.algorithm).ok_or_else(damaged)?,
            state: KeyState::parse(&row.state).ok_or_else(damaged)?,
            public_jwk: row.public_jwk.clone(),
            activates_at: row.activates_at,
            retires_at: row.retires_at,
            id: row.id,
        })
    }

    /// Loads the keys if the database has others than those loaded.
    pub(super) async fn see_keys_revision(&self, revision: i64) -> Result<(), StorageError> {
        if self.keys_revision.load(Ordering::SeqCst) == revision {
            return Ok(());
        }
        match self.load_signing_keys().await {
            // Only now: a revision that could not be loaded is tried again.
            Ok(()) => self.keys_revision.store(revision, Ordering::SeqCst),
            Err(error) => {
                tracing::error!(%error, "the signing keys could not be loaded; those in memory stay in use");
            }
        }
        Ok(())
    }

    /// Whether there is a key for every algorithm that a client may ask for.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        let keys = self.keys.load();
        SigningAlgorithm::ALL.into_iter().all(|algorithm| keys.signer(algorithm).is_some())
    }

    /// All keys, the oldest first.
    pub async fn list_signing_keys(&self) -> Result<Vec<KeySummary>, StorageError> {
        let rows = self.database.read().await?.list_signing_keys().await?;
        Ok(rows.into_iter().map(KeySummary::from).collect())
    }
}

/// Makes a key on a thread of its own.
pub(super) async fn generate(algorithm: SigningAlgorithm) -> Result<GeneratedKey, OpenError> {
    let made = tokio::task::spawn_blocking(move || GeneratedKey::generate(algorithm)).await;
    let made = made.map_err(|error| OpenError::Generate(error.to_string()))?;
    made.map_err(|error| OpenError::Generate(error.to_string()))
}
