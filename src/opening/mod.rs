//! Opens the store that the configuration names: for the server, and for every command.

mod lock;
mod settings;

pub use lock::ServingLock;
pub use settings::settings;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::flows::{OpenError, Provider, ProviderParts, StorageError};
use crate::keys::{MasterKey, MasterKeyError, PasswordHasher};
use crate::random::Random;
use crate::storage::{Database, Location, look_through};
use std::path::Path;
use std::sync::Arc;

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
    /// The file that keeps `backup restore` and others apart cannot be locked.
    #[error("{0} cannot be opened: {1}; {2}")]
    Lock(String, std::io::Error, String),
    /// There is no schema yet, and whoever asks is not to make one.
    #[error("the database is empty: this server is not set up yet")]
    Empty,
    /// The schema waits for its first migration, named here, and whoever asks is not to run it.
    #[error("the schema is older than this binary ({0} is pending): run portcullis migrate")]
    Older(String),
    /// `backup restore` was cut off between taking the old database away and putting the copy there.
    #[error(
        "there is no database {database}, but {left} is there: a restore was cut off. Run it again, or give the file that \
         you want the database's name"
    )]
    HalfRestored {
        /// The database that is not there.
        database: String,
        /// What is there.
        left: String,
    },
    /// A backup is being put in the place of the database.
    #[error("a backup is being restored to this database at this moment: try again when that is done")]
    Restoring,
    /// The provider cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What to do about a schema that is older than this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date, if `database.auto_migrate` lets: for the server, and for who sets it up.
    BringUp,
    /// Leave it, and refuse: a command may be a new program's before anybody made a backup, or look at a database that is
    /// somebody else's.
    AsItIs,
}

/// Opens database and master key; both are made if this is the first start on SQLite. Whoever calls holds a
/// [`ServingLock`].
pub async fn open_provider(config: &Config, schema: Schema) -> Result<Arc<Provider>, StoreError> {
    let location = config.database.url.location();
    let database = Database::open(&location, config.database.max_connections).await?;
    if config.database.auto_migrate && schema == Schema::BringUp {
        database.migrate().await?;
    } else if let Some(first) = database.pending_migrations().await?.into_iter().next() {
        let empty = schema == Schema::AsItIs && database.is_empty().await?;
        return Err(if empty { StoreError::Empty } else { StoreError::Older(first) });
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
