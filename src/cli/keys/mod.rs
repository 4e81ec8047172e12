//! `portcullis keys …`

mod change;
mod list;

use super::failure::Failure;
use super::run::Run;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys that sign tokens
    #[command(
        alias = "ls",
        before_help = "Examples:
  portcullis keys list
  portcullis keys list --json"
    )]
    List,
    /// Announce the next keys now; they sign after the cache time
    Rotate(change::RotateArgs),
    /// Let an announced key sign now instead of later
    #[command(before_help = "Examples:
  portcullis keys activate DGp0vI0hyhm-eA4ouO7Oj_pbRoJuEnkV5zO8BX1jMbw")]
    Activate(KeyName),
    /// Take a key out of use at once: all that it has signed is refused
    Revoke(change::RevokeArgs),
}

/// Which key.
#[derive(Debug, Args)]
pub(super) struct KeyName {
    /// Its id, as `keys list` shows it
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    kid: String,
}

pub(super) async fn run(command: KeysCommand, run: &Run) -> Result<(), Failure> {
    match command {
        KeysCommand::List => list::run(run).await,
        KeysCommand::Rotate(args) => change::rotate(args, run).await,
        KeysCommand::Activate(name) => change::activate(&name.kid, run).await,
        KeysCommand::Revoke(args) => change::revoke(args, run).await,
    }
}
