//! `portcullis audit list`

use crate::cli::failure::Failure;
use crate::cli::find::find_client;
use crate::cli::run::Run;
use crate::cli::table::{Cell, Table};
use crate::cli::times::parse_since;
use crate::flows::admin::{AuditFilter, AuditRow};
use crate::oauth::UnixTime;
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis audit list
  portcullis audit list --client nightly-import --since 30d
  portcullis audit list --match 10.0.0.12
  portcullis audit list --limit 1000 --json")]
pub(in crate::cli) struct ListArgs {
    /// Only what happened to this client, by name or id
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Only from here on: 30d, 12h or 2026-11-24
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only those with this in who, what, to what, address or reference
    #[arg(long = "match", value_name = "TEXT")]
    text: Option<String>,
    /// Most entries
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownEvent {
    seq: Option<i64>,
    id: String,
    at: String,
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    action: String,
    target_kind: String,
    target_id: String,
    target_name: String,
    detail: Value,
    address: String,
    reference: String,
}

pub(super) async fn run(args: ListArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let mut filter = AuditFilter { text: args.text.clone(), ..AuditFilter::default() };
        if let Some(client) = &args.client {
            filter.target_kind = Some("client".to_owned());
            filter.target_id = Some(find_client(opened, client).await?.client.id.as_str().to_owned());
        }
        let since = args.since.as_deref().map(|text| parse_since(text, opened.now)).transpose();
        filter.since = since.map_err(|wrong| Failure::usage(format!("--since: {wrong}")))?;
        let rows = opened.provider.list_audit(&opened.by, &filter, 0, args.limit).await?;
        if console.json {
            let events: Vec<ShownEvent> = rows.into_iter().map(shown).collect();
            return console.answer_json(&json!({ "version": 1, "events": events }));
        }
        if console.quiet {
            return console.answer_ids(rows.iter().map(|row| &row.id));
        }
        let mut table = Table::new(&["TIME", "WHO", "WHAT", "TO", "ADDRESS"]);
        for row in rows {
            let target = if row.target_name.is_empty() { row.target_id } else { row.target_name };
            table.row(vec![
                Cell::time(UnixTime(row.at), opened.now),
                Cell::text(row.actor_name),
                Cell::text(row.action),
                Cell::text(target),
                Cell::text(row.address),
            ]);
        }
        console.answer(&table.render(console))
    })
    .await
}

fn shown(row: AuditRow) -> ShownEvent {
    ShownEvent {
        detail: serde_json::from_str(&row.detail).unwrap_or(Value::Null),
        at: UnixTime(row.at).rfc3339(),
        seq: row.seq,
        id: row.id,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        action: row.action,
        target_kind: row.target_kind,
        target_id: row.target_id,
        target_name: row.target_name,
        address: row.address,
        reference: row.reference,
    }
}
