//! The pane beside the list: one client, tab by tab.

use super::client_activity::{activity, quick_start};
use super::client_list::ListQuery;
use super::shown::{role_lines, secret_row};
use crate::flows::admin::{AdminError, ClientDetails};
use crate::oauth::admin_fields::origin_of;
use crate::oauth::{ClientType, UnixTime};
use crate::web::extract::PortalSession;
use crate::web::pages::When;
use crate::web::portal::clients::{ClientPane, PaneTab, TabLink, UrlsView};
use crate::web::portal::quick_start::Language;
use crate::web::state::AppState;

/// The pane, with what its tab shows. `language` is the one last looked at.
pub(super) async fn pane(
    app: &AppState,
    session: &PortalSession,
    details: &ClientDetails,
    asked: &ListQuery,
    language: Option<Language>,
) -> Result<ClientPane, AdminError> {
    let (client, now) = (&details.client, app.provider.now());
    let own = format!("/portal/clients/{}", client.id);
    let tab = PaneTab::parse(&asked.tab, client.client_type);
    let link = |each: PaneTab| asked.address(&own, &[("tab", each.as_str()), ("alone", &asked.alone)]);
    let tabs = PaneTab::of(client.client_type).iter().map(|each| TabLink {
        label: each.label(),
        href: link(*each),
        chosen: *each == tab,
    });
    let alone = if asked.alone == "1" { "" } else { "1" };
    let language = Language::parse(&asked.lang).or(language).unwrap_or_default();
    Ok(ClientPane {
        id: client.id.as_str().to_owned(),
        name: client.name.clone(),
        client_type: client.client_type,
        enabled: client.enabled,
        tab,
        tabs: tabs.collect(),
        back_href: asked.list_address(&[]),
        alone_href: asked.address(&own, &[("tab", tab.as_str()), ("alone", alone)]),
        token_lifetime: client.token_lifetime,
        refresh_tokens: client.client_type.has_users().then_some(client.allow_offline_access),
        urls: urls(details),
        created: When::date(client.created_at),
        created_by: client.created_by.clone(),
        last_used: client.last_used_at.map(|at| When::relative(at, now)),
        secrets: details.secrets.iter().map(|secret| secret_row(secret, now)).collect(),
        usable_secret: details.secrets.iter().any(|secret| secret.usable(now)),
        rotation_note: rotation_note(details, now),
        roles: role_lines(&details.roles),
        quick_start: match tab {
            PaneTab::QuickStart => Some(quick_start(app, session, client, language, &link(tab)).await?),
            _ => None,
        },
        activity: match tab {
            PaneTab::Activity => Some(activity(app, session, client, asked, &link(tab)).await?),
            _ => None,
        },
    })
}

fn urls(details: &ClientDetails) -> Vec<UrlsView> {
    let (client, lists) = (&details.client, &details.client.urls);
    if !client.client_type.has_users() {
        return Vec::new();
    }
    let view = |label, urls: &[String]| UrlsView { label, urls: urls.to_vec(), derived: Vec::new() };
    let mut views =
        vec![view("Allowed Redirect URL(s)", &lists.redirect), view("Allowed Logout Redirect URL(s)", &lists.logout)];
    if client.client_type == ClientType::AuthorizationCode {
        let mut derived: Vec<String> = lists.redirect.iter().filter_map(|url| origin_of(url)).collect();
        derived.sort();
        derived.dedup();
        derived.retain(|origin| !lists.cors.contains(origin));
        views.push(UrlsView { derived, ..view("Allowed CORS Origin(s)", &lists.cors) });
    }
    views
}

/// Tells which host still uses an old secret after a newer one went into use.
fn rotation_note(details: &ClientDetails, now: UnixTime) -> String {
    let used =
        |after: UnixTime| move |secret: &&crate::oauth::ClientSecret| secret.last_used_at.is_some_and(|at| at > after);
    let Some(newest) = details.secrets.iter().find(|secret| secret.usable(now) && secret.last_used_at.is_some()) else {
        return String::new();
    };
    let older = details.secrets.iter().filter(|secret| secret.id < newest.id && secret.usable(now));
    let Some(old) = older.clone().find(used(newest.created_at)).or_else(|| older.clone().next()) else {
        return String::new();
    };
    let (old_name, new_name) = (&old.description, &newest.description);
    match (old.last_used_at, newest.last_used_at) {
        (Some(old_use), Some(new_use)) if old_use.plus(3_600) < new_use => {
            format!("‘{old_name}’ has not been used since ‘{new_name}’ went into use. It is safe to remove.")
        }
        (Some(_), _) => {
            let from = old.last_used_from.as_deref().unwrap_or("an unknown address");
            format!(
                "‘{old_name}’ was still used by {from} after ‘{new_name}’ was added. Update that host, then remove it."
            )
        }
        (None, _) => format!("‘{old_name}’ was never used. It is safe to remove."),
    }
}
