//! Keeps those who work with a SQLite file and those who put another in its place apart.

use super::{StoreError, make_folders};
use crate::config::{Config, DatabaseUrl};
use crate::storage::{interrupted_restore, who_may};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Says that a server or a command works with a SQLite file: they share it, `backup restore` wants it alone. The operating
/// system lets go of it with the process, however that ends.
#[derive(Debug)]
pub struct ServingLock {
    _file: File,
}

impl ServingLock {
    /// Beside others, in the folder that is made if it is not there yet. None on PostgreSQL, which has no file.
    ///
    /// # Errors
    /// [`StoreError::Restoring`] while a backup is being put in the place of the database, and
    /// [`StoreError::HalfRestored`] if that was cut off: nobody may make a new store over what is left.
    pub fn shared(config: &Config) -> Result<Option<Self>, StoreError> {
        let DatabaseUrl::Sqlite(path) = &config.database.url else { return Ok(None) };
        make_folders(config)?;
        let lock = Self::take(path, File::try_lock_shared)?.ok_or(StoreError::Restoring)?;
        match interrupted_restore(path) {
            Some(left) => {
                Err(StoreError::HalfRestored { database: path.display().to_string(), left: left.display().to_string() })
            }
            None => Ok(Some(lock)),
        }
    }

    /// Alone. None while a server runs or a command is at work.
    pub fn exclusive(database: &Path) -> Result<Option<Self>, StoreError> {
        Self::take(database, File::try_lock)
    }

    fn take(database: &Path, lock: fn(&File) -> Result<(), TryLockError>) -> Result<Option<Self>, StoreError> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = database.with_extension("serving");
        let told = |error: std::io::Error| StoreError::Lock(path.display().to_string(), error, who_may(&path));
        let opened = std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = opened.map_err(told)?;
        match lock(&file) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(told(error)),
        }
    }
}
