//! `portcullis client list`

use super::show::ShownClient;
use crate::cli::failure::Failure;
use crate::cli::run::{Opened, Run};
use crate::cli::table::{Cell, Paint, Table};
use crate::flows::admin::{AdminError, ClientFilter, ClientSort, ClientStatus, ClientSummary, Page};
use crate::oauth::{ClientSecret, ClientType, UnixTime};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde::Serialize;

/// How many are read at once.
const PAGE: i64 = 500;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis client list
  portcullis client list --status expiring
  portcullis client list --filter https://shop.example.com/callback --json")]
pub(in crate::cli) struct ListArgs {
    /// Only clients of this type
    #[arg(long = "type", value_name = "TYPE", ignore_case = true,
          value_parser = PossibleValuesParser::new(ClientType::ALL.iter().map(|kind| kind.as_str()))
              .try_map(|word| ClientType::parse(&word.to_ascii_lowercase()).ok_or("unknown")))]
    client_type: Option<ClientType>,
    /// Only clients in this state
    #[arg(long, value_name = "STATUS", ignore_case = true,
          value_parser = PossibleValuesParser::new(ClientStatus::ALL.iter().map(|status| status.as_str()))
              .try_map(|word| ClientStatus::parse(&word.to_ascii_lowercase()).ok_or("unknown")))]
    status: Option<ClientStatus>,
    /// Only clients with this text in name, id, URL or description of a secret
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Sort; last-used and created begin with the latest
    #[arg(long, value_enum, default_value_t, value_name = "BY")]
    sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Sort {
    #[default]
    Name,
    LastUsed,
    Created,
}

#[derive(Serialize)]
struct Answer {
    version: u32,
    clients: Vec<ShownClient>,
}

pub(super) async fn run(args: ListArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let clients = all(&args, opened).await?;
        if console.json {
            return console.answer_json(&Answer { version: 1, clients: whole(&clients, opened).await? });
        }
        if console.quiet {
            return console.answer_ids(clients.iter().map(|client| &client.id));
        }
        if clients.is_empty() {
            console.note("There are no such clients. Add one: portcullis client create NAME");
        }
        let mut table = Table::new(&["NAME", "CLIENT ID", "TYPE", "STATE", "SECRETS", "CREATED", "LAST USED"]);
        for client in &clients {
            table.row(row(client, opened.now));
        }
        console.answer(&table.render(console))
    })
    .await
}

/// Every client that fits, page after page.
async fn all(args: &ListArgs, opened: &Opened) -> Result<Vec<ClientSummary>, Failure> {
    let filter = ClientFilter { client_type: args.client_type, text: args.filter.clone(), status: args.status };
    let (sort, descending) = match args.sort {
        Sort::Name => (ClientSort::Name, false),
        Sort::LastUsed => (ClientSort::LastUsed, true),
        Sort::Created => (ClientSort::Created, true),
    };
    let mut clients = Vec::new();
    loop {
        let skip = i64::try_from(clients.len()).unwrap_or(i64::MAX);
        let page = Page { skip, count: PAGE, sort, descending };
        let list = opened.provider.list_clients(&opened.by, &filter, page).await?;
        let read = list.clients.len();
        clients.extend(list.clients);
        if i64::try_from(read).unwrap_or(0) < PAGE {
            return Ok(clients);
        }
    }
}

/// The same with all that is known of each. One that was removed meanwhile is left out.
async fn whole(clients: &[ClientSummary], opened: &Opened) -> Result<Vec<ShownClient>, Failure> {
    let mut whole = Vec::with_capacity(clients.len());
    for client in clients {
        match opened.provider.client(&opened.by, &client.id).await {
            Ok(details) => whole.push(ShownClient::new(&details, opened.now)),
            Err(AdminError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(whole)
}

fn row(client: &ClientSummary, now: UnixTime) -> Vec<Cell> {
    vec![
        Cell::text(client.name.as_str()),
        Cell::text(client.id.as_str()),
        Cell::both(client.client_type.label(), client.client_type.as_str()),
        state(client.enabled),
        secrets(client, now),
        Cell::time(client.created_at, now),
        Cell::maybe_time(client.last_used_at, "never", now),
    ]
}

pub(super) fn state(enabled: bool) -> Cell {
    if enabled { Cell::text("enabled") } else { Cell::text("disabled").painted(Paint::Bad) }
}

/// How many secrets work, and what is the matter with them.
fn secrets(client: &ClientSummary, now: UnixTime) -> Cell {
    let count = client.usable_secrets;
    let cell = |human: String| Cell::both(human, count.to_string());
    match client.next_secret_end {
        _ if !client.client_type.has_secrets() => Cell::both("-", ""),
        _ if count == 0 => cell("! no usable secret".to_owned()).painted(Paint::Bad),
        Some(end) if end.since(now) <= ClientSecret::NOTICE => {
            cell(format!("{count}, one ends {}", crate::cli::times::relative(end, now))).painted(Paint::Soon)
        }
        _ => cell(count.to_string()),
    }
}
