//! Where settings are read from.

use crate::redacted::Redacted;
use std::path::{Path, PathBuf};

/// The sources of settings, strongest first: flags, environment, file. As values, so that a test needs no process.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Settings given as flags: path (`server.listen`) and value.
    pub flags: Vec<(String, String)>,
    /// The environment. Only `PORTCULLIS_…` and a few names of others are looked at.
    pub env: Vec<(String, String)>,
    /// The file named by `--config`. It must be there.
    pub config_file: Option<PathBuf>,
    /// The folder that relative paths start from, and where `portcullis.toml` is looked for. Empty: where the process is.
    pub cwd: PathBuf,
    /// The file that is read when there is no other. It need not be there.
    pub system_file: Option<PathBuf>,
}

impl Sources {
    /// The sources of this process, with what its command line said.
    #[must_use]
    pub fn from_process(flags: Vec<(String, String)>, config_file: Option<PathBuf>) -> Self {
        let env = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect();
        let system_file = Some(PathBuf::from("/etc/portcullis/config.toml"));
        Self { flags, env, config_file, cwd: PathBuf::new(), system_file }
    }

    /// A variable of the environment, unless it is empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// The first line of a file that holds a secret, without the space around it.
///
/// # Errors
/// A sentence with the path: it cannot be read, or its first line is empty.
pub fn read_secret_file(path: &Path) -> Result<Redacted<String>, String> {
    let whole = std::fs::read_to_string(path)
        .map(Redacted::new)
        .map_err(|error| format!("names {}, which cannot be read: {error}", path.display()))?;
    match whole.expose().lines().next().unwrap_or_default().trim() {
        "" => Err(format!("names {}, whose first line is empty: write the secret there", path.display())),
        secret => Ok(Redacted::new(secret.to_owned())),
    }
}
