//! The task that sends the mails that wait in the database, of this node and of others. A mail is taken by one node at a time
//! and tried again later if it cannot be sent now; what a node leaves when it ends is for the others, or for its next start.

use super::Post;
use crate::flows::{Provider, StorageError};
use crate::web::serve::Shutdown;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often to look for mails that others have put in, or that are due again.
const LOOK: Duration = Duration::from_secs(5);

/// Begins to send: what this node puts in at once, everything else within seconds. It ends with the server, after the mail
/// that is under way.
#[must_use]
pub fn start(post: Post, provider: &Arc<Provider>, shutdown: &Shutdown) -> JoinHandle<()> {
    tokio::spawn(run(post, Arc::clone(provider), shutdown.clone()))
}

async fn run(post: Post, provider: Arc<Provider>, shutdown: Shutdown) {
    let mut failing = false;
    loop {
        // A mail on which this panics is left to its end; the others go out.
        let sent = AssertUnwindSafe(send_next(&post, &provider)).catch_unwind().await;
        let more = match sent.unwrap_or_else(|_| Err(StorageError::Other("sending a mail panicked".to_owned()))) {
            Ok(next) => {
                failing = false;
                next != Next::None
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "mails that wait cannot be looked after; trying on");
                }
                false
            }
        };
        tokio::select! {
            biased;
            () = shutdown.draining() => return,
            () = provider.mail_put() => {}
            () = tokio::time::sleep(if more { Duration::ZERO } else { LOOK }) => {}
        }
    }
}

/// What came of the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The mail server took it.
    Sent,
    /// It did not: the mail is tried again later, or was given up.
    NotSent,
    /// None was due.
    None,
}

/// Sends the next mail that is due.
pub async fn send_next(post: &Post, provider: &Provider) -> Result<Next, StorageError> {
    let Some(taken) = provider.take_mail().await? else { return Ok(Next::None) };
    match post.send(&taken.mail).await {
        Ok(()) => provider.mail_was_sent(&taken).await.map(|()| Next::Sent),
        Err(error) => {
            let kept = provider.mail_was_not_sent(&taken, error.may_pass(), &error.to_string()).await;
            kept.map(|()| Next::NotSent)
        }
    }
}
