//! Opens the store that the configuration names: for the server, and for every command.

use crate::clock::SystemClock;
use crate::config::Config;
use crate::flows::{OpenError, Provider, ProviderParts, Settings, StorageError, ThrottleLimits, TokenLifetimes};
use crate::keys::{MasterKey, MasterKeyError, PasswordHasher};
use crate::oauth::RefreshLifetimes;
use crate::oauth::admin_fields::SecretPolicy;
use crate::random::Random;
use crate::storage::{Database, Location, look_through};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made.
    #[error("the data folder {0} cannot be made: {1}. Choose another with --data-dir")]
    DataDir(String, std::io::Error),
    /// Others on this machine can put their own in the place of what the server lives by.
    #[error("{path} has mode {mode:04o}, so others on this machine can change it. Run: chmod go-w '{path}'")]
    OpenToOthers {
        /// The file or folder.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// The database does not answer, or its schema does not fit.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The master key cannot be read or made.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key is gone, but the database was made with one.
    #[error(
        "the master key file {0} is missing, and this database was made with one. Put the file back; a new one cannot open the signing keys"
    )]
    MasterKeyGone(String),
    /// There is no master key yet. With several nodes none of them may make one by itself.
    #[error(
        "there is no master key file {0} yet, and every node needs the same one. Make it once, keep a copy apart from \
         the backups, and give it to every node: openssl rand -base64 32 > {0} && chmod 600 {0}"
    )]
    MasterKeyNeeded(String),
    /// A backup is being put in the place of the database.
    #[error("a backup is being restored to this database at this moment: try again when that is done")]
    Restoring,
    /// The provider cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Opens database and master key, both made if this is the first start on SQLite, and brings the schema up to date.
pub async fn open_provider(config: &Config) -> Result<Arc<Provider>, StoreError> {
    let location = config.database.url.location();
    make_folders(config)?;
    let database = Database::open(&location, config.database.max_connections).await?;
    if config.database.auto_migrate {
        database.migrate().await?;
    } else if let Some(first) = database.pending_migrations().await?.first() {
        let sentence = format!("the schema is older than this binary ({first} is pending): run portcullis migrate");
        return Err(StorageError::Schema(sentence).into());
    }
    let random = Arc::new(Random::default());
    let master_key = master_key(config, &database, &random).await?;
    let parts = ProviderParts {
        settings: settings(config),
        database,
        master_key,
        hasher: PasswordHasher::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
        clock: Arc::new(SystemClock),
        random,
    };
    Ok(Provider::open(parts).await?)
}

/// A SQLite file of more bytes is looked through before it is served from only if its server did not stop in order.
const LOOKED_THROUGH: u64 = 256 * 1024 * 1024;

/// Refuses to serve from a SQLite file that is damaged, and tells what else is odd about it.
pub async fn look_before_serving(config: &Config) -> Result<(), StoreError> {
    let found = look_through(&config.database.url.location(), LOOKED_THROUGH).await?;
    if let Some(bytes) = found.unchecked {
        tracing::info!(bytes, "the database is too big to be looked through at every start; portcullis doctor does");
    }
    if found.log_is_gone {
        tracing::warn!(
            "the server did not stop in order when it last had this database open, and the log of its last changes \
             (-wal) is not there. Unless another program has had it open since, changes are lost: compare with a backup"
        );
    }
    Ok(())
}

/// Makes the folders of a SQLite database that are not there yet, for their owner alone.
pub fn make_folders(config: &Config) -> Result<(), StoreError> {
    let Location::Sqlite(path) = config.database.url.location() else { return Ok(()) };
    make_private_dir(&config.data_dir)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => make_private_dir(parent),
        None => Ok(()),
    }
}

async fn master_key(config: &Config, database: &Database, random: &Random) -> Result<MasterKey, StoreError> {
    let path = &config.master_key_file;
    if path.exists() {
        return Ok(load_master_key(path)?);
    }
    if database.read().await?.instance_fact("master_key_fingerprint").await?.is_some() {
        return Err(StoreError::MasterKeyGone(path.display().to_string()));
    }
    if config.database.url.is_postgres() {
        return Err(StoreError::MasterKeyNeeded(path.display().to_string()));
    }
    match MasterKey::create(path, random.bytes::<32>()) {
        // Another process that starts at the same moment was first: its key is the key.
        Err(MasterKeyError::Exists { .. }) => Ok(load_master_key(path)?),
        made => Ok(made?),
    }
}

/// Says that a server runs on a SQLite file: servers share it, `backup restore` wants it alone. The operating system lets
/// go of it with the process, however that ends.
#[derive(Debug)]
pub struct ServingLock {
    _file: std::fs::File,
}

impl ServingLock {
    /// Beside other servers. None while a backup is being restored.
    pub fn shared(database: &Path) -> Result<Option<Self>, StoreError> {
        let file = Self::open(database)?;
        Ok(file.try_lock_shared().is_ok().then_some(Self { _file: file }))
    }

    /// Alone. None while a server runs.
    pub fn exclusive(database: &Path) -> Result<Option<Self>, StoreError> {
        let file = Self::open(database)?;
        Ok(file.try_lock().is_ok().then_some(Self { _file: file }))
    }

    fn open(database: &Path) -> Result<std::fs::File, StoreError> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = database.with_extension("serving");
        let opened = std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        opened.map_err(|error| StoreError::DataDir(path.display().to_string(), error))
    }
}

/// Reads a master key file. Those that a supervisor hands over are guarded by it, whatever their mode says.
pub fn load_master_key(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(std::path::PathBuf::from);
    let guarded = credentials.is_some_and(|folder| path.starts_with(folder)) || path.starts_with("/run/secrets");
    if guarded { MasterKey::load_guarded(path) } else { MasterKey::load(path) }
}

/// Makes a folder that only its owner can look into.
fn make_private_dir(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| StoreError::DataDir(path.display().to_string(), error))
}

/// The settings that flows need, out of all there are.
#[must_use]
pub fn settings(config: &Config) -> Settings {
    let throttle = &config.login.throttle;
    Settings {
        public_url: config.public_url.as_str().to_owned(),
        product: config.branding.name.clone(),
        secrets: SecretPolicy {
            max_lifetime: config.secrets.max_lifetime.map(seconds),
            allow_never: config.secrets.allow_never,
        },
        secret_lifetime: seconds(config.secrets.default_lifetime),
        password_min_length: config.password.min_length,
        session_idle: seconds(config.login.session),
        session_absolute: seconds(config.login.session_absolute),
        session_remembered: seconds(config.login.remember),
        portal_idle: seconds(config.login.portal_idle),
        throttle: ThrottleLimits {
            address: (i64::from(throttle.address), seconds(throttle.address_window)),
            pair: (i64::from(throttle.pair), seconds(throttle.pair_window)),
            account: i64::from(throttle.account),
        },
        api_calls_per_minute: config.api.calls_per_minute,
        activity_keep: seconds(config.activity.keep),
        audit_keep: config.audit.keep.map(seconds),
        tokens: TokenLifetimes {
            access_most: u32::try_from(seconds(config.tokens.max_lifetime)).unwrap_or(u32::MAX),
            code: seconds(config.tokens.code),
            id_token: seconds(config.tokens.id_token),
            refresh: RefreshLifetimes {
                idle: seconds(config.tokens.refresh_idle),
                absolute: seconds(config.tokens.refresh_absolute),
                retry_window: seconds(config.tokens.refresh_retry_window),
            },
        },
        keys_rotate_every: seconds(config.keys.rotate_every),
        keys_cache_time: seconds(config.keys.cache_time),
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
