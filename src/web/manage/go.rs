//! `/portal/go`: the way to any page, client or user by a few letters.

use super::shown::{gone, shell};
use crate::flows::admin::{AdminError, ClientFilter, Page};
use crate::web::extract::{PageContext, PortalSession, Query};
use crate::web::pages::Area;
use crate::web::portal::go::{GoPage, Place};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// Most clients, and most users.
const MOST: i64 = 8;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

/// *Go to*.
pub(super) async fn show(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<Asked>,
) -> Response {
    let query: String = asked.q.trim().chars().take(200).collect();
    match places(&app, &viewer, &query).await {
        Ok(places) => {
            let hits = match (query.is_empty(), places.len()) {
                (true, _) => "All pages".to_owned(),
                (_, 0) => format!("Nothing is called ‘{query}’"),
                (_, 1) => "1 match".to_owned(),
                (_, count) => format!("{count} matches"),
            };
            let view = GoPage { frame: page.frame(), shell: shell(&viewer, Area::Go, &[]), query, hits, places };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// The menu, for browsers that cannot open it.
pub(super) async fn menu(_viewer: PortalSession) -> Response {
    Redirect::to("/portal/go").into_response()
}

async fn places(app: &AppState, viewer: &PortalSession, query: &str) -> Result<Vec<Place>, AdminError> {
    let mut places = pages(query, viewer.read_only);
    if query.is_empty() {
        return Ok(places);
    }
    let filter = ClientFilter { text: Some(query.to_owned()), ..ClientFilter::default() };
    let page = Page { count: MOST, ..Page::default() };
    for client in app.provider.list_clients(&viewer.access, &filter, page).await?.clients {
        places.push(Place {
            icon: "clients",
            label: client.name,
            detail: format!("{} client, {}", client.client_type.label(), client.id),
            href: format!("/portal/clients/{}", client.id),
        });
    }
    for (user, _) in app.provider.list_users(&viewer.access, Some(query), 0, MOST).await?.1 {
        let href = format!("/portal/users/{}", user.id);
        places.push(Place { icon: "users", label: user.name, detail: format!("User, {}", user.email), href });
    }
    Ok(places)
}

/// Pages whose name holds what was typed; all if nothing was.
fn pages(query: &str, read_only: bool) -> Vec<Place> {
    let own = |area: &Area, section: &str| Place {
        icon: area.icon(),
        label: area.label().to_owned(),
        detail: section.to_owned(),
        href: area.href().to_owned(),
    };
    let menu = Area::PORTAL.iter().flat_map(|(section, areas)| areas.iter().map(move |area| own(area, section)));
    let act = |icon, label: &str, href: &str| Place {
        icon,
        label: label.to_owned(),
        detail: String::new(),
        href: href.to_owned(),
    };
    let acts = [
        act("plus", "Add Client", "/portal/clients/new"),
        act("plus", "Add User", "/portal/users/new"),
        act("plus", "Add Role", "/portal/roles/new"),
    ];
    let account = [act("user", "My account", "/account"), act("docs", "Error codes", "/docs/errors")];
    let all = menu.chain(acts.into_iter().filter(|_| !read_only)).chain(account);
    all.filter(|place| place.label.to_lowercase().contains(&query.to_lowercase())).collect()
}
