//! `portcullis version`

use super::failure::Failure;
use super::run::Run;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis version
  portcullis version --json")]
pub(super) struct VersionArgs {}

pub(super) fn run(run: &Run) -> Result<(), Failure> {
    let release = crate::release::version();
    if run.console.json {
        return run.console.answer_json(&json!({ "version": 1, "program": "portcullis", "release": release }));
    }
    run.console.answer(&if run.console.quiet { format!("{release}\n") } else { format!("portcullis {release}\n") })
}
