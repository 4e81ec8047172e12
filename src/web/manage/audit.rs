//! `/portal/audit…`: who changed what, the chain, and exports.

use super::audit_words::{entry, facts, kinds};
use super::shown::{gone, query, shell};
use crate::flows::admin::AuditFilter;
use crate::flows::audit_chain::{ExportedEntry, LogWalk, csv_head};
use crate::oauth::UnixTime;
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, Path, PortalSession, ProtectedForm, Query};
use crate::web::pages::{Area, Choice, Mark, State, When};
use crate::web::portal::audit::{AuditEntryPage, AuditPage, ChainView};
use crate::web::portal::list::Pager;
use crate::web::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

const SIZE: i64 = 50;

/// The state of the log's list; all of it is in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AuditQuery {
    q: String,
    kind: String,
    target: String,
    since: String,
    until: String,
    page: String,
    format: String,
}

impl AuditQuery {
    fn filter(&self) -> AuditFilter {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        AuditFilter {
            target_kind: some(&self.kind),
            target_id: some(&self.target),
            since: UnixTime::start_of_day(&self.since),
            // To this day means: with this day.
            until: UnixTime::end_of_day(&self.until).map(|end| end.plus(1)),
            text: some(&self.q).map(|text| text.chars().take(200).collect()),
        }
    }

    fn address(&self, path: &str, name: &str, value: &str) -> String {
        let own = [
            ("q", &*self.q),
            ("kind", &*self.kind),
            ("target", &*self.target),
            ("since", &*self.since),
            ("until", &*self.until),
        ];
        let mut pairs = own.to_vec();
        pairs.push((name, value));
        format!("{path}{}", query(&pairs))
    }
}

/// *Audit Log*.
pub(super) async fn list(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<AuditQuery>,
) -> Response {
    check_if_short(&app).await;
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 100_000);
    // One row more than the page holds tells whether there is another: the log is never counted, it only grows.
    let found = async {
        let rows = app.provider.list_audit(&viewer.access, &asked.filter(), (number - 1) * SIZE, SIZE + 1).await?;
        Ok((rows, app.provider.read_roles(&viewer.access).await?))
    };
    match found.await {
        Ok((mut rows, roles)) => {
            let total = (number - 1) * SIZE + i64::try_from(rows.len()).unwrap_or(SIZE);
            let more = total > number * SIZE;
            rows.truncate(usize::try_from(SIZE).unwrap_or(usize::MAX));
            let mut pager =
                Pager::new(number, SIZE, total, |page| asked.address("/portal/audit", "page", &page.to_string()));
            if more {
                pager.range = format!("{}-{} of many", (number - 1) * SIZE + 1, number * SIZE);
            }
            let view = AuditPage {
                frame: page.frame(),
                shell: shell(&viewer, Area::Audit, &[]),
                chain: chain(&app, &viewer),
                kinds: Choice::list(kinds(), &asked.kind),
                query: asked.q.clone(),
                since: asked.since.clone(),
                until: asked.until.clone(),
                hits: "The latest first".to_owned(),
                rows: rows.into_iter().map(|row| entry(row, &roles, app.provider.now())).collect(),
                pager,
                jsonl_href: asked.address("/portal/audit/export", "format", "jsonl"),
                csv_href: asked.address("/portal/audit/export", "format", "csv"),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Checks a chain anew that is soon checked, so that what is said of it holds for what is seen of it. A long one is checked
/// every hour, and by the button.
async fn check_if_short(app: &AppState) {
    const SHORT: u64 = 10_000;
    let now = app.provider.now();
    let old = |at: UnixTime| now.since(at) >= 60;
    if app.provider.last_audit_check().is_some_and(|check| old(check.at) && check.entries() <= SHORT)
        && let Err(error) = app.provider.check_audit().await
    {
        tracing::warn!(event = "audit.check_failed", %error);
    }
}

/// What is known of the chain.
fn chain(app: &AppState, viewer: &PortalSession) -> ChainView {
    let Some(check) = app.provider.last_audit_check() else {
        let summary = "The chain was not checked yet since this node started.".to_owned();
        return ChainView { state: State::new(Mark::Quiet, "Not checked"), summary, checked: None, faults: Vec::new() };
    };
    let own = check.of_tenant(&viewer.access);
    let faults: Vec<String> = own.faults().take(10).map(|(_, fault)| fault.to_string()).collect();
    let since = own.since().map(|since| format!("since {}, ", since.date())).unwrap_or_default();
    let (mark, word) = if faults.is_empty() { (Mark::Good, "Unbroken") } else { (Mark::Bad, "Broken") };
    ChainView {
        state: State::new(mark, word),
        summary: match own.entries() {
            1 => format!("{since}1 entry."),
            count => format!("{since}{count} entries."),
        },
        checked: Some(When::relative(own.at, app.provider.now())),
        faults,
    }
}

/// Checks the chain now.
pub(super) async fn check(Shared(app): Shared<AppState>, _viewer: PortalSession, _form: ProtectedForm) -> Response {
    match app.provider.check_audit().await {
        Ok(_) => Redirect::to("/portal/audit").into_response(),
        Err(error) => storage_page(&error),
    }
}

/// One entry.
pub(super) async fn one(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
) -> Response {
    let found = async {
        let row = app.provider.audit_row(&viewer.access, &id).await?;
        Ok((row, app.provider.read_roles(&viewer.access).await?))
    };
    match found.await {
        Ok((row, roles)) => {
            let more = query(&[("kind", &row.target_kind), ("target", &row.target_id)]);
            let (facts, entry) = (facts(&row), entry(row, &roles, app.provider.now()));
            let view = AuditEntryPage {
                frame: page.frame(),
                shell: shell(&viewer, Area::Audit, &[(&entry.action, String::new())]),
                facts,
                more_href: format!("/portal/audit{more}"),
                entry,
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// The entries that the list is narrowed to, as a file. It is written while it is read: the log may be long.
pub(super) async fn export(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    Query(asked): Query<AuditQuery>,
) -> Response {
    let csv = asked.format == "csv";
    let walk = match app.provider.walk_audit(Some(&viewer.access), asked.filter()).await {
        Ok(walk) => walk,
        Err(error) => return storage_page(&error),
    };
    let line = if csv { ExportedEntry::csv_line } else { ExportedEntry::json_line };
    let head = if csv { csv_head() } else { "" };
    let state = (walk, Some(head));
    let parts =
        futures_util::stream::try_unfold(state, move |(mut walk, head): (LogWalk, Option<&'static str>)| async move {
            if let Some(head) = head {
                return Ok(Some((Bytes::from_static(head.as_bytes()), (walk, None))));
            }
            let entries =
                walk.next().await.inspect_err(|error| tracing::error!(event = "audit.export_failed", %error))?;
            Ok::<_, crate::flows::StorageError>(
                entries.map(|entries| (Bytes::from(entries.iter().map(line).collect::<String>()), (walk, None))),
            )
        });
    let (kind, end) = if csv { ("text/csv; charset=utf-8", "csv") } else { ("application/jsonl", "jsonl") };
    let name = format!("attachment; filename=\"audit-{}.{end}\"", app.provider.now().date());
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], Body::from_stream(parts)).into_response()
}
