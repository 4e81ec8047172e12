//! The provider: everything a flow needs, in one place. One for each process.

use super::activity::ActivityLog;
use super::admin::FindingCounts;
use super::api_calls::ApiCalls;
use super::audit_chain::AuditCheck;
use super::client_cache::ClientCache;
use super::client_throttle::Barred;
use super::cors::KnownOrigins;
use super::discovery::Documents;
use super::nodes::ThisNode;
use super::outbox::Outbox;
use super::secret_uses::SecretUses;
use crate::clock::Clock;
use crate::keys::{KeySet, MasterKey, PasswordHasher, Sealer};
use crate::metrics::Metrics;
use crate::oauth::admin_fields::{SecretPolicy, is_loopback};
use crate::oauth::{RefreshLifetimes, UnixTime};
use crate::random::Random;
use crate::storage::{Database, StorageError};
use arc_swap::{ArcSwap, ArcSwapOption};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, OnceLock};

/// What the operator has settled. Times are seconds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the world reaches this server, without a slash at the end.
    pub public_url: String,
    /// Policy for client secrets.
    pub secrets: SecretPolicy,
    /// How long a secret lives unless said otherwise.
    pub secret_lifetime: i64,
    /// Least characters of a password.
    pub password_min_length: usize,
    /// A session ends after this long without use.
    pub session_idle: i64,
    /// A session ends after this long, used or not.
    pub session_absolute: i64,
    /// The same for browsers that were told to keep their user signed in.
    pub session_remembered: i64,
    /// The portal asks for the password again after this long without use.
    pub portal_idle: i64,
    /// Limits for failed sign-ins.
    pub throttle: ThrottleLimits,
    /// How long codes and tokens live.
    pub tokens: TokenLifetimes,
    /// A new signing key takes over after this long.
    pub keys_rotate_every: i64,
    /// How long others may keep the published keys: a key is announced that long before it signs.
    pub keys_cache_time: i64,
    /// Most calls of the API by one client or user in a minute, on each node.
    pub api_calls_per_minute: u32,
    /// How long the requests of clients are kept, in seconds.
    pub activity_keep: i64,
    /// How long rows of the audit log are kept, in seconds; none: for ever.
    pub audit_keep: Option<i64>,
}

/// How long codes and tokens live, in seconds. Access tokens live as long as their client says, up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// The most that a client may say for its access tokens.
    pub access_most: u32,
    /// An authorization code.
    pub code: i64,
    /// An ID token.
    pub id_token: i64,
    /// Refresh tokens.
    pub refresh: RefreshLifetimes,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        let day = 86_400;
        let refresh = RefreshLifetimes { idle: 15 * day, absolute: 30 * day, retry_window: 10 };
        Self { access_most: 3_600, code: 60, id_token: 300, refresh }
    }
}

/// Limits for failed sign-ins: how many, in how many seconds.
#[derive(Debug, Clone, Copy)]
pub struct ThrottleLimits {
    /// From one network address (/24 or /64).
    pub address: (i64, i64),
    /// For one account from one address.
    pub pair: (i64, i64),
    /// For one account, failures in a row.
    pub account: i64,
}

impl Settings {
    /// The issuer (`iss`): the public URL and `/identity`.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}/identity", self.public_url)
    }

    /// Whether passwords go over a network that anybody may listen to: plain http, and not to this machine alone.
    #[must_use]
    pub fn sends_in_clear(&self) -> bool {
        let url = url::Url::parse(&self.public_url).ok();
        url.is_some_and(|url| url.scheme() == "http" && !is_loopback(&url))
    }

    /// Whom access tokens are for: this server's API.
    #[must_use]
    pub fn audience(&self) -> String {
        format!("{}/api", self.public_url)
    }
}

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
    /// The revision of the keys that are loaded.
    pub(super) keys_revision: AtomicI64,
    pub(super) documents: ArcSwap<Documents>,
    pub(super) api_calls: ApiCalls,
    pub(super) uses: SecretUses,
    pub(super) barred: Barred,
    /// What the last check of the audit log found.
    pub(super) audit_check: ArcSwapOption<AuditCheck>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) node: ThisNode,
    pub(super) outbox: OnceLock<Outbox>,
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
            keys_revision: AtomicI64::new(0),
            documents: ArcSwap::from_pointee(documents),
            api_calls: ApiCalls::default(),
            uses: SecretUses::default(),
            barred: Barred::default(),
            audit_check: ArcSwapOption::empty(),
            metrics: Arc::default(),
            node: ThisNode::default(),
            outbox: OnceLock::new(),
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
        let answers = async { self.database.read().await?.ping().await };
        answers.await.is_ok()
    }

    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
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
