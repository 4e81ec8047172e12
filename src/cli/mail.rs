//! `portcullis mail test`

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::flows::Mail;
use crate::mail::{MailError, Post};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Send a mail, to see that the settings are right
    Test(TestArgs),
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis mail test alex@example.com")]
pub(super) struct TestArgs {
    /// Whom to
    #[arg(value_name = "ADDRESS")]
    to: String,
}

pub(super) async fn run(MailCommand::Test(args): MailCommand, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    let Some(post) = Post::open(&config.mail)? else {
        return Err(Failure::new(Exit::Configuration, "mail is not set up: mail.url and mail.from are not set")
            .remedy("all settings", format!("{}/docs/reference/configuration", config.public_url.as_str())));
    };
    let text = format!("This is a test from {}. Mail works.\n", config.public_url.as_str());
    let mail = Mail { to: args.to.clone(), subject: "Test".to_owned(), text, what: "test".into() };
    post.send(&mail).await?;
    let console = run.console;
    console.note(&format!("{} took the mail for {}", post.host(), args.to));
    if console.json { console.answer_json(&json!({ "version": 1, "sent": args.to })) } else { Ok(()) }
}

impl From<MailError> for Failure {
    fn from(error: MailError) -> Self {
        let exit = match error {
            MailError::Settings(_) => Exit::Configuration,
            MailError::Address(_) => Exit::Usage,
            MailError::Slow | MailError::Smtp(_) | MailError::Refused(_) => Exit::Unreachable,
        };
        Self::new(exit, format!("the mail was not sent: {error}"))
            .remedy("what is set", "portcullis config show --origin (mail.url, mail.from)")
    }
}
