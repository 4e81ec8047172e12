//! Looks at the start whether others on this machine can get at the data, and shuts them out.

use crate::config::{Config, DatabaseUrl};
use crate::opening::StoreError;
use std::ffi::OsString;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Others may write into it.
const WRITABLE: u32 = 0o022;
/// Everybody may remove only what is theirs: the mode of `/tmp`, and of what a supervisor mounts.
const STICKY: u32 = 0o1000;

/// Makes the data folder and the folder of keys in it 0700 if others may write into them, and the files of the database
/// 0600 if others may do anything with them; each with a warning. Refuses what stays open: whoever can put another file
/// in the place of the database or of the master key has the server.
pub(super) fn require_private(config: &Config) -> Result<(), StoreError> {
    if let DatabaseUrl::Sqlite(path) = &config.database.url {
        // A volume that belongs to somebody else may be meant so; the files in it are looked at one by one.
        if let Err(StoreError::OpenToOthers { path, .. }) = shut(&config.data_dir, WRITABLE, 0o700) {
            tracing::warn!(path, "others may write into the data folder, and its mode cannot be changed");
        }
        for file in files_of(path) {
            shut(&file, 0o077, 0o600)?;
        }
    }
    require_private_keys(config)
}

/// The folder of the master key. Where it is not one of ours, its mode is for its owner to change.
fn require_private_keys(config: &Config) -> Result<(), StoreError> {
    let Some(folder) = config.master_key_file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    if folder.starts_with(&config.data_dir) {
        return shut(folder, WRITABLE, 0o700);
    }
    // A group may be the machine's way to hand keys out; everybody is nobody's.
    match mode_of(folder) {
        Some(mode) if mode & 0o002 != 0 && mode & STICKY == 0 => Err(open_to_others(folder, mode)),
        _ => Ok(()),
    }
}

/// The file of a SQLite database, and those that SQLite puts beside it.
fn files_of(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = OsString::from(database);
        name.push(end);
        PathBuf::from(name)
    })
}

/// Gives a file or folder its mode if others may do with it what they must not.
fn shut(path: &Path, open: u32, wanted: u32) -> Result<(), StoreError> {
    let Some(mode) = mode_of(path).filter(|mode| mode & open != 0 && mode & STICKY == 0) else { return Ok(()) };
    // By its name: opening and closing a database's file would let go of the locks that SQLite holds on it.
    std::fs::set_permissions(path, Permissions::from_mode(wanted)).map_err(|_| open_to_others(path, mode))?;
    let (path, was, is) = (path.display(), format!("{mode:04o}"), format!("{wanted:04o}"));
    tracing::warn!(%path, was, is, "others on this machine could get at the data; the mode was changed");
    Ok(())
}

/// None: it is not there yet, and will be made private.
fn mode_of(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|facts| facts.permissions().mode() & 0o7777)
}

fn open_to_others(path: &Path, mode: u32) -> StoreError {
    StoreError::OpenToOthers { path: path.display().to_string(), mode }
}
