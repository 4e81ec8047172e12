//! `/portal/review`: what works and deserves a look all the same.

use super::shown::{failed, gone, query, shell};
use crate::flows::admin::{Accepted, Finding, FindingKey, FindingKind};
use crate::web::errors::not_found;
use crate::web::extract::{AdminVisit, PageContext, PortalSession, ProtectedForm, Query};
use crate::web::pages::{Area, Frame, Link, Mark, Notice, State, When};
use crate::web::portal::review::{AcceptFindingPage, AcceptedLine, FindingGroup, FindingLine, ReviewPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// Which finding, as addresses and forms say it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AskedFinding {
    kind: String,
    id: String,
    detail: String,
}

impl AskedFinding {
    fn of_form(form: &ProtectedForm) -> Self {
        let text = |name| form.text(name).to_owned();
        Self { kind: text("kind"), id: text("id"), detail: text("detail") }
    }

    fn key(self) -> Option<FindingKey> {
        Some(FindingKey { kind: FindingKind::parse(&self.kind)?, id: self.id, detail: self.detail })
    }
}

/// *Security Review*.
pub(super) async fn show(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<Asked>,
) -> Response {
    match app.provider.review(&viewer.access).await {
        Ok(findings) => {
            let now = app.provider.now();
            let told = match asked.done.as_str() {
                "accepted" => Some("The finding is accepted until the day that you chose."),
                "reopened" => Some("The finding is open again."),
                _ => None,
            };
            let open = findings.iter().filter(|finding| finding.accepted.is_none()).count();
            let view = ReviewPage {
                frame: Frame { notices: told.map(Notice::done).into_iter().collect(), ..page.frame() },
                shell: shell(&viewer, Area::Review, &[]).with_findings(open),
                checked: When::relative(now, now),
                accepted: findings.iter().filter_map(accepted_line).collect(),
                groups: groups(findings, !viewer.read_only),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// *Accept until…*: which finding, until when and why.
pub(super) async fn ask_accept(
    AdminVisit { app, admin, page, .. }: AdminVisit,
    Query(asked): Query<AskedFinding>,
) -> Response {
    let Some(key) = asked.key() else { return not_found(page).await };
    match app.provider.finding(&admin.administrator, &key).await {
        Ok(finding) => page.answer(StatusCode::OK, &accept_page(&admin, page.frame(), &finding, "", "")),
        Err(error) => gone(page, error).await,
    }
}

/// Keeps it.
pub(super) async fn accept(AdminVisit { app, admin, page, .. }: AdminVisit, form: ProtectedForm) -> Response {
    let Some(key) = AskedFinding::of_form(&form).key() else { return not_found(page).await };
    let (until, reason) = (form.text("expires_on"), form.text("description"));
    let finding = match app.provider.finding(&admin.administrator, &key).await {
        Ok(finding) => finding,
        Err(error) => return gone(page, error).await,
    };
    match app.provider.accept_finding(&admin.administrator, &key, until, reason).await {
        Ok(()) => Redirect::to("/portal/review?done=accepted").into_response(),
        Err(error) => {
            failed(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &accept_page(&admin, frame, &finding, until, reason))
            })
            .await
        }
    }
}

/// Takes it back.
pub(super) async fn reopen(AdminVisit { app, admin, page, .. }: AdminVisit, form: ProtectedForm) -> Response {
    let Some(key) = AskedFinding::of_form(&form).key() else { return not_found(page).await };
    match app.provider.reopen_finding(&admin.administrator, &key).await {
        Ok(()) => Redirect::to("/portal/review?done=reopened").into_response(),
        Err(error) => gone(page, error).await,
    }
}

fn accept_page(admin: &PortalSession, frame: Frame, finding: &Finding, until: &str, reason: &str) -> AcceptFindingPage {
    let (title, why) = words(finding.kind);
    AcceptFindingPage {
        frame,
        shell: shell(admin, Area::Review, &[("Accept until…", String::new())]),
        title: title.to_owned(),
        why: why.to_owned(),
        about: link(finding).label,
        key: key(finding),
        until: until.to_owned(),
        reason: reason.to_owned(),
    }
}

fn accepted_line(finding: &Finding) -> Option<AcceptedLine> {
    let Accepted { until, reason, by } = finding.accepted.clone()?;
    Some(AcceptedLine {
        title: words(finding.kind).0.to_owned(),
        link: link(finding),
        until: until.date(),
        reason,
        by,
        key: key(finding),
    })
}

/// What says which finding, by the names of the form's fields.
fn key(finding: &Finding) -> [(&'static str, String); 3] {
    let (id, detail) =
        finding.about.as_ref().map_or_else(Default::default, |about| (about.id.clone(), about.detail.clone()));
    [("kind", finding.kind.as_str().to_owned()), ("id", id), ("detail", detail)]
}

/// Findings of one kind under one heading, the gravest kinds first.
fn groups(findings: Vec<Finding>, may_accept: bool) -> Vec<FindingGroup> {
    let mut groups: Vec<(u8, FindingKind, FindingGroup)> = Vec::new();
    for finding in findings.into_iter().filter(|finding| finding.accepted.is_none()) {
        let (rank, mark, word) = severity(finding.kind);
        let key = key(&finding);
        let pairs = key.each_ref().map(|(name, value)| (*name, value.as_str()));
        let accept_href = if may_accept { format!("/portal/review/accept{}", query(&pairs)) } else { String::new() };
        let link = FindingLine { link: link(&finding), accept_href };
        if let Some((_, _, group)) = groups.iter_mut().find(|(_, kind, _)| *kind == finding.kind) {
            group.things.push(link);
            continue;
        }
        let (title, why) = words(finding.kind);
        let (title, why) = (title.to_owned(), why.to_owned());
        let group = FindingGroup { severity: State::new(mark, word), title, why, things: vec![link] };
        groups.push((rank, finding.kind, group));
    }
    groups.sort_by_key(|(rank, _, _)| *rank);
    groups.into_iter().map(|(_, _, group)| group).collect()
}

const fn severity(kind: FindingKind) -> (u8, Mark, &'static str) {
    use FindingKind as Kind;
    match kind {
        Kind::AuditBroken | Kind::PlainHttp | Kind::ClientIsAdministrator => (0, Mark::Bad, "High"),
        Kind::NoUsableSecret
        | Kind::SecretWithoutEnd
        | Kind::PkceOptional
        | Kind::TokensViaBrowser
        | Kind::OneAdministrator
        | Kind::KeyTooOld => (1, Mark::Warning, "Medium"),
        Kind::AdministratorAway | Kind::ClientUnused | Kind::AuditNotKept => (2, Mark::Quiet, "Low"),
    }
}

const fn words(kind: FindingKind) -> (&'static str, &'static str) {
    use FindingKind as Kind;
    match kind {
        Kind::AuditBroken => (
            "The audit log is not whole",
            "Somebody changed or removed entries in the database. Compare an export or backup from before.",
        ),
        Kind::PlainHttp => {
            ("Reached over plain http", "Passwords, secrets and tokens cross the network in clear. Put TLS in front.")
        }
        Kind::ClientIsAdministrator => (
            "A client is Account Administrator",
            "Whoever gets its secret controls the account. Give it a smaller role.",
        ),
        Kind::NoUsableSecret => {
            ("No usable secret", "The client cannot get tokens. Add a secret, or disable the client.")
        }
        Kind::SecretWithoutEnd => (
            "A secret never expires",
            "If it leaks it works until somebody notices. Give it an end, and replace it before.",
        ),
        Kind::PkceOptional => {
            ("PKCE is optional", "A code that is stolen on its way can be redeemed. Require PKCE, or PKCE or nonce.")
        }
        Kind::TokensViaBrowser => (
            "Access tokens go through the browser",
            "They end up in histories and logs. Use the code, and get tokens from server to server.",
        ),
        Kind::OneAdministrator => (
            "There is only one administrator",
            "If that person leaves or is locked out, only the terminal is left. Add a second one.",
        ),
        Kind::KeyTooOld => {
            ("A key has signed for too long", "Rotation did not happen. Rotate now, and look into the log.")
        }
        Kind::AdministratorAway => {
            ("An administrator was away for 90 days", "Somebody who does not need the role should not have it.")
        }
        Kind::ClientUnused => (
            "A client was not used for 90 days",
            "What nobody uses is only good for misuse. Disable it; remove it later.",
        ),
        Kind::AuditNotKept => (
            "The audit log is kept for less than a year",
            "What happened before cannot be looked up. Export it regularly, or raise audit.keep.",
        ),
    }
}

fn link(finding: &Finding) -> Link {
    use FindingKind as Kind;
    let label = |fallback: &str| {
        finding.about.as_ref().map_or(fallback.to_owned(), |about| match (&*about.name, &*about.detail) {
            (name, detail) if finding.kind == Kind::SecretWithoutEnd && !detail.is_empty() => {
                format!("{name} · {detail}")
            }
            (name, _) => name.to_owned(),
        })
    };
    let id = finding.about.as_ref().map_or("", |about| about.id.as_str());
    match finding.kind {
        Kind::AuditBroken => Link::new("Audit Log", "/portal/audit"),
        Kind::PlainHttp => Link::new("public_url", "/portal/settings"),
        Kind::AuditNotKept => Link::new("audit.keep", "/portal/settings"),
        Kind::OneAdministrator => Link::new("Users", "/portal/users"),
        Kind::KeyTooOld => Link::new(label("Signing Keys"), "/portal/keys"),
        Kind::AdministratorAway => Link::new(label("Users"), format!("/portal/users/{id}")),
        Kind::PkceOptional
        | Kind::TokensViaBrowser
        | Kind::ClientIsAdministrator
        | Kind::NoUsableSecret
        | Kind::SecretWithoutEnd
        | Kind::ClientUnused => Link::new(label("Clients"), format!("/portal/clients/{id}")),
    }
}
