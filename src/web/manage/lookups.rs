//! `/portal/roles`, `/portal/keys`, `/portal/audit`: lists to look at.

use super::shown::{gone, query, shell};
use crate::flows::KeySummary;
use crate::flows::admin::{AuditFilter, AuditRow};
use crate::oauth::{SigningAlgorithm, UnixTime};
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, PortalSession};
use crate::web::pages::{Area, Choice, Mark, State, When};
use crate::web::portal::client_edit::ConflictField;
use crate::web::portal::list::Pager;
use crate::web::portal::lookups::{AuditEntry, AuditPage, KeyRow, KeysPage, RoleRow, RolesPage};
use crate::web::state::AppState;
use axum::extract::{Query, State as Shared};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

const SIZE: i64 = 50;

/// *Roles*.
pub(super) async fn roles(Shared(app): Shared<AppState>, admin: PortalSession, page: PageContext) -> Response {
    match app.provider.list_roles(&admin.access).await {
        Ok(roles) => {
            let row = |role: crate::oauth::Role| RoleRow {
                id: role.id.as_str().to_owned(),
                name: role.name,
                description: role.description,
                built_in: role.built_in.is_some(),
            };
            let rows = roles.into_iter().map(row).collect();
            page.answer(
                StatusCode::OK,
                &RolesPage { frame: page.frame(), shell: shell(&admin, Area::Roles, &[]), rows },
            )
        }
        Err(error) => gone(page, error).await,
    }
}

/// *Signing Keys*.
pub(super) async fn keys(Shared(app): Shared<AppState>, admin: PortalSession, page: PageContext) -> Response {
    match app.provider.list_signing_keys().await {
        Ok(keys) => {
            let days = app.provider.settings().keys_rotate_every / 86_400;
            let view = KeysPage {
                frame: page.frame(),
                shell: shell(&admin, Area::Keys, &[]),
                summary: format!("Every key signs for {days} days. The next one is published before it takes over."),
                jwks_url: format!("{}/.well-known/openid-configuration/jwks", app.provider.settings().issuer()),
                rows: keys.iter().map(key_row).collect(),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => storage_page(&error),
    }
}

fn key_row(key: &KeySummary) -> KeyRow {
    let (state, meaning) = match key.state.as_str() {
        "pending" => (State::new(Mark::Quiet, "Next"), format!("published, takes over on {}", key.activates_at.date())),
        "active" => (State::new(Mark::Good, "Active"), format!("signs new tokens since {}", key.activates_at.date())),
        "retired" => (State::new(Mark::Quiet, "Retiring"), "checks old tokens until the last has expired".to_owned()),
        _ => (State::new(Mark::Quiet, "Archived"), "recognises old sign-ins at sign-out".to_owned()),
    };
    let algorithm = SigningAlgorithm::parse(&key.algorithm).map_or("", SigningAlgorithm::as_str);
    KeyRow { id: key.id.as_str().to_owned(), algorithm, state, meaning }
}

/// The state of the log's list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AuditQuery {
    q: String,
    kind: String,
    page: String,
}

/// *Audit Log*.
pub(super) async fn audit(
    Shared(app): Shared<AppState>,
    admin: PortalSession,
    page: PageContext,
    Query(asked): Query<AuditQuery>,
) -> Response {
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 100_000);
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = AuditFilter { target_kind: some(&asked.kind), target_id: some(&asked.q), ..AuditFilter::default() };
    // One row more than the page holds tells whether there is another: the log is never counted, it only grows.
    match app.provider.list_audit(&admin.access, &filter, (number - 1) * SIZE, SIZE + 1).await {
        Ok(mut rows) => {
            let total = (number - 1) * SIZE + i64::try_from(rows.len()).unwrap_or(SIZE);
            rows.truncate(usize::try_from(SIZE).unwrap_or(usize::MAX));
            let href = |page: i64| {
                format!(
                    "/portal/audit{}",
                    query(&[("q", &asked.q), ("kind", &asked.kind), ("page", &page.to_string())])
                )
            };
            let view = AuditPage {
                frame: page.frame(),
                shell: shell(&admin, Area::Audit, &[]),
                kinds: Choice::list(
                    &[("", "Everything"), ("client", "Clients"), ("user", "Users"), ("key", "Keys")],
                    &asked.kind,
                ),
                query: asked.q.clone(),
                hits: "The latest first".to_owned(),
                rows: rows.into_iter().map(|row| entry(row, app.provider.now())).collect(),
                pager: Pager::new(number, SIZE, total, href),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

fn entry(row: AuditRow, now: UnixTime) -> AuditEntry {
    let (object, verb) = row.action.split_once('.').unwrap_or((row.action.as_str(), ""));
    let mut words = format!("{object} {}", verb.replace('_', " "));
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let href = match (row.target_kind.as_str(), row.action.ends_with("removed")) {
        ("client", _) if row.action != "client.removed" => format!("/portal/clients/{}", row.target_id),
        ("user", false) => format!("/portal/users/{}", row.target_id),
        _ => String::new(),
    };
    AuditEntry {
        action: words,
        target: row.target_name,
        href,
        actor: row.actor_name,
        address: row.address,
        when: When::relative(UnixTime(row.at), now),
        changes: changes(&row.detail),
        id: row.id,
    }
}

/// Before and after, out of the row's JSON: `{"field": [before, after]}` or `{"field": value}`.
fn changes(detail: &str) -> Vec<ConflictField> {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let serde_json::Value::Object(fields) = serde_json::from_str(detail).unwrap_or_default() else { return Vec::new() };
    let flat = fields.iter().flat_map(|(name, value)| match (name.as_str(), value) {
        ("before" | "after", serde_json::Value::Object(inner)) => {
            inner.iter().map(|(field, value)| (format!("{name} {field}"), value.clone())).collect::<Vec<_>>()
        }
        _ => vec![(name.clone(), value.clone())],
    });
    flat.map(|(label, value)| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) if !label.contains(' ') => {
            ConflictField { label, mine: text(before), theirs: text(after) }
        }
        _ => ConflictField { label, mine: String::new(), theirs: text(&value) },
    })
    .collect()
}
