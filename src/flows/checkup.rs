//! What an operator wants to know of a running installation, in one look.

use super::Provider;
use super::signing_keys::KeySummary;
use super::unsent_mail::UnsentMail;
use super::waiting_mails::WaitingMails;
use crate::oauth::UnixTime;
use crate::storage::{EndingSecret, NodeRow, StorageError};

/// How far ahead to look for secrets that end, in seconds.
const AHEAD: i64 = 30 * 86_400;

/// What was found.
#[derive(Debug, Clone)]
pub struct Checkup {
    /// When, by this machine's clock.
    pub now: UnixTime,
    /// The database and its version.
    pub engine: String,
    /// How far this machine's clock is ahead of the database's, in seconds.
    pub clock_ahead: i64,
    /// The nodes that are there.
    pub nodes: Vec<NodeRow>,
    /// The signing keys.
    pub keys: Vec<KeySummary>,
    /// The fingerprint of the master key.
    pub key_fingerprint: String,
    /// Secrets that end within 30 days, the first five.
    pub ending_secrets: Vec<EndingSecret>,
    /// Enabled clients that need a secret and have none that works, the first five, by name.
    pub without_secret: Vec<String>,
    /// How many may manage something.
    pub administrators: i64,
    /// When the last backup was made and checked.
    pub last_backup: Option<UnixTime>,
    /// Mails that were given up within a day.
    pub unsent_mail: Option<UnsentMail>,
    /// Mails that wait to be sent.
    pub waiting_mails: Option<WaitingMails>,
}

impl Provider {
    /// Looks at everything once.
    pub async fn checkup(&self) -> Result<Checkup, StorageError> {
        let now = self.clock.now();
        let (engine, clock_ahead) = (self.database.engine().await?, self.clock_ahead().await?);
        let (nodes, keys) = (self.list_nodes().await?, self.list_signing_keys().await?);
        let (unsent_mail, waiting_mails) = (self.unsent_mail().await?, self.waiting_mails().await?);
        let mut reader = self.database.read().await?;
        Ok(Checkup {
            now,
            engine,
            clock_ahead,
            nodes,
            keys,
            key_fingerprint: self.key_fingerprint.clone(),
            ending_secrets: reader.next_secrets_ending(now, now.plus(AHEAD), 5).await?,
            without_secret: reader.clients_without_secret(now, 5).await?,
            administrators: reader.count_administrators().await?,
            last_backup: reader.last_backup().await?,
            unsent_mail,
            waiting_mails,
        })
    }
}
