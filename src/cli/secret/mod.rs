//! `portcullis secret …`

mod add;
mod change;
pub(in crate::cli) mod list;
mod revoke;

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::flows::admin::ClientDetails;
use crate::oauth::ClientSecret;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum SecretCommand {
    /// Add a secret; its value is shown this once
    Add(add::AddArgs),
    /// List the secrets of a client
    #[command(
        alias = "ls",
        before_help = "Examples:
  portcullis secret list nightly-import
  portcullis secret list nightly-import --json"
    )]
    List(ClientName),
    /// Change the description or the end of a secret
    Edit(change::EditArgs),
    /// Refuse a secret from now on; enable undoes it
    #[command(before_help = "Examples:
  portcullis secret disable nightly-import 1")]
    Disable(SecretName),
    /// Take a disabled secret again
    #[command(before_help = "Examples:
  portcullis secret enable nightly-import 1")]
    Enable(SecretName),
    /// Remove a secret for good
    #[command(alias = "rm")]
    Revoke(revoke::RevokeArgs),
    /// Add a secret in place of another, which keeps working for a while
    Rotate(add::RotateArgs),
}

/// Which client.
#[derive(Debug, Args)]
pub(super) struct ClientName {
    /// The client, by name or id
    #[arg(value_name = "CLIENT")]
    client: String,
}

/// Which secret of which client.
#[derive(Debug, Args)]
pub(super) struct SecretName {
    /// The client, by name or id
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The secret's number, as `secret list` shows it
    #[arg(value_name = "ID", value_parser = secret_number)]
    id: i32,
}

pub(super) async fn run(command: SecretCommand, run: &Run) -> Result<(), Failure> {
    match command {
        SecretCommand::Add(args) => add::add(args, run).await,
        SecretCommand::List(name) => list::run(&name.client, run).await,
        SecretCommand::Edit(args) => change::edit(args, run).await,
        SecretCommand::Disable(name) => change::set_enabled(&name, false, run).await,
        SecretCommand::Enable(name) => change::set_enabled(&name, true, run).await,
        SecretCommand::Revoke(args) => revoke::run(args, run).await,
        SecretCommand::Rotate(args) => add::rotate(args, run).await,
    }
}

/// Reads the number of a secret.
fn secret_number(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| "a secret's number is a whole number: portcullis secret list CLIENT shows it".to_owned())
}

/// The secret of that number.
fn find_secret(details: &ClientDetails, id: i32) -> Result<&ClientSecret, Failure> {
    let name = &details.client.name;
    details.secrets.iter().find(|secret| secret.id == id).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("client {name} has no secret {id}"))
            .remedy("list them", format!("portcullis secret list {}", super::find::quoted(name)))
    })
}
