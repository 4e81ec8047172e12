//! `portcullis audit verify`

use crate::cli::failure::{Exit, Failure};
use crate::cli::run::Run;
use crate::flows::audit_chain::{ChainFault, ReadExport, csv_head};
use crate::oauth::UnixTime;
use clap::Args;
use serde_json::json;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Most faults that are told; the rest is counted.
const TOLD: usize = 20;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis audit verify                              the log in the store
  portcullis audit verify q3.jsonl                     an export, by itself
  portcullis audit verify q3.jsonl --store             and that the store still has the same entries")]
pub(in crate::cli) struct VerifyArgs {
    /// An export as JSON lines; - reads standard input. Without it: the store
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Also hold the export against the store
    #[arg(long, requires = "file")]
    store: bool,
    /// Entries may be missing in between: for an export of a part, by client or by words
    #[arg(long, requires = "file")]
    partial: bool,
}

/// What was found.
struct Found {
    entries: u64,
    since: Option<UnixTime>,
    faults: Vec<(String, ChainFault)>,
}

pub(super) async fn run(args: VerifyArgs, run: &Run) -> Result<(), Failure> {
    let found = if let Some(path) = &args.file { of_export(path, &args, run).await? } else { of_store(run).await? };
    tell(&found, run)
}

async fn of_export(path: &Path, args: &VerifyArgs, run: &Run) -> Result<Found, Failure> {
    let export = read(path)?;
    let report = export.report(!args.partial);
    let mut faults = report.faults;
    if args.store {
        let compared = run.with_provider(async |provider| Ok(provider.compare_export(&export).await?));
        faults.extend(compared.await?);
    }
    Ok(Found { entries: report.entries, since: report.span.map(|(first, _)| first), faults })
}

async fn of_store(run: &Run) -> Result<Found, Failure> {
    let check = run.with_provider(async |provider| Ok(provider.check_audit().await?)).await?;
    let faults = check.faults().map(|(chain, fault)| (chain.to_owned(), fault.clone())).collect();
    Ok(Found { entries: check.entries(), since: check.since(), faults })
}

fn read(path: &Path) -> Result<ReadExport, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Exit::NotFound, format!("{} cannot be read: {error}", path.display()))
            .remedy("make one", "portcullis audit export > audit.jsonl")
    };
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).map_err(unreadable)?)
    };
    let mut export = ReadExport::default();
    for line in BufReader::new(source).lines() {
        let line = line.map_err(unreadable)?;
        if export.is_empty() && line.trim_start_matches('\u{feff}').trim_end() == csv_head().trim_end() {
            let sentence =
                format!("{} is an export as CSV, which spreadsheets read; this checks JSON lines", path.display());
            return Err(Failure::usage(sentence).remedy("make one", "portcullis audit export > audit.jsonl"));
        }
        export.take(&line);
    }
    if export.is_empty() {
        return Err(Failure::new(
            Exit::ChecksFailed,
            format!("{} is empty: there is nothing to check", path.display()),
        )
        .remedy("make one", "portcullis audit export > audit.jsonl"));
    }
    Ok(export)
}

fn tell(found: &Found, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    let sentence = |(chain, fault): &(String, ChainFault)| {
        let whose = if chain.is_empty() { "the server's chain".to_owned() } else { format!("tenant {chain}") };
        format!("{whose}: {fault}")
    };
    let told: Vec<String> = found.faults.iter().map(sentence).collect();
    if console.json {
        let since = found.since.map(UnixTime::rfc3339);
        let whole = json!({
            "version": 1, "entries": found.entries, "since": since, "unbroken": told.is_empty(), "faults": told,
        });
        console.answer_json(&whole)?;
    }
    if told.is_empty() {
        let since = found.since.map(|since| format!(" since {}", since.date())).unwrap_or_default();
        if !console.json && !console.quiet {
            console.answer(&format!("Unbroken{since}, {} entries\n", found.entries))?;
        }
        return Ok(());
    }
    let more = told.len().saturating_sub(TOLD);
    let mut lines: Vec<String> = told.into_iter().take(TOLD).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    let sentence =
        format!("the audit log is not whole ({} entries checked)\n       {}", found.entries, lines.join("\n       "));
    Err(Failure::new(Exit::ChecksFailed, sentence)
        .remedy("compare", "an export or backup from before, with portcullis audit verify FILE --store"))
}
