//! Sends mail by SMTP. Whatever the mail server does, nobody who signs in waits for it: flows put mails into a queue with
//! an end, and a task of its own takes them out, each within five seconds.

use crate::config::Mail as Settings;
use crate::flows::{Mail, Outbox};
use crate::metrics::{MailOutcome, Metrics};
use crate::web::serve::Shutdown;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

/// How long one mail may take, or one try of the connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Mails that may wait. Those beyond are dropped and counted.
const QUEUE: usize = 100;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// `mail.url` will not do, or no mail can be made of what is set.
    #[error("{0}")]
    Settings(String),
    /// An address that is none.
    #[error("{0} is no e-mail address")]
    Address(String),
    /// The mail server does not answer in time.
    #[error("no answer within five seconds")]
    Slow,
    /// What the mail server said, or what is wrong with the connection.
    #[error("{0}")]
    Smtp(String),
}

/// The way to the mail server.
#[derive(Debug, Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl Post {
    /// The way that the settings name; none if mail is off. Nothing is connected yet.
    pub fn open(settings: &Settings) -> Result<Option<Self>, MailError> {
        let (Some(url), Some(from)) = (&settings.url, &settings.from) else { return Ok(None) };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.with_tls().expose())
            .map_err(|error| MailError::Settings(format!("mail.url: {error}")))?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        Ok(Some(Self { transport, from: from.mailbox().clone(), host: url.host().to_owned() }))
    }

    /// Host and port, for people.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Connects and says hello.
    pub async fn check(&self) -> Result<(), MailError> {
        let tried = tokio::time::timeout(PATIENCE, self.transport.test_connection()).await;
        let greeted = tried.map_err(|_| MailError::Slow)?.map_err(|error| smtp(&error))?;
        greeted.then_some(()).ok_or_else(|| MailError::Smtp("the server did not say hello".to_owned()))
    }

    /// Sends one mail.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let to: Mailbox = mail.to.parse().map_err(|_| MailError::Address(mail.to.clone()))?;
        let message = Message::builder().from(self.from.clone()).to(to).subject(mail.subject.as_str());
        // Who sorts out unwanted mail looks for both.
        let message = message.message_id(None).header(MIME_VERSION_1_0);
        let message = message.header(ContentType::TEXT_PLAIN).body(mail.text.clone());
        let message = message.map_err(|error| MailError::Settings(error.to_string()))?;
        let sent = tokio::time::timeout(PATIENCE, self.transport.send(message)).await;
        sent.map_err(|_| MailError::Slow)?.map(drop).map_err(|error| smtp(&error))
    }
}

/// The whole of what is wrong, on one line.
fn smtp(error: &lettre::transport::smtp::Error) -> MailError {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let deeper_told = deeper.to_string();
        if !told.contains(&deeper_told) {
            told = format!("{told}: {deeper_told}");
        }
        cause = deeper.source();
    }
    MailError::Smtp(told.replace(['\r', '\n'], " "))
}

/// Begins to send what is put into the outbox. It ends with the server; what still waits then is not sent.
#[must_use]
pub fn start(post: Post, metrics: &Arc<Metrics>, shutdown: &Shutdown) -> (Outbox, JoinHandle<()>) {
    let (outbox, waiting) = Outbox::new(QUEUE, Arc::clone(metrics));
    (outbox, tokio::spawn(send_all(post, waiting, Arc::clone(metrics), shutdown.clone())))
}

async fn send_all(post: Post, mut waiting: Receiver<Mail>, metrics: Arc<Metrics>, shutdown: Shutdown) {
    loop {
        let mail = tokio::select! {
            mail = waiting.recv() => mail,
            () = shutdown.draining() => None,
        };
        let Some(mail) = mail else { return };
        metrics.mails_waiting.add(-1);
        let outcome = match post.send(&mail).await {
            Ok(()) => MailOutcome::Sent,
            Err(error) => {
                tracing::warn!(event = "mail.failed", what = mail.what, %error, "a mail was not sent");
                MailOutcome::Failed
            }
        };
        metrics.mails.of(outcome).add(1);
    }
}
