//! The master key: one file, 32 bytes, under which everything secret in the database is sealed.

use crate::redacted::Redacted;
use aws_lc_rs::{digest, hkdf};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A file of 32 bytes is 45 characters long; whatever is much longer is another kind of file.
const LONGEST_FILE: u64 = 1024;

/// The key from which all others on this server are derived.
///
/// The file holds the base64 text of 32 random bytes and a line break, so `openssl rand -base64 32` makes one too.
#[derive(Debug, Clone)]
pub struct MasterKey(Redacted<[u8; 32]>);

/// Why there is no master key. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence says it")]
pub enum MasterKeyError {
    #[error(
        "There is no master key at ‘{}’. Put the file back from your backup: without it, the signing keys in the \
         database cannot be read.",
        path.display()
    )]
    Missing { path: PathBuf },
    #[error(
        "The master key file ‘{p}’ has mode {mode:04o}, so others on this machine can get at it. \
         Run: chmod 600 '{p}'",
        p = path.display()
    )]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error(
        "The master key file ‘{p}’ belongs to user {owner}, and this process runs as user {process}. \
         Run: chown {process} '{p}'",
        p = path.display()
    )]
    OtherOwner { path: PathBuf, owner: u32, process: u32 },
    #[error(
        "The master key file ‘{}’ is {what}; it must hold 32 bytes in base64 and a line break. \
         Put it back from your backup; it is never written over.",
        path.display()
    )]
    Damaged { path: PathBuf, what: &'static str },
    #[error("There is a file at ‘{}’ already, and a master key is never written over. Move it away first.", path.display())]
    Exists { path: PathBuf },
    #[error("The master key file ‘{}’ cannot be used: {source}. Check the path and its directories.", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl MasterKey {
    /// Reads the key file. Refuses one that others could have read or swapped, and one that is not whole.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        Self::read(path, true)
    }

    /// Reads a key file that a supervisor put where this process alone can look (systemd's credentials, a container's
    /// secrets). Its mode and owner are the supervisor's business.
    pub fn load_guarded(path: &Path) -> Result<Self, MasterKeyError> {
        Self::read(path, false)
    }

    fn read(path: &Path, private: bool) -> Result<Self, MasterKeyError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => MasterKeyError::Missing { path: path.into() },
            _ => MasterKeyError::Io { path: path.into(), source },
        };
        let file = File::open(path).map_err(failed)?;
        // Asked of the open file, so that what is judged is what is read.
        let facts = file.metadata().map_err(failed)?;
        if !facts.is_file() {
            return Err(MasterKeyError::Damaged { path: path.into(), what: "not a plain file" });
        }
        if private {
            require_private(path, facts.mode(), facts.uid(), process_owner(path).map_err(failed)?)?;
        }
        let mut text = Zeroizing::new(Vec::with_capacity(64));
        file.take(LONGEST_FILE + 1).read_to_end(&mut text).map_err(failed)?;
        parse(&text).map_err(|what| MasterKeyError::Damaged { path: path.into(), what })
    }

    /// Writes a new key file from 32 bytes that the caller drew, with mode 0600, and makes its directory (0700) if there
    /// is none. When this returns, the key has reached the disk.
    pub fn create(path: &Path, bytes: [u8; 32]) -> Result<Self, MasterKeyError> {
        let key = Self(Redacted::new(bytes));
        write_new(path, &key).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => MasterKeyError::Exists { path: path.into() },
            _ => MasterKeyError::Io { path: path.into(), source },
        })?;
        Ok(key)
    }

    /// A key for one use, by HKDF-SHA256 (RFC 5869) with the label as info: other labels, unrelated keys.
    ///
    /// # Panics
    /// Never: 32 bytes are within what HKDF gives.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis master key")
            .extract(self.0.expose())
            .expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut derived))
            .expect("HKDF-SHA256 gives 32 bytes");
        derived
    }

    /// 16 hex digits that tell this key from others and nothing else about it: nodes compare them, and the database
    /// remembers them, so that a wrong key is known before anything is opened with it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = digest::digest(&digest::SHA256, &self.derive("fingerprint"));
        format!("{:016x}", digest.as_ref()[..8].iter().fold(0_u64, |all, byte| (all << 8) | u64::from(*byte)))
    }
}

pub(super) fn require_private(path: &Path, mode: u32, owner: u32, process: u32) -> Result<(), MasterKeyError> {
    let mode = mode & 0o7777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::OpenToOthers { path: path.into(), mode });
    }
    if owner != process {
        return Err(MasterKeyError::OtherOwner { path: path.into(), owner, process });
    }
    Ok(())
}

/// The user this process runs as: the owner of its own entry in `/proc`; where there is none, the owner of the key's
/// directory stands in.
fn process_owner(path: &Path) -> io::Result<u32> {
    let facts = std::fs::metadata("/proc/self").or_else(|_| std::fs::metadata(directory_of(path)))?;
    Ok(facts.uid())
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn parse(text: &[u8]) -> Result<MasterKey, &'static str> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err("empty");
    }
    let bytes = Redacted::new(STANDARD.decode(text).map_err(|_| "not base64 text")?);
    let key = bytes.expose().as_slice().try_into().map_err(|_| "cut short or of another kind")?;
    Ok(MasterKey(Redacted::new(key)))
}

fn write_new(path: &Path, key: &MasterKey) -> io::Result<()> {
    let directory = directory_of(path);
    if !directory.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let text = Redacted::new(STANDARD.encode(key.0.expose()) + "\n");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(text.expose().as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // It is ours and holds nothing whole; left behind, it would stop the next start.
        let _ = std::fs::remove_file(path);
        return Err(error);
    }
    File::open(directory)?.sync_all()
}
