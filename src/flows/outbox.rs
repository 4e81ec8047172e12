//! Mails on their way out. They are put into the database, sealed, along with the change that they tell of: either both are
//! there or neither, and whichever node comes first sends them ([`Provider::take_mail`]). Nobody waits for a mail server.

use super::{Provider, SignedIn};
use crate::metrics::MailOutcome;
use crate::oauth::UnixTime;
use crate::storage::{NewMail, StorageError, Transaction};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
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

/// Seconds between two test mails.
const TEST_PAUSE: i64 = 60;

/// What became of the wish for a test mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestMail {
    /// It is on its way.
    Queued,
    /// There was one less than a minute ago.
    TooSoon,
    /// Too many mails wait.
    NoRoom,
    /// No mail is sent.
    NotSetUp,
}

/// Whether mails are sent, and what wakes the task of this node that sends them.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    sends: AtomicBool,
    put: Notify,
    /// When this node last made a test mail, in seconds.
    tested_at: AtomicI64,
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

    /// Puts a test mail to an administrator's own address on its way. The queue tries it like any other: whether the mail
    /// server took it stands on *System Health*.
    pub async fn mail_test(&self, by: &SignedIn) -> Result<TestMail, StorageError> {
        let now = self.clock.now();
        if !self.sends_mail() {
            return Ok(TestMail::NotSetUp);
        }
        let before = self.outbox.tested_at.swap(now.0, Ordering::Relaxed);
        if now.0 - before < TEST_PAUSE {
            self.outbox.tested_at.store(before, Ordering::Relaxed);
            return Ok(TestMail::TooSoon);
        }
        let text = format!("This is a test from {}. Mail works.\n", self.settings.public_url);
        let mail = Mail { to: by.user.email.clone(), subject: "Test".to_owned(), text, what: "test".into() };
        let outgoing = Arc::new(self.plain_letter(mail, now));
        let task = Arc::clone(&outgoing);
        let put = self.database.write::<_, StorageError, _>(move |tx| {
            let outgoing = Arc::clone(&task);
            Box::pin(async move { outgoing.put(tx, now).await })
        });
        let had_room = put.await?;
        self.mail_was_put(Outgoing::clone(&outgoing), had_room);
        Ok(if had_room { TestMail::Queued } else { TestMail::NoRoom })
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
