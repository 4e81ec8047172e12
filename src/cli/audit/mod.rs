//! `portcullis audit …`

mod export;
mod list;
mod verify;

use super::failure::Failure;
use super::run::Run;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// List who changed what, the latest first
    #[command(alias = "ls")]
    List(list::ListArgs),
    /// Print the log in the order in which it was sealed, to be kept elsewhere
    Export(export::ExportArgs),
    /// Check that no entry was changed or removed: in the store, or in an export
    Verify(verify::VerifyArgs),
}

pub(super) async fn run(command: AuditCommand, run: &Run) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) => list::run(args, run).await,
        AuditCommand::Export(args) => export::run(args, run).await,
        AuditCommand::Verify(args) => verify::run(args, run).await,
    }
}
