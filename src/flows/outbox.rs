//! Mails on their way out. They are put into the database, sealed, along with the change that they tell of: either both are
//! there or neither, and whichever node comes first sends them ([`Provider::take_mail`]). Nobody waits for a mail server.

use super::Provider;
use crate::metrics::MailOutcome;
use crate::oauth::UnixTime;
use crate::storage::{NewMail, StorageError, Transaction};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// A mail.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// Whom to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text. It may hold a link that opens an account: it is not printed.
    pub text: String,
    /// What kind it is, for the log.
    pub what: Cow<'static, str>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("what", &self.what).finish_non_exhaustive()
    }
}

/// What a mail is sealed for.
pub(super) const PURPOSE: &str = "mail";

/// Mails that may wait; beyond that they are dropped, and counted.
const MOST: i64 = 1_000;
/// The same for those that anybody can ask for: they leave room for the others.
const MOST_ASKED_FOR: i64 = 800;

/// Whether mails are sent, and what wakes the task of this node that sends them.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    sends: AtomicBool,
    put: Notify,
    /// Mails that are being made after the answer to whoever asked for them.
    pub(super) making: TaskTracker,
}

/// A mail that is ready to be put in, if mails are sent at all.
#[derive(Debug, Clone)]
pub(super) enum Outgoing {
    /// No mail is sent.
    None,
    /// It is shown to administrators instead.
    Kept(Mail),
    /// It goes into the database.
    Sealed(NewMail, i64),
}

impl Outgoing {
    /// Puts it in, with the change that it tells of. False: there is no room. [`Provider::mail_was_put`] comes after the
    /// commit.
    pub(super) async fn put(&self, tx: &mut Transaction, now: UnixTime) -> Result<bool, StorageError> {
        match self {
            Self::Sealed(mail, most) => tx.insert_mail(mail, now, *most).await,
            Self::None | Self::Kept(_) => Ok(true),
        }
    }
}

impl Provider {
    /// Puts mails into the database from now on: here or elsewhere is somebody who sends them.
    pub fn send_mails(&self) {
        self.outbox.sends.store(true, Ordering::Relaxed);
    }

    /// Whether mails are sent at all, or kept for somebody who reads them here.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.outbox.sends.load(Ordering::Relaxed) || self.kept_mails.get().is_some()
    }

    /// Waits until this node has put a mail in. For one who waits: a mail that was put in before counts.
    pub async fn mail_put(&self) {
        self.outbox.put.notified().await;
    }

    /// Makes a mail ready to be put in. From `ends_at` on it is of no use.
    pub(super) fn outgoing(&self, mail: Mail, ends_at: UnixTime) -> Outgoing {
        if self.kept_mails.get().is_some() {
            return Outgoing::Kept(mail);
        }
        if !self.sends_mail() {
            return Outgoing::None;
        }
        let most = if mail.what == "reset" { MOST_ASKED_FOR } else { MOST };
        let (id, sealed, what) = (self.random.uuid(), self.seal_json(PURPOSE, &mail), mail.what.into_owned());
        Outgoing::Sealed(NewMail { id, sealed, what, ends_at }, most)
    }

    /// Wakes whoever sends it, now that it was put in; `had_room` is what [`Outgoing::put`] said.
    pub(super) fn mail_was_put(&self, mail: Outgoing, had_room: bool) {
        match (mail, self.kept_mails.get()) {
            (Outgoing::Kept(mail), Some(kept)) => {
                kept.keep(mail);
                self.outbox.put.notify_one();
            }
            (Outgoing::Sealed(..), _) if had_room => self.outbox.put.notify_one(),
            (Outgoing::Sealed(mail, _), _) => {
                self.metrics.mails.of(MailOutcome::Dropped).add(1);
                tracing::warn!(event = "mail.dropped", what = mail.what, "too many mails are waiting");
            }
            _ => {}
        }
    }
}
