//! `/portal`: what needs me today, and the ways on.

use super::shown::{gone, shell};
use crate::flows::admin::{AdminError, ClientFilter, ClientStatus, Page};
use crate::web::extract::{PageContext, PortalSession};
use crate::web::pages::{Area, Fact, Link, Mark, State};
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
    let clients = count(None).await?;
    let (expiring, without) =
        (count(Some(ClientStatus::ExpiringSoon)).await?, count(Some(ClientStatus::NoUsableSecret)).await?);
    let (users, _) = app.provider.list_users(by, None, 0, 1).await?;
    let roles = app.provider.list_roles(by).await?;
    let mut attention = Vec::new();
    let mut tell = |number: i64, mark, word: &str, text: String, status: &str| {
        if number > 0 {
            let link = Link::new("Show", format!("/portal/clients?type=all&status={status}"));
            attention.push(Attention { state: State::new(mark, word), text, detail: String::new(), link });
        }
    };
    let plural = |number: i64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    tell(
        without,
        Mark::Bad,
        "No usable secret",
        format!("{} get no tokens", plural(without, "client can", "clients can")),
        "no-usable-secret",
    );
    tell(
        expiring,
        Mark::Warning,
        "Expiring",
        format!("{} a secret that expires within 30 days", plural(expiring, "client has", "clients have")),
        "expiring",
    );
    let counted =
        |number, label: &str, href: &str, icon| Count { number, label: label.to_owned(), href: href.to_owned(), icon };
    Ok(HomePage {
        frame: page.frame(),
        shell: shell(admin, Area::Home, &[]),
        tenant: app.provider.tenant(by).await?.name,
        attention,
        steps: vec![
            Step {
                done: clients > 0,
                text: "Add a client and get a token".to_owned(),
                link: Link::new("Add Client", "/portal/clients/new?type=client-credentials"),
            },
            Step {
                done: users > 1,
                text: "Invite a second administrator".to_owned(),
                link: Link::new("Add User", "/portal/users/new"),
            },
        ],
        counts: vec![
            counted(clients, "Clients", "/portal/clients?type=all", "clients"),
            counted(users, "Users", "/portal/users", "users"),
            counted(i64::try_from(roles.len()).unwrap_or(i64::MAX), "Roles", "/portal/roles", "roles"),
        ],
        system: vec![
            Fact::new("Public URL", app.provider.settings().public_url.clone()),
            Fact::new("Issuer", app.provider.settings().issuer()),
            Fact::new("Version", env!("CARGO_PKG_VERSION")),
        ],
    })
}
