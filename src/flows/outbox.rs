//! Mails on their way out. Whoever puts one in never waits: a mail server that hangs must not hold a sign-in.

use super::{OneTimeLink, Provider};
use crate::metrics::{MailOutcome, Metrics};
use crate::storage::LinkPurpose;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A mail.
#[derive(Clone)]
pub struct Mail {
    /// Whom to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text. It may hold a link that opens an account: it is not printed.
    pub text: String,
    /// What kind it is, for the log.
    pub what: &'static str,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("what", &self.what).finish_non_exhaustive()
    }
}

/// Where mails are put.
#[derive(Debug, Clone)]
pub struct Outbox {
    queue: Sender<Mail>,
    metrics: Arc<Metrics>,
}

impl Outbox {
    /// An outbox for so many mails, and where they come out.
    #[must_use]
    pub fn new(most: usize, metrics: Arc<Metrics>) -> (Self, Receiver<Mail>) {
        let (queue, waiting) = channel(most);
        (Self { queue, metrics }, waiting)
    }

    /// Puts a mail in. Without room it is dropped and counted.
    pub fn put(&self, mail: Mail) {
        self.metrics.mails_waiting.add(1);
        if let Err(refused) = self.queue.try_send(mail) {
            self.metrics.mails_waiting.add(-1);
            self.metrics.mails.of(MailOutcome::Dropped).add(1);
            tracing::warn!(event = "mail.dropped", what = refused.into_inner().what, "too many mails are waiting");
        }
    }
}

impl Provider {
    /// Lets mails out from now on. Once.
    pub fn attach_outbox(&self, outbox: Outbox) {
        let _ = self.outbox.set(outbox);
    }

    /// Whether mails are sent at all, or kept for somebody who reads them here.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.outbox.get().is_some() || self.kept_mails.get().is_some()
    }

    pub(super) fn put_mail(&self, mail: Mail) {
        if let Some(kept) = self.kept_mails.get() {
            kept.keep(mail);
        } else if let Some(outbox) = self.outbox.get() {
            outbox.put(mail);
        }
    }

    /// Mails a link to whom it belongs.
    pub(super) fn mail_link(&self, link: &OneTimeLink, purpose: LinkPurpose, from: &str) {
        let (site, until, url) = (&self.settings.public_url, link.expires_at.rfc3339(), link.url.expose());
        let (subject, what, begin) = match purpose {
            LinkPurpose::Invitation => (
                "You are invited",
                "invitation",
                format!("You have an account at {site} now. Choose a password and sign in:"),
            ),
            LinkPurpose::Reset => (
                "Choose a new password",
                "reset",
                format!(
                    "Somebody asked for a new password for your account at {site}{from}. With this link you choose it:"
                ),
            ),
        };
        let text = format!(
            "{begin}\n\n    {url}\n\nThe link works once, until {until}.\n\n\
             If this was not you, do nothing: your password stays as it is, and nobody else has the link.\n"
        );
        self.put_mail(Mail { to: link.email.clone(), subject: subject.to_owned(), text, what });
    }
}

#[cfg(test)]
mod tests {
    use super::{Mail, MailOutcome, Metrics, Outbox};
    use std::sync::Arc;

    #[test]
    fn rel_32_a_full_outbox_drops_and_never_waits() {
        let metrics = Arc::new(Metrics::default());
        let (outbox, mut waiting) = Outbox::new(2, Arc::clone(&metrics));
        let mail =
            |to: &str| Mail { to: to.to_owned(), subject: String::new(), text: "secret".to_owned(), what: "reset" };
        for to in ["a", "b", "c", "d"] {
            outbox.put(mail(to));
        }
        assert_eq!((metrics.mails.of(MailOutcome::Dropped).get(), metrics.mails_waiting.get()), (2, 2));
        assert_eq!(waiting.try_recv().unwrap().to, "a");
        assert!(!format!("{:?}", mail("a")).contains("secret"));
    }
}
