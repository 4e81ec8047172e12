//! `portcullis config …`: the arguments. What is told comes from [`super::config`].

use super::config::{Form, check, init, schema, show, write_new};
use super::failure::{Exit, Failure};
use super::run::Run;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration as the server would, and tell everything that is wrong
    #[command(before_help = "Examples:
  portcullis config check
  portcullis config check --config /etc/portcullis/config.toml")]
    Check,
    /// Show every setting and its value; secrets are hidden
    Show(ShowArgs),
    /// Write a settings file with comments to begin with
    Init(InitArgs),
    /// Print the JSON Schema of the settings file, for editors
    #[command(before_help = "Examples:
  portcullis config schema > portcullis.schema.json")]
    Schema,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis config show
  portcullis config show --origin                 also where each value came from")]
pub(super) struct ShowArgs {
    /// Also tell where each value came from
    #[arg(long)]
    origin: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis config init                          print it
  portcullis config init --public-url https://id.example.com --file portcullis.toml")]
pub(super) struct InitArgs {
    /// Write it to this new file instead of printing it
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn run(command: ConfigCommand, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    match command {
        ConfigCommand::Check => {
            let checked = run.config(Vec::new()).map(|config| check(&config));
            let checked = checked.map_err(|failure| failure.with_exit(Exit::ChecksFailed))?;
            for warning in &checked.warnings {
                super::console::Console::warn(warning);
            }
            if console.json {
                return console.answer_json(&json!({ "version": 1, "valid": true, "warnings": checked.warnings }));
            }
            console.note(&checked.summary);
            Ok(())
        }
        ConfigCommand::Show(args) => {
            let form = match (console.json, console.human) {
                (true, _) => Form::Json,
                (false, true) => Form::Table,
                (false, false) => Form::Tabs,
            };
            console.answer(&show(&run.config(Vec::new())?, args.origin, form))
        }
        ConfigCommand::Init(args) => {
            let text = init(run.global.public_url.as_deref())?;
            let Some(path) = args.file else { return console.answer(&text) };
            match write_new(&path, &text) {
                Ok(()) => {
                    console.note(&format!("Wrote {}. Check it: portcullis config check --config {0}", path.display()));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    return Err(Failure::new(Exit::Conflict, format!("{} is there already", path.display()))
                        .remedy("elsewhere", "portcullis config init --file OTHER"));
                }
                Err(error) => {
                    return Err(Failure::new(Exit::Failed, format!("{} cannot be written: {error}", path.display())));
                }
            }
            Ok(())
        }
        ConfigCommand::Schema => console.answer(&schema()),
    }
}
