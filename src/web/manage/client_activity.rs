//! What a client was seen to do: the tabs *Quick Start* and *Activity*, the checklist alone, and the counts as a file.

use super::audit_words::{changes_in_words, secret_in_words, words};
use super::list_query::ListQuery;
use super::shown::gone;
use crate::flows::admin::{AdminError, AuditFilter, AuditRow, ClientActivity};
use crate::oauth::{Activity, ChecklistStep, Client, ClientId, REASONS, ReasonCode, UnixTime, checklist};
use crate::web::extract::{PageContext, Path, PortalSession, Query};
use crate::web::pages::{Link, Mark, When, duration};
use crate::web::portal::activity::{ActivityLine, ActivityView, CheckLine, Checklist, Failure};
use crate::web::portal::chart::Chart;
use crate::web::portal::clients::TabLink;
use crate::web::portal::quick_start::{Language, QuickStartView, code, settings};
use crate::web::signon::add_this_url;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

const HOUR: i64 = 3_600;
/// How far back the checklist looks, in seconds.
const CHECKED: i64 = 24 * HOUR;
/// Most changes shown of one period.
const CHANGES: i64 = 50;
/// The periods to choose from, in hours.
const RANGES: [(&str, &str, i64); 3] = [("24h", "24 hours", 24), ("7d", "7 days", 7 * 24), ("30d", "30 days", 30 * 24)];
/// What can be shown of a period.
const KINDS: [(&str, &str); 4] =
    [("", "Everything"), ("tokens", "Tokens"), ("refused", "Refused"), ("changes", "Changes")];

fn hours(range: &str) -> i64 {
    RANGES.iter().find(|(word, ..)| *word == range).map_or(24, |(.., hours)| *hours)
}

/// *Quick Start*. `own` is its address.
pub(super) async fn quick_start(
    app: &AppState,
    session: &PortalSession,
    client: &Client,
    language: Language,
    own: &str,
) -> Result<QuickStartView, AdminError> {
    let (issuer, program) = (app.provider.settings().issuer(), language.program(client.client_type));
    let link = |each: Language| format!("{own}&lang={}", each.as_str());
    let languages = Language::ALL
        .map(|each| (each.as_str(), TabLink { label: each.label(), href: link(each), chosen: each == language }));
    Ok(QuickStartView {
        languages: languages.into(),
        settings: settings(client, &issuer),
        code: code(&program, client, &issuer),
        program,
        checklist: check(app, session, client).await?,
        check_href: format!("/portal/clients/{}/check", client.id),
        refresh_href: link(language),
    })
}

/// The checklist alone: a page that shows it asks for it again and again while it waits.
pub(super) async fn checklist_alone(
    State(app): State<AppState>,
    session: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
) -> Response {
    let found = async {
        let details = app.provider.client(&session.access, &ClientId::new(id)).await?;
        check(&app, &session, &details.client).await
    };
    match found.await {
        Ok(list) => match list.render() {
            Ok(html) => {
                ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")], html).into_response()
            }
            Err(_) => http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(error) => gone(page, error).await,
    }
}

async fn check(app: &AppState, session: &PortalSession, client: &Client) -> Result<Checklist, AdminError> {
    let now = app.provider.now();
    let known = app.provider.client_activity(&session.access, &client.id, now.plus(-CHECKED)).await?;
    let line = |step: ChecklistStep<'_>| check_line(&step, client, now, session.read_only);
    Ok(Checklist { lines: checklist(client, &known.seen).into_iter().map(line).collect() })
}

fn check_line(step: &ChecklistStep<'_>, client: &Client, now: UnixTime, read_only: bool) -> CheckLine {
    let Some(seen) = step.seen else {
        return CheckLine { what: step.what, optional: step.optional, seen: None, from: String::new(), failure: None };
    };
    let from = [seen.address.as_str(), seen.agent.as_str()].into_iter().filter(|part| !part.is_empty());
    CheckLine {
        what: if seen.reason.is_some() { seen.kind.words(true) } else { step.what },
        optional: step.optional,
        seen: Some(When::relative(seen.last_at, now)),
        from: from.collect::<Vec<_>>().join(", "),
        failure: seen.reason.map(|reason| Failure {
            reason: docs_of(reason),
            cause: cause(seen, reason),
            remedy: page_of(reason).map_or(String::new(), |page| page.remedy.to_owned()),
            action: action(client, seen, reason).filter(|_| !read_only),
        }),
    }
}

fn page_of(reason: ReasonCode) -> Option<&'static crate::oauth::ReasonPage> {
    REASONS.iter().find(|page| page.code == reason)
}

fn docs_of(reason: ReasonCode) -> Link {
    Link::new(reason.to_string(), format!("/docs/errors/{reason}"))
}

/// What was found: at the token endpoint a sentence of its own, elsewhere what was sent stands behind the reason's.
fn cause(seen: &Activity, reason: ReasonCode) -> String {
    let known = page_of(reason).map_or("", |page| page.cause);
    match seen.detail.as_str() {
        "" => known.to_owned(),
        found if found == known || seen.kind.is_token_request() => found.to_owned(),
        sent => format!("{known} {sent}"),
    }
}

/// Where what is wrong can be put right, if that is in the portal.
fn action(client: &Client, seen: &Activity, reason: ReasonCode) -> Option<Link> {
    let own = format!("/portal/clients/{}", client.id);
    match reason.0 {
        1102 => Some(Link::new("Enable", format!("{own}/enable"))),
        1103 => seen.detail.strip_prefix("Sent: ").and_then(|sent| add_this_url(&client.id, sent)),
        2202..=2204 if client.client_type.has_secrets() => Some(Link::new("Add Secret", format!("{own}/secrets/new"))),
        _ => None,
    }
}

