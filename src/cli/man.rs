//! `portcullis man`

use super::args::Cli;
use super::failure::{Exit, Failure};
use super::help::EXIT_CODES;
use super::run::Run;
use clap::{Args, CommandFactory as _};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis man man/man1
  portcullis man /usr/local/share/man/man1")]
pub(super) struct ManArgs {
    /// The folder to write into; it is made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(args: &ManArgs, run: &Run) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Failed, format!("{} cannot be written: {error}", args.folder.display()))
            .remedy("elsewhere", "portcullis man DIR")
    };
    std::fs::create_dir_all(&args.folder).map_err(failed)?;
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, "portcullis", &mut pages);
    for (name, page) in &pages {
        std::fs::write(args.folder.join(format!("{name}.1")), page).map_err(failed)?;
    }
    run.console.note(&format!(
        "Wrote {} pages. Read one: man -l {}",
        pages.len(),
        args.folder.join("portcullis.1").display()
    ));
    if run.console.quiet { run.console.answer_ids(pages.iter().map(|(name, _)| name)) } else { Ok(()) }
}

/// The examples as roff: lines as they are, nothing in them taken for a command or a hyphen.
fn examples(command: &clap::Command) -> String {
    let text = command.get_before_help().map(ToString::to_string).unwrap_or_default();
    let lines = text.lines().skip(1).map(|line| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        format!("\\&{line}\n")
    });
    format!(".SH EXAMPLES\n.nf\n{}.fi\n", lines.collect::<String>())
}

/// What a command's end means, as roff.
fn exit_status() -> String {
    let rows = EXIT_CODES.lines().filter_map(|line| line.trim_start().split_once("  "));
    let rows = rows.map(|(code, what)| format!(".TP\n.B {code}\n{}\n", what.trim().replace('-', "\\-")));
    format!(".SH \"EXIT STATUS\"\n{}", rows.collect::<String>())
}

/// The page of a command, and those of the commands below it: `portcullis-client-create`.
fn collect(command: &clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) {
    let mut page = Vec::new();
    // clap keeps names and help as long as the program runs; so does this one.
    let own: &'static str = Box::leak(name.to_owned().into_boxed_str());
    if clap_mangen::Man::new(command.clone().name(own)).render(&mut page).is_ok() {
        page.extend_from_slice(exit_status().as_bytes());
        page.extend_from_slice(examples(command).as_bytes());
        pages.push((name.to_owned(), page));
    }
    for sub in command.get_subcommands() {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages);
    }
}
