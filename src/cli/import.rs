//! `portcullis import`

use super::console::{Console, Repeated};
use super::export::{Section, takes};
use super::failure::{Exit, Failure};
use super::find::quoted;
use super::run::Run;
use super::table::{Cell, Table};
use crate::flows::admin::{Change, Document, ImportChoice, ImportError, ImportReport, Outcome};
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
  portcullis import account.json --only clients
  portcullis import account.json --only clients --prune    also remove the clients that are not in it")]
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
    /// Also remove what the document does not name, of the kinds that it speaks of
    #[arg(long)]
    prune: bool,
    /// The file's name once more, instead of typing it when --prune asks for it
    #[arg(long, value_name = "NAME", requires = "prune")]
    confirm: Option<String>,
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
        let import = async |document: Document, rehearse| {
            let choice = ImportChoice { rehearse, prune: args.prune };
            let outcome = opened.provider.import(&opened.by, document, choice).await;
            outcome.map_err(|error| refused(&args.file, error))
        };
        if args.prune && !args.dry_run {
            confirm(args, &import(document.clone(), true).await?, run.console)?;
        }
        tell(&import(document, args.dry_run).await?, args.dry_run, run.console)
    })
    .await
}

/// What goes cannot be brought back: the file's name is typed once more, so that it is the right document.
fn confirm(args: &ImportArgs, report: &ImportReport, console: Console) -> Result<(), Failure> {
    let gone: Vec<&Change> = report.changes.iter().filter(|change| change.outcome == Outcome::Removed).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut facts = format!("This removes {} that the document does not name, which cannot be undone:", counted(&gone));
    for change in gone.iter().take(TOLD) {
        let _ = write!(facts, "\n  {} {}", change.kind, change.name);
    }
    if gone.len() > TOLD {
        let _ = write!(facts, "\n  and {} more", gone.len() - TOLD);
    }
    let name = args.file.file_name().unwrap_or(args.file.as_os_str()).to_string_lossy();
    let wanted = Repeated {
        facts: &facts,
        what: "the file's name",
        name: &name,
        act: "remove them",
        command: &format!("portcullis import {} --prune", args.file.display()),
        list: "portcullis import FILE --prune --dry-run",
    };
    console.confirm_name(&wanted, args.confirm.as_deref())
}

/// So many of each kind, such as "2 clients and 1 user".
fn counted(changes: &[&Change]) -> String {
    let count = |kind: &str| changes.iter().filter(|change| change.kind == kind).count();
    let kinds = ["role", "client", "user"].map(|kind| (count(kind), kind));
    let words = kinds.iter().filter(|(count, _)| *count > 0);
    let words = words.map(|(count, kind)| format!("{count} {kind}{}", if *count == 1 { "" } else { "s" }));
    words.collect::<Vec<_>>().join(" and ")
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
    let (unchanged, removed, left) = (report.count(Outcome::Unchanged), report.count(Outcome::Removed), report.left);
    let begin = if dry_run { "Would be: " } else { "" };
    console.note(&format!(
        "{begin}{created} created, {changed} changed, {unchanged} unchanged, {removed} removed, {left} not in the document \
         and left"
    ));
    if dry_run {
        console.note("Nothing was changed: this was a dry run");
    }
    for change in made.iter().filter(|change| change.wants_secret) {
        console.note(&format!("No secret yet: portcullis secret add {}", quoted(&change.name)));
    }
    for change in made.iter().filter(|change| change.wants_password) {
        console.note(&format!("No password yet: portcullis user setup-link {}", change.name));
    }
    Ok(())
}