/// *Activity*. `own` is its address.
pub(super) async fn activity(
    app: &AppState,
    session: &PortalSession,
    client: &Client,
    asked: &ListQuery,
    own: &str,
) -> Result<ActivityView, AdminError> {
    let (now, hours) = (app.provider.now(), hours(&asked.range));
    let range = RANGES.iter().find(|(.., known)| *known == hours).map_or("", |(word, ..)| word);
    let since = now.plus(-hours * HOUR);
    let known = app.provider.client_activity(&session.access, &client.id, since.beginning_of(HOUR)).await?;
    let ranges = RANGES.map(|(word, label, _)| TabLink {
        label,
        href: format!("{own}&range={word}&show={}", asked.show),
        chosen: word == range,
    });
    let kinds = KINDS.map(|(word, label)| TabLink {
        label,
        href: format!("{own}&range={range}&show={word}"),
        chosen: word == asked.show,
    });
    let chart = Chart::new(&known.counts, hours, now).leading_to(&format!("{own}&range={range}&show={}", asked.show));
    let within = asked.from.parse().ok().map(UnixTime).and_then(|from| {
        let (label, until) = chart.span_from(from)?;
        Some((Link::new(format!("{label} UTC"), format!("{own}&range={range}&show={}", asked.show)), from, until))
    });
    let span = within.as_ref().map(|(_, from, until)| (*from, *until));
    // The most that is shown is the most of the bar that was chosen.
    let filter = AuditFilter {
        target_kind: Some("client".to_owned()),
        target_id: Some(client.id.as_str().to_owned()),
        since: Some(span.map_or(since, |(from, _)| from.max(since))),
        until: span.map(|(_, until)| until),
        ..AuditFilter::default()
    };
    let changes = app.provider.list_audit(&session.access, &filter, 0, CHANGES).await?;
    Ok(ActivityView {
        ranges: ranges.into(),
        kinds: kinds.into(),
        chart,
        within: within.map(|(link, ..)| link),
        csv_href: format!("/portal/clients/{}/tokens.csv?range={range}", client.id),
        refresh_href: format!("{own}&range={range}&show={}", asked.show),
        lines: lines(&known, changes, &asked.show, span, now),
        kept: duration(u32::try_from(app.provider.settings().activity_keep).unwrap_or(u32::MAX)),
    })
}

/// Requests and changes in one list, the latest first. Requests within a span, if only that is wanted; the changes are those
/// of it already.
fn lines(
    known: &ClientActivity,
    changes: Vec<AuditRow>,
    show: &str,
    span: Option<(UnixTime, UnixTime)>,
    now: UnixTime,
) -> Vec<ActivityLine> {
    let is_within = |first: i64, last: i64| span.is_none_or(|(from, until)| last >= from.0 && first < until.0);
    let wanted = |seen: &&Activity| {
        is_within(seen.first_at.0, seen.last_at.0)
            && match show {
                "tokens" => seen.kind.is_token_request(),
                "refused" => seen.reason.is_some(),
                "changes" => false,
                _ => true,
            }
    };
    let mut lines: Vec<(i64, ActivityLine)> =
        known.seen.iter().filter(wanted).map(|seen| (seen.last_at.0, request_line(seen, now))).collect();
    if matches!(show, "" | "changes") {
        lines.extend(changes.into_iter().map(|row| (row.at, change_line(row, now))));
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn request_line(seen: &Activity, now: UnixTime) -> ActivityLine {
    let facts = [
        seen.address.clone(),
        seen.agent.clone(),
        if seen.reason.is_some() { format!("reference {}", seen.reference) } else { String::new() },
    ];
    let times = if seen.times > 1 {
        format!("{} times since {}", seen.times, &seen.first_at.rfc3339()[11..16])
    } else {
        String::new()
    };
    ActivityLine {
        when: When::relative(seen.last_at, now),
        mark: if seen.reason.is_some() { Mark::Bad } else { Mark::Good },
        what: seen.kind.words(seen.reason.is_some()).to_owned(),
        times,
        detail: seen.reason.map_or_else(|| seen.detail.clone(), |reason| cause(seen, reason)),
        facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
        reason: seen.reason.map(docs_of),
    }
}

fn change_line(row: AuditRow, now: UnixTime) -> ActivityLine {
    // What a new client began with is on its other tabs.
    let detail = match row.action.as_str() {
        "client.created" => String::new(),
        "secret.added" | "secret.removed" => secret_in_words(&row.detail),
        _ => changes_in_words(&row.detail),
    };
    let facts = [row.actor_name, row.address].into_iter().filter(|fact| !fact.is_empty()).collect();
    ActivityLine {
        when: When::relative(UnixTime(row.at), now),
        mark: Mark::Quiet,
        what: words(&row.action),
        times: String::new(),
        detail,
        facts,
        reason: None,
    }
}

/// The numbers of the chart, for a spreadsheet.
pub(super) async fn csv(
    State(app): State<AppState>,
    session: PortalSession,
    page: PageContext,
    Path(id): Path<String>,
    Query(asked): Query<ListQuery>,
) -> Response {
    let (now, hours) = (app.provider.now(), hours(&asked.range));
    match app
        .provider
        .client_activity(&session.access, &ClientId::new(id), now.plus(-hours * HOUR).beginning_of(HOUR))
        .await
    {
        Ok(known) => {
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"tokens.csv\""),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, Chart::new(&known.counts, hours, now).csv()).into_response()
        }
        Err(error) => gone(page, error).await,
    }
}
