//! Mails on their way out. Whoever puts one in never waits: a mail server that hangs must not hold a sign-in.

use super::{OneTimeLink, Provider};
use crate::metrics::{MailOutcome, Metrics};
use crate::oauth::UnixTime;
use crate::oauth::audit::Actor;
use crate::storage::{StorageError, User};
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

    /// Mails an invitation to whom it belongs: who invites, and what to.
    pub(super) async fn mail_invitation(
        &self,
        link: &OneTimeLink,
        user: &User,
        by: &Actor,
    ) -> Result<(), StorageError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let tenant = self.database.read().await?.find_tenant(&user.tenant_id).await?;
        let (site, product) = (&self.settings.public_url, &self.settings.product);
        let what = tenant.map_or_else(|| product.clone(), |tenant| format!("{} on {product}", tenant.name));
        let invited = match by {
            Actor::User { name, .. } => format!("{name} invited you to {what}"),
            Actor::Client { .. } | Actor::Operator(_) | Actor::System => format!("You are invited to {what}"),
        };
        let (url, until, to) = (link.url.expose(), minute(link.expires_at), link.email.clone());
        let text = format!(
            "{invited}, {site}.\n\nChoose a password here, and sign in with {to} from then on:\n\n    {url}\n\n\
             The link works once, until {until}.\n\n\
             If you did not expect this, do nothing: without the link nobody can use the account.\n"
        );
        self.put_mail(Mail { to, subject: invited, text, what: "invitation" });
        Ok(())
    }

    /// Mails a link for a new password to whom it belongs. `asked` is when, from where and by what browser.
    pub(super) fn mail_reset(&self, link: &OneTimeLink, asked: &str) {
        let (site, url, until) = (&self.settings.public_url, link.url.expose(), minute(link.expires_at));
        let text = format!(
            "Somebody asked for a new password for your account at {site}: {asked}.\n\nWith this link you choose it:\n\n    \
             {url}\n\nThe link works once, until {until}.\n\n\
             If this was not you, do nothing: your password stays as it is, and nobody else has the link.\n"
        );
        let subject = format!("Reset your {} password", self.settings.product);
        self.put_mail(Mail { to: link.email.clone(), subject, text, what: "reset" });
    }

    /// Tells somebody that their password was changed.
    pub(super) fn mail_changed(&self, to: &str, address: &str) {
        let (site, product, now) = (&self.settings.public_url, &self.settings.product, minute(self.clock.now()));
        let text = format!(
            "The password of your account at {site} was changed: {now}, from {address}. You are signed out everywhere else.\n\n\
             If this was not you, choose a new password at once:\n\n    {site}/password/forgot\n"
        );
        let subject = format!("Your {product} password was changed");
        self.put_mail(Mail { to: to.to_owned(), subject, text, what: "changed" });
    }
}

/// A time as mails tell it: `2026-11-24 10:41 UTC`.
pub(super) fn minute(at: UnixTime) -> String {
    let text = at.rfc3339();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
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
