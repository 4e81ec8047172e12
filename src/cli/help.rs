//! `portcullis help`: commands and topics.

use super::args::Cli;
use super::failure::{Exit, Failure};
use super::find::nearest;
use super::run::Run;
use crate::config::settings;
use crate::oauth::REASONS;
use clap::{Args, Command, CommandFactory as _};
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis help client create                  all about a command
  portcullis help exit-codes
  portcullis help errors PC-2203                 what an error means and what to do")]
pub(super) struct HelpArgs {
    /// A command, or exit-codes, environment, config, errors (with a code)
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

const TOPICS: [&str; 4] = ["exit-codes", "environment", "config", "errors"];

/// What the exit codes mean, a line each.
pub(super) const EXIT_CODES: &str = "  0  done
  1  failed for an unexpected reason, or you said no
  2  the command was not written right, or it needed an answer and could not ask
  3  the configuration is not valid
  4  there is no such thing
  5  it is there already, is full, or several things have this name
  6  the server refused
  7  the database or the server cannot be reached
  8  a check found something (config check, migrate --check, audit verify, backup verify, doctor)
130  interrupted
";

const CONFIG: &str = "\
A value is taken from the first of these that has it: a flag, the environment, the settings file, the default.
The file is TOML: the one that --config names, else PORTCULLIS_CONFIG, else ./portcullis.toml, else
/etc/portcullis/config.toml.

  portcullis config init      a file to begin with
  portcullis config check     what is wrong
  portcullis config show      what is in force; --origin tells where it came from
  portcullis config schema    for editors
";

pub(super) fn run(args: &HelpArgs, run: &Run) -> Result<(), Failure> {
    let words: Vec<&str> = args.topic.iter().map(String::as_str).collect();
    let text = match words.as_slice() {
        ["exit-codes"] => EXIT_CODES.to_owned(),
        ["environment"] => environment(),
        // `config` is a command as well, whose help leads on.
        ["config"] => format!("{CONFIG}\n{}", command(&["config"])?),
        ["errors"] => reasons(),
        ["errors", code] => reason(code)?,
        path => command(path)?,
    };
    run.console.answer(&text)
}

/// Every variable that means something.
fn environment() -> String {
    let mut text =
        String::from("Each setting can be a variable, and each secret a file with _FILE behind the name.\n\n");
    for setting in settings() {
        let file = if setting.secret { "[_FILE]" } else { "" };
        let _ = writeln!(text, "  {}{file}", setting.environment_name());
    }
    text.push_str(
        "
  PORTCULLIS_CONFIG            the settings file
  PORTCULLIS_LOG, RUST_LOG     what to log
  PORTCULLIS_CLIENT_SECRET     for `portcullis token`
  CI                           secrets are not shown unless --output asks for them
  NO_COLOR, TERM=dumb          no colours
  SSL_CERT_FILE                roots for `portcullis token` over https

What each setting does: portcullis config init
",
    );
    text
}

fn reasons() -> String {
    let mut text = String::new();
    for page in REASONS {
        let _ = writeln!(text, "{}  {:22}  {}", page.code, page.error, page.cause);
    }
    text
}

fn reason(code: &str) -> Result<String, Failure> {
    let digits = code.trim_start_matches(|c: char| !c.is_ascii_digit());
    let page = REASONS.iter().find(|page| digits.parse() == Ok(page.code.0));
    let page = page.ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no error \"{code}\""))
            .remedy("list them", "portcullis help errors")
    })?;
    Ok(format!("{}  {}\n\n{}\n{}\n", page.code, page.error, page.cause, page.remedy))
}

/// The long help of a command.
fn command(path: &[&str]) -> Result<String, Failure> {
    let mut command = Cli::command();
    command.build();
    let mut at = &mut command;
    for (depth, word) in path.iter().enumerate() {
        let known: Vec<String> = at.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        if at.find_subcommand(word).is_none() {
            let failure = Failure::usage(format!("there is no command or topic \"{}\"", path.join(" ")));
            // Topics stand beside the first words only.
            let topics = TOPICS.into_iter().filter(|_| depth == 0);
            let near = nearest(word, known.iter().map(String::as_str).chain(topics))
                .map(|near| format!("portcullis help {}", [&path[..depth], &[near]].concat().join(" ")));
            let failure = near.into_iter().fold(failure, |failure, near| failure.remedy("did you mean", near));
            return Err(failure.remedy("commands", "portcullis --help").remedy("topics", TOPICS.join(", ")));
        }
        at = find(at, word);
    }
    Ok(at.render_long_help().to_string())
}

fn find<'a>(command: &'a mut Command, word: &str) -> &'a mut Command {
    // The name is known to be there; only the borrow is asked for anew.
    match command.find_subcommand(word).map(|found| found.get_name().to_owned()) {
        Some(name) => command.find_subcommand_mut(&name).unwrap_or_else(|| unreachable!("{name} was just found")),
        None => command,
    }
}
