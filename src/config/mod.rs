//! Settings: read once at the start, from flags, the environment, a TOML file and defaults, in this order.
//!
//! Each setting is written once, in `settings.rs`; parsing, `config show`, `config init`, `config schema`
//! and the reference page all come from that table. [`Config::load`] tells every problem at once.

mod checks;
mod database_url;
mod duration;
mod environment;
mod file;
mod layers;
mod log_settings;
mod mail_from;
mod mail_url;
mod nearest;
mod problem;
mod public_url;
mod reader;
mod reference;
mod schema;
mod settings;
mod sources;
mod starter;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use database_url::DatabaseUrl;
pub use log_settings::{LogFilter, LogFormat};
pub use mail_from::MailFrom;
pub use mail_url::MailUrl;
pub use problem::{ConfigErrors, Origin, Problem};
pub use public_url::{InvalidPublicUrl, PublicUrl};
pub use reader::Effective;
pub use reference::reference;
pub use schema::schema;
pub use settings::{
    Audit, Branding, Config, Database, Keys, Log, Login, Mail, Password, Secrets, Server, Support, Throttle, Tokens,
};
pub use sources::{Sources, read_secret_file};
pub use starter::starter;
pub use table::{Kind, LIVE_SETTINGS, Setting, settings};

use layers::Given;
use reader::Reader;
use std::path::Path;

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Everything that is wrong, in every source, each with what to do about it.
    pub fn load(sources: &Sources) -> Result<Self, ConfigErrors> {
        let given = Given::gather(sources);
        let mut reader = Reader::new(&given, &sources.cwd);
        let read = Self::read(&mut reader);
        let Reader { effective, problems: unreadable, .. } = reader;
        let mut problems = given.problems;
        problems.extend(unreadable);
        if let Some(mut config) = read {
            config.effective = effective;
            config.file = given.file;
            // Half a file says nothing about how its settings fit together.
            if !given.broken_file {
                problems.extend(checks::together(&config));
            }
            if problems.is_empty() {
                return Ok(config);
            }
        }
        problems.sort_by_key(Problem::rank);
        Err(ConfigErrors(problems))
    }

    /// Each setting with its value and where that came from, in the order of the table.
    #[must_use]
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// A digest of the settings that all nodes of one database must share: not of where a node listens and logs, and where
    /// its files are. Secrets are not in it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        const OWN: [&str; 7] = ["data_dir", "master_key_file", "bootstrap_", "server.", "database.", "log.", "mail."];
        let shared = self.effective.iter().filter(|one| !OWN.iter().any(|own| one.setting.path.starts_with(own)));
        let text: Vec<String> = shared.map(|one| format!("{}={}", one.setting.path, one.shown)).collect();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.join("\n").as_bytes());
        hex::encode(&digest.as_ref()[..6])
    }

    /// The settings file that was read, if there was one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What works and should still be known, such as a setting that takes a protection away.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        checks::warnings(self)
    }

    /// Where the value of the setting called `path` came from.
    fn origin(&self, path: &str) -> Origin {
        let found = self.effective.iter().find(|one| one.setting.path == path);
        found.map_or(Origin::Default, |one| one.origin.clone())
    }
}
