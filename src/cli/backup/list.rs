//! `portcullis backup list`, and how copies are called.

use crate::cli::failure::{Exit, Failure};
use crate::cli::run::Run;
use crate::cli::table::{Cell, Table};
use crate::clock::{Clock as _, SystemClock};
use crate::oauth::UnixTime;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis backup list /backups
  portcullis backup list /backups --json")]
pub(in crate::cli) struct ListArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(args: &ListArgs, run: &Run) -> Result<(), Failure> {
    let (console, now) = (run.console, SystemClock.now());
    let found = copies(&args.folder)
        .map_err(|error| Failure::new(Exit::NotFound, format!("{} cannot be read: {error}", args.folder.display())))?;
    if console.json {
        let shown: Vec<_> = found
            .iter()
            .map(|(path, at)| json!({ "File": path, "MadeAt": at.rfc3339(), "Bytes": size(path) }))
            .collect();
        return console.answer_json(&json!({ "version": 1, "backups": shown }));
    }
    if console.quiet {
        return console.answer_ids(found.iter().map(|(path, _)| path.display()));
    }
    let mut table = Table::new(&["FILE", "MADE", "BYTES"]);
    for (path, at) in &found {
        table.row(vec![
            Cell::text(path.display().to_string()),
            Cell::time(*at, now),
            Cell::text(size(path).to_string()),
        ]);
    }
    console.answer(&table.render(console))
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// `portcullis-2026-11-24T03-00-00Z.db`: sorts by time, and has no character that a file system minds.
pub(super) fn file_name(at: UnixTime) -> String {
    format!("portcullis-{}.db", at.rfc3339().replace(':', "-"))
}

/// The time in such a name.
fn time_of(name: &str) -> Option<UnixTime> {
    let text = name.strip_prefix("portcullis-")?.strip_suffix(".db")?;
    let (date, time) = text.split_once('T')?;
    UnixTime::parse_rfc3339(&format!("{date}T{}", time.replace('-', ":")))
}

/// The copies in a folder, the latest first. What is called otherwise is none of ours.
pub(super) fn copies(folder: &Path) -> std::io::Result<Vec<(PathBuf, UnixTime)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(at) = time_of(&entry.file_name().to_string_lossy()) {
            found.push((entry.path(), at));
        }
    }
    found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{file_name, time_of};
    use crate::oauth::UnixTime;

    #[test]
    fn a_name_says_when() {
        let at = UnixTime(1_795_500_000);
        assert_eq!(file_name(at), format!("portcullis-{}.db", at.rfc3339().replace(':', "-")));
        assert_eq!(time_of(&file_name(at)), Some(at));
        for other in ["portcullis.db", "portcullis-2026-11-24.db", "portcullis-x.db.partial", "notes.txt"] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }
}
