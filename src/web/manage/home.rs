//! `/portal`: what needs me today, and the ways on.

use super::shown::{gone, shell};
use super::system::state;
use crate::flows::HealthLine;
use crate::flows::admin::{AdminError, ClientFilter, ClientSort, ClientStatus, ClientSummary, Page, ReadAccess};
use crate::oauth::{ClientSecret, UnixTime};
use crate::web::extract::{PageContext, PortalSession};
use crate::web::pages::{Area, Fact, Frame, Link, Mark, Notice, State, relative};
use crate::web::portal::chart::Chart;
use crate::web::portal::home::{Attention, Count, HomePage, Step};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;

/// Shows it.
pub(super) async fn show(Shared(app): Shared<AppState>, admin: PortalSession, page: PageContext) -> Response {
    match view(&app, &admin, &page).await {
        Ok(view) => page.answer(StatusCode::OK, &view),
        Err(error) => gone(page, error).await,
    }
}

async fn view(app: &AppState, admin: &PortalSession, page: &PageContext) -> Result<HomePage, AdminError> {
    let by = &admin.access;
    let count = async |status| {
        let filter = ClientFilter { status, ..ClientFilter::default() };
        app.provider.list_clients(by, &filter, Page::default()).await.map(|list| list.total)
    };
    let (clients, unused) = (count(None).await?, count(Some(ClientStatus::NeverUsed)).await?);
    let (users, _) = app.provider.list_users(by, None, 0, 1).await?;
    let roles = app.provider.read_roles(by).await?;
    let health = app.provider.health().await;
    let alone = app.provider.has_one_administrator(by).await?;
    let mut attention: Vec<Attention> = health.lines.iter().filter(|line| !line.well).map(unwell).collect();
    attention.extend(secrets_to_see(app, by).await?);
    attention.extend(unsettled(app));
    let public_url = app.provider.settings().public_url.clone();
    let counted =
        |number, label: &str, href: &str, icon| Count { number, label: label.to_owned(), href: href.to_owned(), icon };
    Ok(HomePage {
        frame: Frame { notices: development(&public_url).into_iter().collect(), ..page.frame() },
        shell: shell(admin, Area::Home, &[]),
        tenant: app.provider.tenant(by).await?.name,
        attention,
        steps: vec![
            Step {
                done: clients > unused,
                text: "Add a client and get a token".to_owned(),
                link: Link::new("Add Client", "/portal/clients/new?type=client-credentials"),
            },
            Step {
                done: !alone,
                text: "Invite a second administrator".to_owned(),
                link: Link::new("Add User", "/portal/users/new"),
            },
            Step {
                done: app.site.settings.iter().any(|setting| setting.path == "public_url" && setting.given),
                text: "Set the public URL".to_owned(),
                link: Link::new("How", "/docs/how-to/run-in-production"),
            },
        ],
        tokens: tokens(app, by).await?,
        counts: vec![
            counted(clients, "Clients", "/portal/clients?type=all", "clients"),
            counted(users, "Users", "/portal/users", "users"),
            counted(i64::try_from(roles.len()).unwrap_or(i64::MAX), "Roles", "/portal/roles", "roles"),
        ],
        system: vec![
            Fact::new("Public URL", public_url),
            Fact::new("Issuer", app.provider.settings().issuer()),
            Fact::new("Version", crate::release::version()),
        ],
        health: state(&health),
        quick: quick(),
    })
}

async fn tokens(app: &AppState, by: &ReadAccess) -> Result<Chart, AdminError> {
    let now = app.provider.now();
    Ok(Chart::new(&app.provider.token_counts(by, now.plus(-86_400).beginning_of(3_600)).await?, 24, now))
}

fn quick() -> Vec<Link> {
    [Area::Audit, Area::Review, Area::TokenViewer, Area::Docs].map(|area| Link::new(area.label(), area.href())).into()
}

fn unwell(line: &HealthLine) -> Attention {
    Attention {
        state: State::new(Mark::Bad, line.name.clone()),
        text: line.sentence.clone(),
        detail: String::new(),
        link: Link::new("System Health", "/portal/system"),
    }
}

/// Most clients that are named one by one.
const NAMED: i64 = 5;

/// Clients without a secret that works, and those with one that soon will not.
async fn secrets_to_see(app: &AppState, by: &ReadAccess) -> Result<Vec<Attention>, AdminError> {
    let now = app.provider.now();
    let mut all = Vec::new();
    for status in [ClientStatus::NoUsableSecret, ClientStatus::ExpiringSoon] {
        let filter = ClientFilter { status: Some(status), ..ClientFilter::default() };
        let sort = if status == ClientStatus::ExpiringSoon { ClientSort::SecretEnd } else { ClientSort::Name };
        let page = Page { count: NAMED, sort, ..Page::default() };
        let found = app.provider.list_clients(by, &filter, page).await?;
        let rest = found.total - i64::try_from(found.clients.len()).unwrap_or(found.total);
        all.extend(found.clients.iter().map(|client| to_see(client, now)));
        if rest > 0 {
            let (mark, word) = look_of(status, ClientSecret::NOTICE);
            let link = Link::new("Show all", format!("/portal/clients?type=all&status={}", status.as_str()));
            let text = format!("{rest} more {}", if rest == 1 { "client" } else { "clients" });
            all.push(Attention { state: State::new(mark, word), text, detail: String::new(), link });
        }
    }
    Ok(all)
}

/// How it looks when something is the matter that comes in so many seconds.
const fn look_of(status: ClientStatus, left: i64) -> (Mark, &'static str) {
    match status {
        ClientStatus::NoUsableSecret => (Mark::Bad, "No usable secret"),
        _ if left <= ClientSecret::URGENT => (Mark::Bad, "Expiring"),
        _ => (Mark::Warning, "Expiring"),
    }
}

fn to_see(client: &ClientSummary, now: UnixTime) -> Attention {
    let link = Link::new("Open", format!("/portal/clients/{}", client.id));
    let Some(end) = client.next_secret_end else {
        let (mark, word) = look_of(ClientStatus::NoUsableSecret, 0);
        let text = format!("‘{}’ cannot get tokens", client.name);
        return Attention { state: State::new(mark, word), text, detail: String::new(), link };
    };
    let (mark, word) = look_of(ClientStatus::ExpiringSoon, end.since(now));
    let secret = client.next_secret.as_deref().filter(|name| !name.is_empty());
    Attention {
        state: State::new(mark, word),
        text: format!("A secret of {} expires {}", client.name, relative(end, now)),
        detail: secret.map_or_else(|| format!("on {}", end.date()), |name| format!("‘{name}’, on {}", end.date())),
        link,
    }
}

/// Said where the address of this server is one that only this machine can reach.
fn development(public_url: &str) -> Option<Notice> {
    const ONLY_HERE: [&str; 3] = ["http://localhost", "http://127.", "http://[::1]"];
    ONLY_HERE.iter().any(|begin| public_url.starts_with(begin)).then(|| Notice {
        mark: Mark::Quiet,
        text: "This is a development address: other machines cannot reach it.".to_owned(),
        link: Some(Link::new("Go to production", "/docs/how-to/run-in-production")),
    })
}

/// What does not work until somebody has settled it.
fn unsettled(app: &AppState) -> Vec<Attention> {
    let mut all = Vec::new();
    if !app.provider.sends_mail() {
        all.push(Attention {
            state: State::new(Mark::Warning, "Mail"),
            text: "Mail is not set up".to_owned(),
            detail: "Password reset links and notices cannot be sent.".to_owned(),
            link: Link::new("How to set it up", "/docs/how-to/send-mail"),
        });
    }
    all
}
