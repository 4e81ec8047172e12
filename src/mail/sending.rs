//! The task that sends what is in the outbox. A mail that cannot be sent now is tried again a few times, later and later;
//! mails that wait for that are kept in memory, by the node that made them, so no two nodes send one twice.

use super::{MailError, Post};
use crate::flows::{Mail, Outbox, Provider};
use crate::metrics::MailOutcome;
use crate::web::serve::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Mails that may wait for their first try, and as many for another. Those beyond are dropped and counted.
const QUEUE: usize = 100;

/// How long a mail waits before each further try. Together less than the hour for which a link to a new password is good.
pub const PAUSES: &[Duration] = &[
    Duration::from_secs(15),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
];

/// Begins to send what is put into the outbox, each mail once and then again after each of the pauses until it is taken.
/// It ends with the server; what still waits then is not sent.
#[must_use]
pub fn start(
    post: Post,
    provider: &Arc<Provider>,
    shutdown: &Shutdown,
    pauses: &'static [Duration],
) -> (Outbox, JoinHandle<()>) {
    let (outbox, waiting) = Outbox::new(QUEUE, Arc::clone(provider.metrics()));
    let sender = Sender { post, provider: Arc::clone(provider), waiting, later: Vec::new(), pauses };
    (outbox, tokio::spawn(sender.run(shutdown.clone())))
}

struct Sender {
    post: Post,
    provider: Arc<Provider>,
    waiting: Receiver<Mail>,
    later: Vec<Later>,
    pauses: &'static [Duration],
}

/// A mail that has been tried.
struct Later {
    due: Instant,
    tries: usize,
    mail: Mail,
}

impl Sender {
    async fn run(mut self, shutdown: Shutdown) {
        loop {
            let next =
                self.later.iter().enumerate().min_by_key(|(_, later)| later.due).map(|(at, later)| (at, later.due));
            let due = next.map_or_else(Instant::now, |(_, due)| due);
            let (tries, mail) = tokio::select! {
                // Those who wait already come first: a full list keeps new ones in the queue, which has an end.
                mail = self.waiting.recv(), if self.later.len() < QUEUE => match mail {
                    Some(mail) => (0, mail),
                    None => return,
                },
                () = tokio::time::sleep_until(due), if next.is_some() => {
                    let later = self.later.swap_remove(next.map_or(0, |(at, _)| at));
                    (later.tries, later.mail)
                }
                () = shutdown.draining() => return self.leave().await,
            };
            self.try_to_send(mail, tries).await;
        }
    }

    async fn try_to_send(&mut self, mail: Mail, tries: usize) {
        let outcome = match (self.post.send(&mail).await, self.pauses.get(tries)) {
            (Ok(()), _) => MailOutcome::Sent,
            (Err(error), Some(pause)) if error.may_pass() => {
                tracing::warn!(event = "mail.deferred", what = mail.what, %error, "a mail was not taken; trying again later");
                self.provider.metrics().mails.of(MailOutcome::Deferred).add(1);
                self.later.push(Later { due: Instant::now() + *pause, tries: tries + 1, mail });
                return;
            }
            (Err(error), _) => {
                tracing::error!(event = "mail.failed", what = mail.what, %error, "a mail was not sent");
                self.give_up(mail.what, &error).await;
                MailOutcome::Failed
            }
        };
        self.provider.metrics().mails_waiting.add(-1);
        self.provider.metrics().mails.of(outcome).add(1);
    }

    async fn give_up(&self, what: &'static str, error: &MailError) {
        if let Err(error) = self.provider.note_unsent_mail(what, !error.may_pass()).await {
            tracing::debug!(%error, "that a mail was not sent could not be noted");
        }
    }

    /// The server stops: what waits is lost, and is told.
    async fn leave(mut self) {
        let mut left: Vec<_> = self.later.drain(..).map(|later| later.mail.what).collect();
        while let Ok(mail) = self.waiting.try_recv() {
            left.push(mail.what);
        }
        for what in left {
            tracing::error!(event = "mail.failed", what, "a mail was not sent: the server stops");
            self.give_up(what, &MailError::Slow).await;
            self.provider.metrics().mails_waiting.add(-1);
            self.provider.metrics().mails.of(MailOutcome::Failed).add(1);
        }
    }
}
