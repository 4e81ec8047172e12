//! Floor 5: the command line.

mod args;
mod audit;
mod backup;
mod client;
mod completions;
pub mod config;
mod config_command;
mod console;
mod doctor;
mod export;
mod failure;
mod find;
mod healthcheck;
mod help;
mod import;
mod init;
mod keys;
mod mail;
mod man;
mod migrate;
mod reference;
mod reveal;
mod role;
mod run;
mod secret;
mod secret_input;
mod serve;
mod table;
mod times;
mod token;
mod user;
mod version;
mod words;

pub use failure::{Exit, Failure};
pub use reference::reference;

use args::{Cli, Command};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use run::Run;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    main_with(std::env::args_os()).into()
}

/// Runs the program with these arguments, its name first; gives its exit code.
#[must_use]
pub fn main_with(args: impl IntoIterator<Item = OsString>) -> u8 {
    let started = Instant::now();
    let parsed = Cli::command().try_get_matches_from(args).and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut Cli::command()))?;
        Ok((cli, name_of(&matches)))
    });
    let (cli, name) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version are answers; everything else is the caller's mistake.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage as u8 } else { 0 };
        }
    };
    let run = Run::new(cli.global);
    let outcome = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(Exit::Failed, format!("no threads can be started: {error}")))
        .and_then(|runtime| {
            runtime.block_on(act(cli.command.unwrap_or(Command::Serve(serve::ServeArgs::default())), &run, started))
        });
    match outcome {
        Ok(()) => 0,
        Err(failure) => {
            let failure = failure.or_remedy("more", format!("{name} --help"));
            let _ = writeln!(std::io::stderr().lock(), "error: {failure}");
            failure.exit() as u8
        }
    }
}

/// The command as it was typed, without its arguments: `portcullis client list`.
fn name_of(matches: &ArgMatches) -> String {
    let (mut name, mut at) = ("portcullis".to_owned(), matches);
    while let Some((sub, matches)) = at.subcommand() {
        name = format!("{name} {sub}");
        at = matches;
    }
    name
}

async fn act(command: Command, run: &Run, started: Instant) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => serve::run(args, run, started).await,
        Command::Init(args) => init::run(args, run).await,
        Command::Client(command) => client::run(command, run).await,
        Command::Secret(command) => secret::run(command, run).await,
        Command::Token(args) => token::run(args, run).await,
        Command::User(command) => user::run(command, run).await,
        Command::Role(command) => role::run(command, run).await,
        Command::Keys(command) => keys::run(command, run).await,
        Command::Audit(command) => audit::run(command, run).await,
        Command::Config(command) => config_command::run(command, run),
        Command::Doctor(args) => doctor::run(args, run).await,
        Command::Mail(command) => mail::run(command, run).await,
        Command::Healthcheck(args) => healthcheck::run(args, run).await,
        Command::Backup(command) => backup::run(command, run).await,
        Command::Export(args) => export::run(&args, run).await,
        Command::Import(args) => import::run(&args, run).await,
        Command::Migrate(args) => migrate::run(args, run).await,
        Command::Completions(args) => completions::run(&args, run),
        Command::Man(args) => man::run(&args, run),
        Command::Version(_) => version::run(run),
        Command::Help(args) => help::run(&args, run),
    }
}
