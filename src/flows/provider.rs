//! The provider: everything a flow needs, in one place. One for each process.

use super::activity::ActivityLog;
use super::admin::FindingCounts;
use super::api_calls::ApiCalls;
use super::audit_chain::{AuditCheck, SeenEnds};
use super::client_cache::ClientCache;
use super::client_throttle::Barred;
use super::cors::KnownOrigins;
use super::discovery::Documents;
use super::kept_mails::KeptMails;
use super::nodes::ThisNode;
use super::outbox::Outbox;
use super::secret_uses::SecretUses;
use super::settings::Settings;
use crate::clock::Clock;
use crate::keys::{KeySet, MasterKey, PasswordHasher, Sealer};
use crate::metrics::Metrics;
use crate::oauth::UnixTime;
use crate::random::Random;
use crate::storage::{Database, StorageError};
use arc_swap::{ArcSwap, ArcSwapOption};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, OnceLock};

/// What a provider is made of.
pub struct ProviderParts {
    /// Settings.
    pub settings: Settings,
    /// An open database whose schema is up to date.
    pub database: Database,
    /// The key that seals everything.
    pub master_key: MasterKey,
    /// Password hashing.
    pub hasher: PasswordHasher,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<Random>,
}

/// The provider. Behind an `Arc`, shared by all requests.
pub struct Provider {
    pub(super) settings: Settings,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) database: Database,
    pub(super) sealer: Sealer,
    pub(super) hasher: PasswordHasher,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<Random>,
    pub(super) clients: ClientCache,
    pub(super) origins: KnownOrigins,
    pub(super) keys: ArcSwap<KeySet>,
    /// One load of the keys at a time: of two the one that has read later would have to be stored later.
    pub(super) keys_loading: tokio::sync::Mutex<()>,
    /// The revision of the keys that are loaded.
    pub(super) keys_revision: AtomicI64,
    pub(super) documents: ArcSwap<Documents>,
    pub(super) api_calls: ApiCalls,
    pub(super) uses: SecretUses,
    pub(super) barred: Barred,
    /// What the last check of the audit log found.
    pub(super) audit_check: ArcSwapOption<AuditCheck>,
    /// How far the chains of the audit log went when this process last found them whole.
    pub(super) audit_seen: tokio::sync::Mutex<SeenEnds>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) node: ThisNode,
    pub(super) outbox: Outbox,
    pub(super) kept_mails: OnceLock<KeptMails>,
    pub(super) key_fingerprint: String,
    pub(super) activity: ActivityLog,
    pub(super) findings: FindingCounts,
    /// Whether an administrator was seen: that is never undone.
    pub(super) set_up: AtomicBool,
}

/// Why a provider cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What the database holds was sealed under another master key.
    #[error(
        "the master key is not the one that this database was made with (fingerprint {given}, expected {expected}). \
         Give the right key file; nothing was changed"
    )]
    WrongMasterKey {
        /// The fingerprint of the key given.
        given: String,
        /// The fingerprint that the database remembers.
        expected: String,
    },
    /// A stored signing key cannot be opened or read.
    #[error("the signing key {0} cannot be read. It is damaged, or sealed under another master key")]
    DamagedKey(String),
    /// A key could not be made.
    #[error("a signing key could not be made: {0}")]
    Generate(String),
}

impl Provider {
    /// Opens the provider: checks the master key and loads all signing keys. On a new store there are none:
    /// [`Provider::ensure_signing_keys`] makes them, in the background if wished.
    pub async fn open(parts: ProviderParts) -> Result<Arc<Self>, OpenError> {
        let ProviderParts { settings, database, master_key, hasher, clock, random } = parts;
        require_same_master_key(&database, &master_key).await?;
        let (issuer, audience) = (settings.issuer(), settings.audience());
        let keys = KeySet::build(Vec::new(), clock.now()).map_err(|error| OpenError::DamagedKey(error.to_string()))?;
        let documents = Documents::prepare(&settings, &keys);
        let provider = Arc::new(Self {
            issuer,
            audience,
            sealer: Sealer::new(&master_key),
            clients: ClientCache::default(),
            origins: KnownOrigins::default(),
            keys: ArcSwap::from_pointee(keys),
            keys_loading: tokio::sync::Mutex::default(),
            keys_revision: AtomicI64::new(0),
            documents: ArcSwap::from_pointee(documents),
            api_calls: ApiCalls::default(),
            uses: SecretUses::default(),
            barred: Barred::default(),
            audit_check: ArcSwapOption::empty(),
            audit_seen: tokio::sync::Mutex::default(),
            metrics: Arc::default(),
            node: ThisNode::default(),
            outbox: Outbox::default(),
            kept_mails: OnceLock::new(),
            key_fingerprint: master_key.fingerprint(),
            activity: ActivityLog::default(),
            findings: FindingCounts::default(),
            set_up: AtomicBool::new(false),
            settings,
            database,
            hasher,
            clock,
            random,
        });
        provider.load_signing_keys().await?;
        provider.metrics.started(provider.clock.now());
        Ok(provider)
    }

    /// The settings it was opened with.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time of a request that begins now.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// What people call the engine of the database.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.database.engine_name()
    }

    /// The source of randomness, for what is not secret enough to be drawn in a flow: references, form nonces.
    #[must_use]
    pub fn random(&self) -> Arc<Random> {
        Arc::clone(&self.random)
    }

    /// What this process counts.
    #[must_use]
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Why it cannot serve now, if it cannot: the database must answer, and there must be a key to sign with.
    pub async fn require_ready(&self) -> Result<(), &'static str> {
        if !self.database_answers().await {
            return Err("the database does not answer");
        }
        if self.can_sign() { Ok(()) } else { Err("there is no signing key yet") }
    }

    /// Whether the database answers.
    pub async fn database_answers(&self) -> bool {
        self.database.ping().await.is_ok()
    }

    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
        self.outbox.making.close();
        self.outbox.making.wait().await;
        if let Err(error) = self.flush_secret_uses(true).await {
            tracing::warn!(%error, "the last uses of secrets could not be noted");
        }
        loop {
            match self.flush_activity().await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "what clients did last could not be noted");
                    break;
                }
            }
        }
        self.database.close().await;
    }
}

async fn require_same_master_key(database: &Database, key: &MasterKey) -> Result<(), OpenError> {
    const FACT: &str = "master_key_fingerprint";
    let given = key.fingerprint();
    if database.read().await?.instance_fact(FACT).await?.is_none() {
        let text = given.clone();
        database
            .write::<_, StorageError, _>(move |tx| {
                let text = text.clone();
                Box::pin(async move { tx.keep_instance_fact(FACT, &text).await.map(drop) })
            })
            .await?;
    }
    let expected = database.read().await?.instance_fact(FACT).await?.unwrap_or_default();
    if expected == given { Ok(()) } else { Err(OpenError::WrongMasterKey { given, expected }) }
}
