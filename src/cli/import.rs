//! `portcullis import`

use super::console::Console;
use super::export::{Section, takes};
use super::failure::{Exit, Failure};
use super::run::Run;
use super::table::{Cell, Table};
use crate::flows::admin::{Change, Document, ImportError, ImportReport, Outcome};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Longest document, in bytes: 64 MiB.
const MOST: u64 = 64 << 20;
/// So many problems are told at once.
const TOLD: usize = 20;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis import account.json --dry-run    what it would do
  portcullis import account.json
  portcullis import account.json --only clients")]
pub(super) struct ImportArgs {
    /// The document, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only these, with commas between: roles, clients, users
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    only: Vec<Section>,
    /// Check everything, tell what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(args: &ImportArgs, run: &Run) -> Result<(), Failure> {
    let mut document = read(&args.file)?;
    if !takes(&args.only, Section::Roles) {
        document.roles = None;
    }
    if !takes(&args.only, Section::Clients) {
        document.clients = None;
    }
    if !takes(&args.only, Section::Users) {
        document.users = None;
    }
    run.with_tenant(async |opened| {
        let outcome = opened.provider.import(&opened.by, document, args.dry_run).await;
        let report = outcome.map_err(|error| refused(&args.file, error))?;
        tell(&report, args.dry_run, run.console)
    })
    .await
}

fn read(path: &Path) -> Result<Document, Failure> {
    let mut text = String::new();
    let unreadable = |error: std::io::Error| {
        let exit = if error.kind() == std::io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Usage };
        Failure::new(exit, format!("{} cannot be read: {error}", path.display()))
    };
    // One byte more than may be there: what is too long is then seen to be.
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MOST + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text))
    };
    read.map_err(unreadable)?;
    let wrong = |sentence: String| {
        Failure::usage(format!("{}: {sentence}; nothing was changed", path.display()))
            .remedy("what it looks like", "portcullis export")
    };
    if text.len() as u64 > MOST {
        return Err(wrong("the document is longer than 64 MiB".to_owned()));
    }
    Document::parse(&text).map_err(|error| wrong(error.to_string()))
}

fn refused(path: &Path, error: ImportError) -> Failure {
    let problems = match error {
        ImportError::Invalid(problems) => problems,
        ImportError::Admin(error) => return error.into(),
    };
    let mut sentence = format!("{} cannot be imported; nothing was changed", path.display());
    for problem in problems.iter().take(TOLD) {
        let _ = write!(sentence, "\n       {}: {}", problem.place, problem.message);
    }
    if problems.len() > TOLD {
        let _ = write!(sentence, "\n       and {} more", problems.len() - TOLD);
    }
    Failure::usage(sentence).remedy("try again", format!("portcullis import {} --dry-run", path.display()))
}

fn tell(report: &ImportReport, dry_run: bool, console: Console) -> Result<(), Failure> {
    let made: Vec<&Change> = report.changes.iter().filter(|change| change.outcome != Outcome::Unchanged).collect();
    if console.json {
        let entry = |change: &&Change| {
            json!({
                "Outcome": change.outcome.as_str(), "Kind": change.kind, "Id": change.id, "Name": change.name,
                "Members": change.members,
            })
        };
        console.answer_json(&json!({
            "version": 1, "dryRun": dry_run, "changes": made.iter().map(entry).collect::<Vec<_>>(),
            "unchanged": report.count(Outcome::Unchanged), "left": report.left,
        }))?;
    } else if console.quiet {
        console.answer_ids(made.iter().map(|change| &change.id))?;
    } else if !made.is_empty() {
        let mut table = Table::new(&["OUTCOME", "KIND", "NAME", "ID", "WHAT"]);
        for change in &made {
            let cells = [change.outcome.as_str(), change.kind, &change.name, &change.id, &change.members.join(", ")];
            table.row(cells.map(Cell::text).into());
        }
        console.answer(&table.render(console))?;
    }
    let (created, changed) = (report.count(Outcome::Created), report.count(Outcome::Changed));
    let (unchanged, left) = (report.count(Outcome::Unchanged), report.left);
    let begin = if dry_run { "Would be: " } else { "" };
    console.note(&format!(
        "{begin}{created} created, {changed} changed, {unchanged} unchanged, {left} not in the document and left"
    ));
    if dry_run {
        console.note("Nothing was changed: this was a dry run");
    }
    for change in made.iter().filter(|change| change.wants_password) {
        console.note(&format!("No password yet: portcullis user setup-link {}", change.name));
    }
    Ok(())
}
