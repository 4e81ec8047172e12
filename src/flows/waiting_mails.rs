//! Mails that wait to be sent: taken by one node at a time, tried again later and later, and in the end given up.

use super::Provider;
use super::outbox::{Mail, PURPOSE};
use crate::metrics::MailOutcome;
use crate::storage::{StorageError, TakenRow};

/// How long whoever took a mail has it alone, in seconds: much longer than a mail server is waited for. If they die with it,
/// somebody else takes it then.
const LEASE: i64 = 60;

/// How long a mail waits before each further try, in seconds.
const PAUSES: [i64; 5] = [15, 60, 300, 900, 1_800];

/// How long a mail may wait before operators should look, in seconds.
const LATE: i64 = 900;

/// A mail that was taken. Whoever has it sends it, and says what came of that.
#[derive(Debug)]
pub struct TakenMail {
    /// The mail.
    pub mail: Mail,
    row: TakenRow,
}

/// How many mails wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingMails {
    /// How many.
    pub count: i64,
    /// For how long the oldest has, in seconds.
    pub longest: i64,
}

impl WaitingMails {
    /// Whether the oldest waits for so long that somebody should look.
    #[must_use]
    pub const fn are_late(&self) -> bool {
        self.longest > LATE
    }

    /// What to say of them.
    #[must_use]
    pub fn sentence(&self) -> String {
        let minutes = self.longest / 60;
        match self.count {
            1 => format!("A mail has been waiting to be sent for {minutes} minutes."),
            count => format!("{count} mails wait to be sent, the oldest for {minutes} minutes."),
        }
    }
}

impl Provider {
    /// Takes the mail that is due longest, if any is. Nobody else gets it within a minute. What is over already, or cannot
    /// be opened, is dropped and told.
    pub async fn take_mail(&self) -> Result<Option<TakenMail>, StorageError> {
        loop {
            let now = self.clock.now();
            // A look first: taking is a write, and most of the time there is nothing.
            let due = self.database.read().await?.next_mail_due().await?;
            if due.is_none_or(|due| due > now) {
                return Ok(None);
            }
            let taken: Result<_, StorageError> =
                self.database.write(move |tx| Box::pin(async move { tx.take_mail(now, now.plus(LEASE)).await })).await;
            // None: somebody else was faster. What was due is not due any more.
            let Some(row) = taken? else { continue };
            if row.ends_at <= now {
                self.give_up(&row, false, "it was not sent before its end").await?;
                continue;
            }
            match self.unseal_json(PURPOSE, &row.sealed) {
                Some(mail) => return Ok(Some(TakenMail { mail, row })),
                None => {
                    self.give_up(&row, false, "it cannot be opened: it is damaged, or of another master key").await?;
                }
            }
        }
    }

    /// The mail server took it.
    pub async fn mail_was_sent(&self, taken: &TakenMail) -> Result<(), StorageError> {
        self.metrics.mails.of(MailOutcome::Sent).add(1);
        self.delete_mail(&taken.row.id).await.map(drop)
    }

    /// The mail server did not take it, and why. It is tried again later, unless it was refused for good (`may_pass` is false),
    /// was tried often enough, or is over by then: then it is given up.
    pub async fn mail_was_not_sent(&self, taken: &TakenMail, may_pass: bool, why: &str) -> Result<(), StorageError> {
        let row = &taken.row;
        let pause = usize::try_from(row.tries - 1).ok().and_then(|before| PAUSES.get(before));
        let later = pause.map(|pause| self.clock.now().plus(*pause)).filter(|at| *at < row.ends_at);
        let Some(later) = later.filter(|_| may_pass) else { return self.give_up(row, !may_pass, why).await };
        tracing::warn!(
            event = "mail.deferred",
            what = row.what,
            error = why,
            "a mail was not taken; trying again later"
        );
        self.metrics.mails.of(MailOutcome::Deferred).add(1);
        let (id, tries) = (row.id.clone(), row.tries);
        self.database
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { tx.put_mail_off(&id, tries, later).await })
            })
            .await
    }

    /// The mails that wait, of all nodes; none if there are none.
    pub async fn waiting_mails(&self) -> Result<Option<WaitingMails>, StorageError> {
        let (count, oldest) = self.database.read().await?.waiting_mails().await?;
        let now = self.clock.now();
        Ok(oldest.map(|oldest| WaitingMails { count, longest: now.since(oldest).max(0) }))
    }

    async fn give_up(&self, row: &TakenRow, refused: bool, why: &str) -> Result<(), StorageError> {
        // Somebody else may have taken it over, and sent it.
        if !self.delete_mail(&row.id).await? {
            return Ok(());
        }
        tracing::error!(event = "mail.failed", what = row.what, error = why, "a mail was not sent");
        self.metrics.mails.of(MailOutcome::Failed).add(1);
        self.note_unsent_mail(&row.what, refused).await
    }

    async fn delete_mail(&self, id: &str) -> Result<bool, StorageError> {
        let id = id.to_owned();
        self.database
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { tx.delete_mail(&id).await })
            })
            .await
    }
}
