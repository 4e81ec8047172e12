//! Sends mail by SMTP. Whatever the mail server does, nobody who signs in waits for it: flows put mails into the database,
//! and a task of its own takes them out ([`start`]).

mod sending;

pub use sending::{Next, send_next, start};

use crate::config::Mail as Settings;
use crate::flows::Mail;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::time::Duration;

/// How long one mail may take, or one try of the connection.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// What is wrong with the connection, or what a mail server said that has no time for us now (4xx).
    #[error("{0}")]
    Smtp(String),
    /// What a mail server said that will not take this mail, however often it is asked (5xx).
    #[error("{0}")]
    Refused(String),
}

impl MailError {
    /// Whether the same mail may be taken later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Slow | Self::Smtp(_))
    }
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
    let told = told.replace(['\r', '\n'], " ");
    if error.is_permanent() { MailError::Refused(told) } else { MailError::Smtp(told) }
}
