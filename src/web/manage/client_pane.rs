//! The pane beside the list: one client, tab by tab.

use super::client_activity::{activity, quick_start};
use super::list_query::ListQuery;
use super::shown::{role_lines, secret_row};
use crate::flows::admin::{AdminError, ClientDetails, SecretUse};
use crate::oauth::admin_fields::origin_of;
use crate::oauth::{ClientSecret, ClientType, RecentUse, SecretAdvice, UnixTime, expiry_notice, secret_advice};
use crate::web::extract::PortalSession;
use crate::web::pages::When;
use crate::web::portal::clients::{ClientPane, PaneTab, TabLink, UrlsView};
use crate::web::portal::quick_start::Language;
use crate::web::portal::secrets::SecretRow;
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
        href: format!("{}#client", link(*each)),
        chosen: *each == tab,
    });
    let alone = if asked.alone == "1" { "" } else { "1" };
    let (secrets, notes) = match tab {
        PaneTab::Details => secrets(app, session, details, now).await?,
        _ => (Vec::new(), Vec::new()),
    };
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
        secrets,
        usable_secret: details.secrets.iter().any(|secret| secret.usable(now)),
        secret_notes: notes,
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

/// The secrets as the pane shows them, with how they were used, and what to think of the older ones.
async fn secrets(
    app: &AppState,
    session: &PortalSession,
    details: &ClientDetails,
    now: UnixTime,
) -> Result<(Vec<SecretRow>, Vec<String>), AdminError> {
    if details.secrets.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let uses = app.provider.secret_uses(&session.access, &details.client.id).await?;
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for secret in &details.secrets {
        let recent = recent_use(&uses, secret);
        let others: Vec<_> = details.secrets.iter().filter(|other| other.id != secret.id).collect();
        let mut row = secret_row(secret, now);
        row.uses = match (recent.uses, recent.addresses) {
            (0, _) => String::new(),
            (1, _) => "once in 7 days".to_owned(),
            (times, 0 | 1) => format!("{times} times in 7 days"),
            (times, addresses) => format!("{times} times in 7 days, from {addresses} addresses"),
        };
        if secret.usable(now) {
            notes.extend(secret.expires_at.and_then(|end| expiry_words(&row.description, end, now)));
            notes.extend(advice_words(secret, &row, secret_advice(secret, recent, &others, now)));
        }
        rows.push(row);
    }
    Ok((rows, notes))
}

fn recent_use(uses: &[SecretUse], secret: &ClientSecret) -> RecentUse {
    let own: Vec<_> = uses.iter().filter(|used| used.secret_id == i64::from(secret.id)).collect();
    let mut addresses: Vec<&str> = own.iter().map(|used| used.address.as_str()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let first = own.iter().map(|used| used.day).min().unwrap_or_default().max(secret.created_at);
    let last = own.iter().map(|used| used.last_at).max().unwrap_or_default();
    RecentUse {
        uses: own.iter().map(|used| used.uses).sum(),
        addresses: addresses.len(),
        span: last.since(first).max(0),
    }
}

/// Said at 30, 7 and 1 days before the end.
fn expiry_words(name: &str, end: UnixTime, now: UnixTime) -> Option<String> {
    let within = match expiry_notice(end, now)? {
        0 => return None,
        1 => "within a day",
        7 => "within 7 days",
        _ => "within 30 days",
    };
    Some(format!(
        "‘{name}’ expires {within}, on {}. Add another secret, let the app use it, then remove this one.",
        end.date()
    ))
}

fn advice_words(secret: &ClientSecret, row: &SecretRow, advice: Option<SecretAdvice>) -> Option<String> {
    let name = &row.description;
    Some(match advice? {
        SecretAdvice::StillUsed => {
            let from = secret.last_used_from.as_deref().unwrap_or("an unknown address");
            format!(
                "‘{name}’ was still used by {from} after a newer secret was added. Update that host, then remove it."
            )
        }
        SecretAdvice::SafeToRemove => {
            format!("‘{name}’ has not been used since a newer secret went into use. It is safe to remove.")
        }
        SecretAdvice::NeverUsed => format!("‘{name}’ was never used, and a newer secret is. It is safe to remove."),
    })
}
