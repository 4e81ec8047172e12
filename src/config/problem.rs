//! What is wrong with the settings, and where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// A settings file, and the line in it.
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// A file among systemd's credentials.
    Credential(PathBuf),
    /// A flag of the command.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
            Self::Credential(path) => write!(f, "{}", path.display()),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// Which key, as it was written. Empty if it is about a whole file.
    pub key: String,
    /// What is wrong, and what to do about it. Never the value of a secret.
    pub sentence: String,
}

impl Problem {
    pub(super) fn new(origin: Origin, key: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { origin, key: key.into(), sentence: sentence.into() }
    }

    /// In which order to tell problems: those of the file first, from its top to its bottom.
    pub(super) const fn rank(&self) -> (u8, usize) {
        match self.origin {
            Origin::File(_, line) => (0, line),
            Origin::Environment(_) | Origin::Credential(_) => (1, 0),
            Origin::Flag(_) => (2, 0),
            Origin::Default => (3, 0),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Default => write!(f, "{}: {}", self.key, self.sentence),
            Origin::File(..) if !self.key.is_empty() => write!(f, "{} {}: {}", self.origin, self.key, self.sentence),
            _ => write!(f, "{}: {}", self.origin, self.sentence),
        }
    }
}

/// Everything that is wrong with the settings; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has a problem:")?,
            count => write!(f, "the configuration has {count} problems:")?,
        }
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
