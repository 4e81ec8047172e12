//! Where mails come out, instead of at a mail server.

use super::TestServer;
use portcullis::flows::{Mail, Provider};
use std::sync::Arc;

/// The mails that a server sends from now on.
pub(crate) struct Mails(Arc<Provider>);

impl Mails {
    /// Begins to send mails, to here.
    pub(crate) fn of(server: &TestServer) -> Self {
        let provider = server.provider();
        provider.send_mails();
        Self(provider)
    }

    /// The next mail, of those that are there.
    pub(crate) async fn next(&self) -> Option<Mail> {
        let taken = self.0.take_mail().await.expect("a look")?;
        self.0.mail_was_sent(&taken).await.expect("a note of it");
        Some(taken.mail)
    }

    /// The next mail, also if it is only about to be put in.
    pub(crate) async fn wait(&self) -> Mail {
        loop {
            if let Some(mail) = self.next().await {
                return mail;
            }
            self.0.mail_put().await;
        }
    }
}
