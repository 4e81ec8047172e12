//! The texts of mails.

use super::Provider;
use super::outbox::{Mail, Outgoing};
use crate::oauth::UnixTime;
use crate::oauth::audit::Actor;
use crate::storage::{StorageError, User};

/// How long a mail without a link is worth to be sent, in seconds: a week.
const WORTH: i64 = 7 * 86_400;

/// A mail that goes along with a link.
#[derive(Debug, Clone, Copy)]
pub(super) enum Letter<'a> {
    /// None: the link is handed over.
    None,
    /// An invitation, by whom.
    Invitation(&'a Actor),
    /// A link for a new password, and when, from where and by what browser it was asked for.
    Reset(&'a str),
}

impl Provider {
    /// The mail that brings a link.
    pub(super) async fn letter(
        &self,
        letter: Letter<'_>,
        user: &User,
        url: &str,
        until: UnixTime,
    ) -> Result<Outgoing, StorageError> {
        if !self.sends_mail() {
            return Ok(Outgoing::None);
        }
        let mail = match letter {
            Letter::None => return Ok(Outgoing::None),
            Letter::Invitation(by) => self.invitation(user, by, url, until).await?,
            Letter::Reset(asked) => self.reset(user, asked, url, until),
        };
        Ok(self.outgoing(mail, until))
    }

    async fn invitation(&self, user: &User, by: &Actor, url: &str, until: UnixTime) -> Result<Mail, StorageError> {
        let tenant = self.database.read().await?.find_tenant(&user.tenant_id).await?;
        let (site, product) = (&self.settings.public_url, &self.settings.product);
        let what = tenant.map_or_else(|| product.clone(), |tenant| format!("{} on {product}", tenant.name));
        let subject = match by {
            Actor::User { name, .. } => format!("{name} invited you to {what}"),
            Actor::Client { .. } | Actor::Operator(_) | Actor::System => format!("You are invited to {what}"),
        };
        let (until, to) = (minute(until), user.email.clone());
        let text = format!(
            "{subject}, {site}.\n\nChoose a password here, and sign in with {to} from then on:\n\n    {url}\n\n\
             The link works once, until {until}.\n\n\
             If you did not expect this, do nothing: without the link nobody can use the account.\n"
        );
        Ok(Mail { to, subject, text, what: "invitation".into() })
    }

    fn reset(&self, user: &User, asked: &str, url: &str, until: UnixTime) -> Mail {
        let (site, until) = (&self.settings.public_url, minute(until));
        let text = format!(
            "Somebody asked for a new password for your account at {site}: {asked}.\n\nWith this link you choose it:\n\n    \
             {url}\n\nThe link works once, until {until}.\n\n\
             If this was not you, do nothing: your password stays as it is, and nobody else has the link.\n"
        );
        let subject = format!("Reset your {} password", self.settings.product);
        Mail { to: user.email.clone(), subject, text, what: "reset".into() }
    }

    /// Tells somebody that their password was changed.
    pub(super) fn changed_letter(&self, to: &str, address: &str, now: UnixTime) -> Outgoing {
        let (site, product, at) = (&self.settings.public_url, &self.settings.product, minute(now));
        let text = format!(
            "The password of your account at {site} was changed: {at}, from {address}. You are signed out everywhere else.\n\n\
             If this was not you, choose a new password at once:\n\n    {site}/password/forgot\n"
        );
        let subject = format!("Your {product} password was changed");
        self.plain_letter(Mail { to: to.to_owned(), subject, text, what: "changed".into() }, now)
    }

    /// A mail without a link that ends.
    pub(super) fn plain_letter(&self, mail: Mail, now: UnixTime) -> Outgoing {
        self.outgoing(mail, now.plus(WORTH))
    }
}

/// A time as mails tell it: `2026-11-24 10:41 UTC`.
pub(super) fn minute(at: UnixTime) -> String {
    let text = at.rfc3339();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
}
