//! `portcullis export`

use super::console::Console;
use super::failure::Failure;
use super::run::Run;
use super::words::counted;
use crate::flows::admin::ExportChoice;
use clap::{Args, ValueEnum};

/// A section of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Section {
    /// The account's own roles.
    Roles,
    /// Clients.
    Clients,
    /// Users.
    Users,
}

/// Whether a section is asked for: all are unless some are named.
pub(super) fn takes(only: &[Section], section: Section) -> bool {
    only.is_empty() || only.contains(&section)
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis export > account.json
  portcullis export --only clients,roles > clients.json
  portcullis export --with-secret-hashes > move.json    what used to sign in still does, on another server")]
pub(super) struct ExportArgs {
    /// Only these, with commas between: roles, clients, users
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    only: Vec<Section>,
    /// Also the hashes of secrets and passwords; without them neither is in the document in any form
    #[arg(long)]
    with_secret_hashes: bool,
}

pub(super) async fn run(args: &ExportArgs, run: &Run) -> Result<(), Failure> {
    run.with_tenant(async |opened| {
        let choice = ExportChoice {
            roles: takes(&args.only, Section::Roles),
            clients: takes(&args.only, Section::Clients),
            users: takes(&args.only, Section::Users),
            hashes: args.with_secret_hashes,
        };
        let document = opened.provider.export(&opened.by, choice).await?;
        let count = |count: Option<usize>, what| count.map(|count| counted(count, what));
        let told = [
            count(document.roles.as_ref().map(Vec::len), "role"),
            count(document.clients.as_ref().map(Vec::len), "client"),
            count(document.users.as_ref().map(Vec::len), "user"),
        ];
        run.console.answer_json(&document)?;
        run.console.note(&format!("Exported {}", told.into_iter().flatten().collect::<Vec<_>>().join(", ")));
        if args.with_secret_hashes {
            Console::warn("the hashes of secrets and passwords are in it. Keep it as you keep a backup, not in Git.");
        }
        Ok(())
    })
    .await
}
