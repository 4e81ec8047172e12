//! `/portal/clients` and `/portal/clients/{id}`: the list, and the pane beside it.

use super::client_pane::pane;
use super::client_urls;
use super::list_query::{ListQuery, SIZE};
use super::shown::{gone, shell};
use crate::flows::admin::{AdminError, ClientFilter, ClientSummary, Page};
use crate::oauth::{ClientId, ClientSecret, ClientType, UnixTime};
use crate::web::extract::{PageContext, Path, PortalSession, Query};
use crate::web::pages::{Area, Choice, Frame, Link, Mark, Notice, State, When, relative};
use crate::web::portal::clients::{ClientListView, ClientPane, ClientRow, ClientsPage};
use crate::web::portal::list::{Column, Pager};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use std::borrow::Cow;

/// The list, with information on the type beside it.
pub(super) async fn list(
    Shared(app): Shared<AppState>,
    admin: PortalSession,
    page: PageContext,
    Query(asked): Query<ListQuery>,
) -> Response {
    match list_view(&app, &admin, &asked, None).await {
        Ok(list) => page.answer(StatusCode::OK, &view(&page, &admin, list, None, &asked, Vec::new())),
        Err(error) => gone(page, error).await,
    }
}

/// One client, beside the list or alone.
pub(super) async fn one(
    Shared(app): Shared<AppState>,
    admin: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
    Query(mut asked): Query<ListQuery>,
) -> Response {
    let details = match app.provider.client(&admin.access, &ClientId::new(id)).await {
        Ok(details) => details,
        Err(error) => return gone(page, error).await,
    };
    asked.r#type.get_or_insert_with(|| details.client.client_type.as_str().to_owned());
    let mut notices: Vec<Notice> = notice(&asked.done, &details.client.name).into_iter().map(Notice::done).collect();
    if asked.done.starts_with("saved") {
        notices.extend(client_urls::look_alikes(&details.client));
    }
    if asked.done == "secret-leaked" {
        let add = Link::new("Add Secret", format!("/portal/clients/{}/secrets/new", details.client.id));
        for notice in &mut notices {
            notice.link = Some(add.clone());
        }
    }
    let shown = async {
        let list = list_view(&app, &admin, &asked, Some(details.client.id.as_str())).await?;
        Ok((list, pane(&app, &admin, &details, &asked, page.language()).await?))
    };
    match shown.await {
        Ok((list, chosen)) => page.answer(StatusCode::OK, &view(&page, &admin, list, Some(chosen), &asked, notices)),
        Err(error) => gone(page, error).await,
    }
}

/// What was just done, in words.
fn notice(done: &str, name: &str) -> Option<String> {
    Some(match done {
        "added" => format!("Client ‘{name}’ was added."),
        "secret-added" => format!("A secret was added to client ‘{name}’."),
        "saved" => format!("Client ‘{name}’ was saved."),
        "roles" => format!("The roles of client ‘{name}’ were saved."),
        "disabled" => format!("Client ‘{name}’ is disabled. It gets no new tokens."),
        "enabled" => format!("Client ‘{name}’ is enabled."),
        "secret-saved" => "The secret was saved.".to_owned(),
        "secret-disabled" => "The secret is disabled.".to_owned(),
        "secret-enabled" => "The secret is enabled.".to_owned(),
        "secret-leaked" => "The secret is disabled. Add another one, and give it to the app.".to_owned(),
        "saved-urls" => format!(
            "Client ‘{name}’ was saved, some URLs as browsers write them: scheme and host in lower case, without the usual \
             port. What follows an origin is cut off: an origin has no path."
        ),
        "secret-removed" => "The secret was removed.".to_owned(),
        "removed" => "The client was removed.".to_owned(),
        _ => return None,
    })
}

