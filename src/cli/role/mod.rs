//! `portcullis role …`

mod change;
mod grant;
mod list;

use super::failure::{Exit, Failure};
use super::find::resolve_roles;
use super::run::{Opened, Run};
use crate::oauth::Role;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum RoleCommand {
    /// Add a role of your own
    Create(change::CreateArgs),
    /// List roles
    #[command(
        alias = "ls",
        before_help = "Examples:
  portcullis role list
  portcullis role list --json"
    )]
    List,
    /// Show a role and who holds it
    #[command(before_help = "Examples:
  portcullis role show \"Account Viewer\"
  portcullis role show \"Pump Operator\" --json")]
    Show(RoleName),
    /// Change name or description of a role of your own
    Edit(change::EditArgs),
    /// Remove a role of your own; who holds it, holds it no more
    #[command(
        alias = "rm",
        before_help = "Examples:
  portcullis role delete \"Pump Operator\"
  portcullis role delete \"Pump Operator\" --yes   without the question"
    )]
    Delete(RoleName),
    /// Give a role to users and client-credentials clients
    #[command(before_help = "Examples:
  portcullis role grant Viewer --user iris@example.com
  portcullis role grant \"Pump Operator\" --client nightly-import --client pump-7")]
    Grant(grant::GrantArgs),
    /// Take a role away from users and client-credentials clients
    #[command(before_help = "Examples:
  portcullis role revoke Viewer --user iris@example.com
  portcullis role revoke \"Pump Operator\" --client nightly-import")]
    Revoke(grant::GrantArgs),
}

/// Which role.
#[derive(Debug, Args)]
pub(super) struct RoleName {
    /// Name, id or type id; `Viewer` is `Account Viewer` too
    #[arg(value_name = "ROLE")]
    role: String,
}

pub(super) async fn run(command: RoleCommand, run: &Run) -> Result<(), Failure> {
    match command {
        RoleCommand::Create(args) => change::create(args, run).await,
        RoleCommand::List => list::list(run).await,
        RoleCommand::Show(name) => list::show(&name.role, run).await,
        RoleCommand::Edit(args) => change::edit(args, run).await,
        RoleCommand::Delete(name) => change::delete(&name.role, run).await,
        RoleCommand::Grant(args) => grant::set(args, true, run).await,
        RoleCommand::Revoke(args) => grant::set(args, false, run).await,
    }
}

/// The role that goes by this name or id.
async fn find_role(opened: &Opened, text: &str) -> Result<Role, Failure> {
    let roles = opened.provider.read_roles(&opened.by).await?;
    let asked = [text.to_owned()];
    let found = resolve_roles(&roles, &asked).map_err(|failure| failure.without_flag("--role "))?;
    let role = roles.into_iter().find(|role| found.contains(&role.id));
    role.ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no role called \"{text}\"")))
}
