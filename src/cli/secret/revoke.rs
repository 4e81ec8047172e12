//! `portcullis secret revoke`

use super::{find_secret, secret_number};
use crate::cli::failure::Failure;
use crate::cli::find::find_client;
use crate::cli::run::Run;
use crate::cli::times::{parse_since, relative};
use crate::flows::admin::ClientDetails;
use crate::oauth::{ClientSecret, UnixTime};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis secret revoke nightly-import 1
  portcullis secret revoke nightly-import --unused-since 30d")]
pub(in crate::cli) struct RevokeArgs {
    /// The client, by name or id
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The secret's number, as `secret list` shows it
    #[arg(value_name = "ID", required_unless_present = "unused_since", value_parser = secret_number)]
    id: Option<i32>,
    /// All secrets that are older than this and were not used since: 30d or 2026-11-24
    #[arg(long, value_name = "WHEN", conflicts_with = "id")]
    unused_since: Option<String>,
}

pub(super) async fn run(args: RevokeArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let details = find_client(opened, &args.client).await?;
        let going = going(&args, &details, opened.now)?;
        let name = &details.client.name;
        if going.is_empty() {
            console.note(&format!("Every secret of client {name} was used or added since then; nothing was revoked"));
        } else if leaves_none(&details.secrets, &going, opened.now) {
            let ids = going.iter().map(|secret| secret.id.to_string()).collect::<Vec<_>>().join(", ");
            let used = going.iter().filter_map(|secret| secret.last_used_at).max();
            let used =
                used.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", relative(at, opened.now)));
            let facts = format!("Secret {ids}, {used}, is the last usable one: {name} will not be able to get tokens.");
            console.confirm(&facts, "Revoke it?")?;
        }
        let mut revoked = Vec::new();
        for secret in going {
            opened.provider.remove_secret(&opened.by, &details.client.id, secret.id, None).await?;
            console.note(&format!("Revoked secret {} of client {name}", secret.id));
            revoked.push(secret.id);
        }
        if console.json {
            return console.answer_json(&json!({ "version": 1, "revoked": revoked }));
        }
        console.answer_ids(revoked.iter().filter(|_| console.quiet))
    })
    .await
}

fn going<'a>(args: &RevokeArgs, details: &'a ClientDetails, now: UnixTime) -> Result<Vec<&'a ClientSecret>, Failure> {
    if let Some(id) = args.id {
        return find_secret(details, id).map(|secret| vec![secret]);
    }
    let since = parse_since(args.unused_since.as_deref().unwrap_or_default(), now);
    let since = since.map_err(|wrong| Failure::usage(format!("--unused-since: {wrong}")))?;
    let unused = |secret: &&ClientSecret| secret.last_used_at.unwrap_or(secret.created_at) < since;
    Ok(details.secrets.iter().filter(unused).collect())
}

/// Whether a secret works now, and none would.
fn leaves_none(all: &[ClientSecret], going: &[&ClientSecret], now: UnixTime) -> bool {
    let stays = |secret: &ClientSecret| going.iter().all(|gone| gone.id != secret.id);
    let usable = || all.iter().filter(|secret| secret.usable(now));
    usable().next().is_some() && !usable().any(stays)
}
