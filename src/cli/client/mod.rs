//! `portcullis client …`

mod change;
mod create;
mod list;
mod notices;
mod settings;
mod show;

use super::failure::Failure;
use super::run::Run;
use clap::{Args, Subcommand};
pub(super) use create::default_end;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Add a client; one with secrets gets its first one
    Create(create::CreateArgs),
    /// List clients
    #[command(alias = "ls")]
    List(list::ListArgs),
    /// Show a client and its secrets
    #[command(before_help = "Examples:
  portcullis client show nightly-import
  portcullis client show 7c1e0f5e-2b64-4a0c-8a55-3c1d7c0f9a40 --json")]
    Show(ClientName),
    /// Change a client
    Edit(change::EditArgs),
    /// Let a disabled client get tokens again
    #[command(before_help = "Examples:
  portcullis client enable nightly-import")]
    Enable(ClientName),
    /// Refuse new tokens at once; enable undoes it
    #[command(before_help = "Examples:
  portcullis client disable nightly-import")]
    Disable(ClientName),
    /// Remove a client with its secrets
    #[command(
        alias = "rm",
        before_help = "Examples:
  portcullis client delete nightly-import
  portcullis client delete nightly-import --yes   without the question"
    )]
    Delete(ClientName),
}

/// Which client.
#[derive(Debug, Args)]
pub(super) struct ClientName {
    /// Its name or id
    #[arg(value_name = "CLIENT")]
    client: String,
}

pub(super) async fn run(command: ClientCommand, run: &Run) -> Result<(), Failure> {
    match command {
        ClientCommand::Create(args) => create::run(args, run).await,
        ClientCommand::List(args) => list::run(args, run).await,
        ClientCommand::Show(name) => show::run(&name.client, run).await,
        ClientCommand::Edit(args) => change::edit(args, run).await,
        ClientCommand::Enable(name) => change::set_enabled(&name.client, true, run).await,
        ClientCommand::Disable(name) => change::set_enabled(&name.client, false, run).await,
        ClientCommand::Delete(name) => change::delete(&name.client, run).await,
    }
}