fn view(
    page: &PageContext,
    admin: &PortalSession,
    list: ClientListView,
    selected: Option<ClientPane>,
    asked: &ListQuery,
    mut notices: Vec<Notice>,
) -> ClientsPage {
    let below = selected.as_ref().map(|client| (client.name.as_str(), String::new()));
    if selected.is_none() {
        notices.extend(notice(&asked.done, "").filter(|_| asked.done == "removed").map(Notice::done));
    }
    ClientsPage {
        frame: Frame { notices, ..page.frame() },
        shell: shell(admin, Area::Clients, below.as_slice()),
        list,
        alone: asked.alone == "1" && selected.is_some(),
        selected,
        information: asked.client_type(),
    }
}

async fn list_view(
    app: &AppState,
    admin: &PortalSession,
    asked: &ListQuery,
    selected: Option<&str>,
) -> Result<ClientListView, AdminError> {
    let (filter, now) = (asked.filter(), app.provider.now());
    let (mut asked, mut found) =
        (Cow::Borrowed(asked), app.provider.list_clients(&admin.access, &filter, asked.page()).await?);
    if let Some(last) = Pager::last_before(asked.number(), SIZE, found.total) {
        asked.to_mut().page = last.to_string();
        found = app.provider.list_clients(&admin.access, &filter, asked.page()).await?;
    }
    let asked = &*asked;
    let filtered = filter.text.is_some() || filter.status.is_some();
    let shows_type = filter.client_type.is_none();
    let label = filter.client_type.map_or("All", ClientType::label);
    let statuses: Vec<(&str, &str)> = STATUSES.to_vec();
    let types = [
        ("client-credentials", "Client-Credentials"),
        ("authorization-code", "Authorization Code"),
        ("hybrid", "Hybrid"),
        ("all", "All types"),
    ];
    let row = |client: ClientSummary| row(client, asked, selected, now);
    let mut elsewhere = Vec::new();
    if filter.text.is_some() && filter.client_type.is_some() {
        for other in ClientType::ALL.into_iter().filter(|other| Some(*other) != filter.client_type) {
            let filter = ClientFilter { client_type: Some(other), ..filter.clone() };
            let count = app.provider.list_clients(&admin.access, &filter, Page::default()).await?.total;
            if count > 0 {
                let label = format!("{count} {} in {}", if count == 1 { "match" } else { "matches" }, other.label());
                elsewhere.push(Link::new(label, asked.list_address(&[("type", other.as_str()), ("page", "")])));
            }
        }
    }
    let add_href = filter
        .client_type
        .map_or("/portal/clients/new".to_owned(), |kind| format!("/portal/clients/new?type={}", kind.as_str()));
    Ok(ClientListView {
        types: Choice::list(&types, asked.type_word()),
        query: asked.q.clone(),
        statuses: Choice::list(&statuses, &asked.status),
        sort: Some(asked.sort.clone()).filter(|sort| !sort.is_empty()),
        dir: asked.dir.clone(),
        add_href,
        hits: match found.total {
            1 => "1 client".to_owned(),
            many => format!("{many} clients"),
        },
        elsewhere,
        filtered,
        searched: searched(asked),
        clear_href: asked.list_address(&[("q", ""), ("status", ""), ("page", "")]),
        empty_title: filter
            .client_type
            .map_or("No client yet".to_owned(), |kind| format!("No {} client yet", kind.label())),
        empty_text: empty_text(filter.client_type).to_owned(),
        caption: format!("{label} clients"),
        columns: columns(asked, filter.client_type),
        shows_type,
        summary_label: summary_label(filter.client_type).to_owned(),
        rows: found.clients.into_iter().map(row).collect(),
        pager: Pager::new(asked.number(), SIZE, found.total, |page| asked.list_address(&[("page", &page.to_string())])),
    })
}

const STATUSES: [(&str, &str); 9] = [
    ("", "Any"),
    ("enabled", "Enabled"),
    ("disabled", "Disabled"),
    ("expiring", "Expiring soon"),
    ("expired", "Has expired secrets"),
    ("no-usable-secret", "No usable secret"),
    ("never-used", "Never used"),
    ("not-used-90d", "Not used for 90 days"),
    ("refused-24h", "Refused in the last 24 h"),
];

