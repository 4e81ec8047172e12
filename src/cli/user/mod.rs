//! `portcullis user …`

mod add;
mod change;
mod claims;
mod find;
mod link;
mod list;
mod show;

pub(super) use find::find_user;

use super::failure::Failure;
use super::run::Run;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a user; without a password they are invited by mail, or by a one-time link that is printed
    #[command(alias = "create")]
    Add(add::AddArgs),
    /// List users
    #[command(alias = "ls")]
    List(list::ListArgs),
    /// Show a user with roles and claims
    #[command(before_help = "Examples:
  portcullis user show alex@example.com
  portcullis user show alex@example.com --json")]
    Show(UserName),
    /// Change a user
    Edit(change::EditArgs),
    /// Let a disabled user sign in again
    #[command(before_help = "Examples:
  portcullis user enable alex@example.com")]
    Enable(UserName),
    /// End all sessions of a user and all that apps were granted, and refuse new ones; enable lets them sign in anew
    #[command(before_help = "Examples:
  portcullis user disable alex@example.com")]
    Disable(UserName),
    /// Remove a user with sessions and everything granted to apps
    #[command(
        alias = "rm",
        before_help = "Examples:
  portcullis user delete alex@example.com
  portcullis user delete alex@example.com --yes   without the question"
    )]
    Delete(UserName),
    /// Print a one-time link with which a user chooses a new password
    #[command(before_help = "Examples:
  portcullis user reset-password alex@example.com
  portcullis user reset-password alex@example.com --expires 24h")]
    ResetPassword(link::ResetArgs),
    /// Print a one-time link: to set the server up, or for a user to get back in
    #[command(before_help = "Examples:
  portcullis user setup-link                     before anybody is set up
  portcullis user setup-link alex@example.com    the way back in")]
    SetupLink(link::SetupLinkArgs),
}

/// Which user.
#[derive(Debug, Args)]
pub(super) struct UserName {
    /// E-mail address or id
    #[arg(value_name = "USER")]
    user: String,
}

pub(super) async fn run(command: UserCommand, run: &Run) -> Result<(), Failure> {
    match command {
        UserCommand::Add(args) => add::run(args, run).await,
        UserCommand::List(args) => list::run(args, run).await,
        UserCommand::Show(name) => show::run(&name.user, run).await,
        UserCommand::Edit(args) => change::edit(args, run).await,
        UserCommand::Enable(name) => change::set_enabled(&name.user, true, run).await,
        UserCommand::Disable(name) => change::set_enabled(&name.user, false, run).await,
        UserCommand::Delete(name) => change::delete(&name.user, run).await,
        UserCommand::ResetPassword(args) => link::reset_password(args, run).await,
        UserCommand::SetupLink(args) => link::setup_link(args, run).await,
    }
}
