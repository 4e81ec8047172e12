//! `portcullis config …`: the arguments. What is told comes from [`super::config`].

use super::config::{Form, check, init, schema, show, write_new};
use super::failure::{Exit, Failure};
use super::run::Run;
use crate::config::Config;
use crate::opening::{StoreError, load_master_key};
use crate::server::ServeError;
use crate::web::serve::Certificates;
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
            let looked = run.config(Vec::new()).and_then(|config| {
                let mut checked = check(&config);
                checked.warnings.extend(look_at_files(&config)?);
                Ok(checked)
            });
            let checked = looked.map_err(|failure| failure.with_exit(Exit::ChecksFailed))?;
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

/// Looks at the files that the settings name as the server does at its start. What it refuses is a failure; a master key
/// that is not here may be on the machine that serves.
fn look_at_files(config: &Config) -> Result<Option<String>, Failure> {
    if let (Some(chain), Some(key)) = (&config.server.tls_cert, &config.server.tls_key) {
        Certificates::load(chain, key).map_err(ServeError::Certificate)?;
    }
    let path = &config.master_key_file;
    if path.exists() {
        load_master_key(path).map_err(StoreError::MasterKey)?;
        return Ok(None);
    }
    let needed = config.database.url.is_postgres();
    Ok(needed
        .then(|| format!("the master key file {} is not there; the server does not start without", path.display())))
}
