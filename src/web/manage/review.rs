//! `/portal/review`: what works and deserves a look all the same.

use super::shown::{gone, shell};
use crate::flows::admin::{Finding, FindingKind};
use crate::web::extract::{PageContext, PortalSession};
use crate::web::pages::{Area, Link, Mark, State, When};
use crate::web::portal::review::{FindingGroup, ReviewPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;

/// *Security Review*.
pub(super) async fn show(Shared(app): Shared<AppState>, viewer: PortalSession, page: PageContext) -> Response {
    match app.provider.review(&viewer.access).await {
        Ok(findings) => {
            let now = app.provider.now();
            let view = ReviewPage {
                frame: page.frame(),
                shell: shell(&viewer, Area::Review, &[]),
                checked: When::relative(now, now),
                groups: groups(findings),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Findings of one kind under one heading, the gravest kinds first.
fn groups(findings: Vec<Finding>) -> Vec<FindingGroup> {
    let mut groups: Vec<(u8, FindingKind, FindingGroup)> = Vec::new();
    for finding in findings {
        let (rank, mark, word) = severity(finding.kind);
        let link = link(&finding);
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
