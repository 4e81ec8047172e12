//! How secrets come in: from a file, from standard input, or from a hidden prompt. Never as an argument.

use super::console::Console;
use super::failure::Failure;
use crate::config::read_secret_file;
use crate::redacted::Redacted;
use std::io::Read as _;
use std::path::PathBuf;

/// The longest secret that is taken from standard input, in bytes.
const MOST: u64 = 4_096;

/// Where a secret comes from, besides a prompt.
#[derive(Debug, Clone)]
pub(super) struct SecretSource {
    /// What the flag for the file is called.
    pub flag: &'static str,
    /// A file whose first line it is.
    pub file: Option<PathBuf>,
    /// The first line of standard input.
    pub stdin: bool,
}

impl SecretSource {
    /// The secret, if the flags say where it is.
    pub(super) fn read(&self) -> Result<Option<Redacted<String>>, Failure> {
        if let Some(path) = &self.file {
            let read = read_secret_file(path).map(Some);
            return read.map_err(|sentence| Failure::usage(format!("{} {sentence}", self.flag)));
        }
        if !self.stdin {
            return Ok(None);
        }
        let mut text = zeroize::Zeroizing::new(String::new());
        let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
        read.map_err(|error| Failure::usage(format!("standard input cannot be read: {error}")))?;
        match text.lines().next().unwrap_or_default().trim() {
            "" => Err(Failure::usage("the first line of standard input is empty: write the secret there")),
            secret => Ok(Some(Redacted::new(secret.to_owned()))),
        }
    }
}

/// Asks at the terminal without showing what is typed; none if there is nobody to ask.
pub(super) fn ask_hidden(console: Console, question: &str) -> Result<Option<Redacted<String>>, Failure> {
    if !console.may_ask {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(question);
    typed
        .map(|text| Some(Redacted::new(text)))
        .map_err(|error| Failure::usage(format!("nothing could be read: {error}")))
}
