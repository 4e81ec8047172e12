//! Mails that were given up: kept for operators, who look at another node, or with another program.

use super::Provider;
use crate::oauth::UnixTime;
use crate::storage::StorageError;

/// The fact under which they are kept: when, how many, what, and whether it was refused.
const FACT: &str = "mail_unsent";

/// Mails that were not sent, the last of them within a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentMail {
    /// When the last one was given up.
    pub at: UnixTime,
    /// How many, each within a day of the one before.
    pub count: u64,
    /// What kind the last one was: `reset`, `invitation`, `expiry`.
    pub what: String,
    /// Whether the mail server refused it. Otherwise it did not take it in time, or did not answer.
    pub refused: bool,
}

impl UnsentMail {
    /// How long it is told of, in seconds.
    const KEPT: i64 = 86_400;

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (at, count) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Self { at: UnixTime(at), count, what: words.next()?.to_owned(), refused: words.next()? == "refused" })
    }

    /// What to say of it. No address and no name is in it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let many = if self.count == 1 { "A mail was".to_owned() } else { format!("{} mails were", self.count) };
        let why = if self.refused { "the mail server refused it" } else { "no mail server took it in time" };
        format!("{many} not sent; the last one ({}, {}) because {why}.", self.what, self.at.rfc3339())
    }
}

impl Provider {
    /// Keeps that a mail was given up.
    pub async fn note_unsent_mail(&self, what: &str, refused: bool) -> Result<(), StorageError> {
        let count = self.unsent_mail().await?.map_or(0, |before| before.count) + 1;
        let why = if refused { "refused" } else { "untaken" };
        let value = format!("{} {count} {what} {why}", self.clock.now().0);
        self.database
            .write(move |tx| {
                let value = value.clone();
                Box::pin(async move { tx.set_instance_fact(FACT, &value).await })
            })
            .await
    }

    /// The mails that were given up lately.
    pub async fn unsent_mail(&self) -> Result<Option<UnsentMail>, StorageError> {
        let kept = self.database.read().await?.instance_fact(FACT).await?;
        let unsent = kept.as_deref().and_then(UnsentMail::parse);
        Ok(unsent.filter(|unsent| self.clock.now().since(unsent.at) < UnsentMail::KEPT))
    }
}
