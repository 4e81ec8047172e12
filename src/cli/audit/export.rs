//! `portcullis audit export`

use crate::cli::failure::Failure;
use crate::cli::run::Run;
use crate::cli::times::parse_since;
use crate::flows::Provider;
use crate::flows::admin::{AuditFilter, ReadAccess};
use crate::flows::audit_chain::csv_head;
use clap::{Args, ValueEnum};
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis audit export > audit.jsonl
  portcullis audit export --since 2026-07-01 > q3.jsonl
  portcullis audit export --format csv > audit.csv     for a spreadsheet; only JSON lines can be verified")]
pub(in crate::cli) struct ExportArgs {
    /// Only from here on: 30d, 12h or 2026-11-24
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// With heads, for spreadsheets.
    Csv,
}

pub(super) async fn run(args: ExportArgs, run: &Run) -> Result<(), Failure> {
    if run.global.tenant.is_some() {
        return run.with_tenant(async |opened| write(&args, run, &opened.provider, Some(&opened.by)).await).await;
    }
    run.with_provider(async |provider| write(&args, run, provider, None).await).await
}

async fn write(args: &ExportArgs, run: &Run, provider: &Arc<Provider>, by: Option<&ReadAccess>) -> Result<(), Failure> {
    let console = run.console;
    let since = args.since.as_deref().map(|text| parse_since(text, provider.now())).transpose();
    let since = since.map_err(|wrong| Failure::usage(format!("--since: {wrong}")))?;
    let mut walk = provider.walk_audit(by, AuditFilter { since, ..AuditFilter::default() }).await?;
    if args.format == Format::Csv {
        console.answer(csv_head())?;
    }
    let mut count = 0;
    while let Some(entries) = walk.next().await? {
        count += entries.len();
        let line = |entry: &crate::flows::audit_chain::ExportedEntry| match args.format {
            Format::Jsonl => entry.json_line(),
            Format::Csv => entry.csv_line(),
        };
        console.answer(&entries.iter().map(line).collect::<String>())?;
    }
    console.note(&match args.format {
        Format::Jsonl => format!("{count} entries. Check them at any time: portcullis audit verify FILE"),
        Format::Csv => format!("{count} entries"),
    });
    Ok(())
}