/// What an empty list was narrowed to, in a sentence.
fn searched(asked: &ListQuery) -> String {
    let clients = asked.client_type().map_or("clients".to_owned(), |kind| format!("{} clients", kind.label()));
    let status = STATUSES.iter().find(|(word, _)| !word.is_empty() && *word == asked.status);
    let among = status.map_or_else(|| clients.clone(), |(_, label)| format!("{clients} with the status “{label}”"));
    match asked.q.trim() {
        "" => format!("There are no {among}."),
        text => format!("Nothing matches “{text}” among {among}."),
    }
}

const fn empty_text(kind: Option<ClientType>) -> &'static str {
    match kind {
        None => "A client is a service, device or app that gets tokens from this server.",
        Some(ClientType::ClientCredentials) => {
            "Client-credentials clients let a service or device sign in without a user. Use one per service instance."
        }
        Some(ClientType::AuthorizationCode) => {
            "Authorization code clients let users sign in to an app that runs in their browser."
        }
        Some(ClientType::Hybrid) => "Hybrid clients let users sign in to a native app or a web app with a server.",
    }
}

const fn summary_label(kind: Option<ClientType>) -> &'static str {
    match kind {
        None => "Secrets or URLs",
        Some(ClientType::AuthorizationCode) => "Redirect URLs",
        Some(ClientType::ClientCredentials | ClientType::Hybrid) => "Secrets",
    }
}

fn columns(asked: &ListQuery, kind: Option<ClientType>) -> Vec<Column> {
    // Of names people want the first, of times the latest.
    let sortable = |label: &str, sort: &str, first: &'static str| {
        let current = asked.sort == sort || (asked.sort.is_empty() && sort == "name");
        let descending = current && asked.dir == "desc";
        let next = match (current, descending) {
            (false, _) => first,
            (true, true) => "asc",
            (true, false) => "desc",
        };
        Column {
            label: label.to_owned(),
            href: asked.list_address(&[("sort", sort), ("dir", next), ("page", "")]),
            sorted: match (current, descending) {
                (true, true) => "descending",
                (true, false) => "ascending",
                (false, _) => "",
            },
        }
    };
    let mut columns = vec![sortable("Name", "name", "asc"), Column::plain("Client Id")];
    if kind.is_none() {
        columns.push(Column::plain("Type"));
    }
    columns.push(Column::plain(summary_label(kind)));
    columns.push(sortable("Last used", "last_used", "desc"));
    columns
}

fn row(client: ClientSummary, asked: &ListQuery, selected: Option<&str>, now: UnixTime) -> ClientRow {
    let more = client.redirect_urls - 1;
    let first = client.first_redirect_url.clone().unwrap_or_default();
    ClientRow {
        // The place of the pane: the focus goes there with the page.
        href: format!("{}#client", asked.address(&format!("/portal/clients/{}", client.id), &[])),
        selected: selected == Some(client.id.as_str()),
        enabled: client.enabled,
        type_label: client.client_type.label(),
        secrets: client.client_type.has_secrets().then(|| secrets_state(&client, now)),
        urls: if more > 0 { format!("{first} +{more}") } else { first },
        last_used: client.last_used_at.map(|at| When::relative(at, now)),
        id: client.id.as_str().to_owned(),
        name: client.name,
    }
}

fn secrets_state(client: &ClientSummary, now: UnixTime) -> State {
    if client.usable_secrets == 0 {
        return State::new(Mark::Bad, "No usable secret");
    }
    match client.next_secret_end {
        Some(end) if end.since(now) <= ClientSecret::NOTICE => {
            let mark = if end.since(now) <= ClientSecret::URGENT { Mark::Bad } else { Mark::Warning };
            State::new(mark, format!("1 expires {}", relative(end, now)))
        }
        _ => State::new(Mark::Good, format!("{} active", client.usable_secrets)),
    }
}
