//! Roles, keys, the audit log, and the pages to look at.

use super::{ID, shell};
use crate::oauth::BuiltInRole;
use crate::web::pages::looks::{Sample, sample};
use crate::web::pages::samples::{ago, frame, wrong};
use crate::web::pages::{Area, Choice, Fact, Frame, Link, Mark, State};
use crate::web::portal::audit::{AuditEntry, AuditEntryPage, AuditPage, ChainView};
use crate::web::portal::client_edit::ConflictField;
use crate::web::portal::dev_mail::{DevMailPage, KeptMail};
use crate::web::portal::go::{GoPage, Place};
use crate::web::portal::keys::{KeyRow, KeysPage, RevokeKeyPage};
use crate::web::portal::list;
use crate::web::portal::review::{AcceptFindingPage, AcceptedLine, FindingGroup, FindingLine, ReviewPage};
use crate::web::portal::roles::{EditRolePage, IdentityRow, RolePage, RoleRow, RolesPage};
use crate::web::portal::system::{HealthRow, SettingRow, SettingsPage, SystemPage};
use crate::web::portal::token_viewer::{CheckRow, ClaimRow, TokenShown, TokenViewerPage};

pub(super) fn samples() -> Vec<Sample> {
    [roles(), keys(), audit(), support(), tools()].into_iter().flatten().collect()
}

fn roles() -> Vec<Sample> {
    let role = |role: BuiltInRole| RoleRow {
        id: role.type_id().to_owned(),
        name: role.name().to_owned(),
        description: role.description().to_owned(),
        built_in: true,
    };
    let identity = |kind, name: &str| IdentityRow {
        kind,
        id: name.to_owned(),
        name: name.to_owned(),
        detail: format!("{name}@example.com"),
        href: "/portal/x".to_owned(),
    };
    let page = |frame: Frame, built_in| RolePage {
        frame,
        shell: shell(Area::Roles, "Pump Operator"),
        role: RoleRow { built_in, ..role(BuiltInRole::Viewer) },
        everybody: built_in,
        users: vec![identity("user", "uma")],
        user_count: "1".to_owned(),
        clients: vec![],
        client_count: "0".to_owned(),
        query: "night".to_owned(),
        found: vec![identity("client", "nightly-import")],
        claim: "{\n  \"roles\": [\"x\"]\n}".to_owned(),
    };
    let edit = |frame| EditRolePage {
        frame,
        shell: shell(Area::Roles, "Edit Role"),
        title: "Edit Role",
        action: "/portal/roles/x/edit".to_owned(),
        button: "Save",
        name: "Pump Operator".to_owned(),
        description: String::new(),
        before: Some(("Pump Operator".to_owned(), String::new())),
        cancel_href: "/portal/roles/x".to_owned(),
    };
    vec![
        sample(
            "roles",
            &RolesPage { frame: frame(), shell: shell(Area::Roles, ""), rows: BuiltInRole::ALL.map(role).into() },
        ),
        sample("role", &page(frame(), false)),
        sample("role-member", &page(frame(), true)),
        sample("role-wrong", &page(wrong(&[("", "This is the last Account Administrator.")]), false)),
        sample("role-edit", &edit(frame())),
        sample("role-edit-wrong", &edit(wrong(&[("name", "Name must have 1 to 128 characters.")]))),
    ]
}

fn keys() -> Vec<Sample> {
    let key = |id: &str, algorithm, state, meaning: &str, can_activate| KeyRow {
        id: id.to_owned(),
        algorithm,
        state,
        meaning: meaning.to_owned(),
        can_activate,
    };
    let active =
        || key("b3f7Qk", "RS256", State::new(Mark::Good, "Active"), "signs new tokens since 2026-10-16", false);
    let revoke = |frame| RevokeKeyPage { frame, shell: shell(Area::Keys, "Revoke"), key: active() };
    vec![
        sample(
            "keys",
            &KeysPage {
                frame: frame(),
                shell: shell(Area::Keys, ""),
                summary: "They rotate by themselves every 90 days. The next change is on 2027-01-14.".to_owned(),
                cache_time: "1 day".to_owned(),
                jwks_url: "/identity/.well-known/openid-configuration/jwks".to_owned(),
                rows: vec![
                    active(),
                    key(
                        "x81mPa",
                        "ES256",
                        State::new(Mark::Quiet, "Next"),
                        "published, takes over on 2027-01-14",
                        true,
                    ),
                ],
            },
        ),
        sample("key-revoke", &revoke(frame())),
        sample("key-revoke-wrong", &revoke(wrong(&[("confirm_kid", "That is not the id of this key.")]))),
    ]
}

fn entry(action: &str, changes: Vec<ConflictField>) -> AuditEntry {
    AuditEntry {
        id: action.len().to_string(),
        action: action.to_owned(),
        target: "billing-export".to_owned(),
        href: format!("/portal/clients/{ID}"),
        actor: "Alex Kim".to_owned(),
        address: "10.0.0.12".to_owned(),
        when: ago(4_000),
        changes,
    }
}

fn change() -> ConflictField {
    ConflictField { label: "token lifetime".to_owned(), mine: "3600".to_owned(), theirs: "900".to_owned() }
}

fn audit() -> Vec<Sample> {
    let whole = ChainView {
        state: State::new(Mark::Good, "Unbroken"),
        summary: "since 2026-01-02, 48211 entries.".to_owned(),
        checked: Some(ago(120)),
        faults: vec![],
    };
    let broken = ChainView {
        state: State::new(Mark::Bad, "Broken"),
        faults: vec!["entry 17 is missing".to_owned()],
        ..whole.clone()
    };
    let page = |chain, rows, query: &str| AuditPage {
        frame: frame(),
        shell: shell(Area::Audit, "").read_only(),
        chain,
        kinds: Choice::list(&[("", "Everything"), ("client", "Clients"), ("user", "Users")], ""),
        query: query.to_owned(),
        since: String::new(),
        until: "2026-11-24".to_owned(),
        hits: "The latest first".to_owned(),
        rows,
        pager: list::Pager::new(1, 50, 2, |page| format!("?page={page}")),
        jsonl_href: "/portal/audit/export?format=jsonl".to_owned(),
        csv_href: "/portal/audit/export?format=csv".to_owned(),
    };
    vec![
        sample("audit", &page(whole, vec![entry("Client changed", vec![change()]), entry("Secret added", vec![])], "")),
        sample("audit-broken", &page(broken, vec![], "zzz")),
        sample(
            "audit-entry",
            &AuditEntryPage {
                frame: frame(),
                shell: shell(Area::Audit, "Client changed"),
                entry: entry("Client changed", vec![change()]),
                facts: vec![Fact::new(
                    "Sealed with",
                    "b935006f6c916114541548129f30dd8cebace3ac4ad6e7802a77de978362af86",
                )],
                more_href: "/portal/audit?target=x".to_owned(),
            },
        ),
    ]
}

fn support() -> Vec<Sample> {
    let key = || [("kind", "secret-without-end".to_owned()), ("id", ID.to_owned()), ("detail", "prod 2025".to_owned())];
    let accepted = AcceptedLine {
        title: "A client was not used for 90 days".to_owned(),
        link: Link::new("bill-archive", format!("/portal/clients/{ID}")),
        until: "2027-01-31".to_owned(),
        reason: "Runs once a year, in January".to_owned(),
        by: "alex@example.com".to_owned(),
        key: key(),
    };
    let review = |groups, accepted| ReviewPage {
        frame: frame(),
        shell: shell(Area::Review, "").with_findings(2),
        checked: ago(0),
        groups,
        accepted,
    };
    let group = FindingGroup {
        severity: State::new(Mark::Warning, "Medium"),
        title: "A secret never expires".to_owned(),
        why: "If it leaks it works until somebody notices.".to_owned(),
        things: vec![FindingLine {
            link: Link::new("billing-export · prod 2025", format!("/portal/clients/{ID}")),
            accept_href: "/portal/review/accept?kind=secret-without-end".to_owned(),
        }],
    };
    let setting = |path: &str, value: &str, given| SettingRow {
        path: path.to_owned(),
        value: value.to_owned(),
        origin: if given { "/etc/portcullis/config.toml:3" } else { "default" }.to_owned(),
        given,
        about: "What it does.".to_owned(),
    };
    let health =
        |name: &str, state, sentence: &str| HealthRow { name: name.to_owned(), state, sentence: sentence.to_owned() };
    vec![
        sample("review", &review(vec![group], vec![accepted])),
        sample("review-nothing", &review(vec![], vec![])),
        sample(
            "dev-mail",
            &DevMailPage {
                frame: frame(),
                shell: shell(Area::System, "Mails"),
                mails: vec![KeptMail {
                    to: "uma@example.com".to_owned(),
                    subject: "Reset your Portcullis password".to_owned(),
                    text: "With this link you choose it:\n\n    http://localhost:8484/password/new\n".to_owned(),
                    link: Some("http://localhost:8484/password/new".to_owned()),
                }],
            },
        ),
        sample(
            "review-accept",
            &AcceptFindingPage {
                frame: wrong(&[("description", "Say why: whoever reads the audit log later wants to know.")]),
                shell: shell(Area::Review, "Accept until…"),
                title: "A secret never expires".to_owned(),
                why: "If it leaks it works until somebody notices.".to_owned(),
                about: "billing-export · prod 2025".to_owned(),
                key: key(),
                until: "2027-01-31".to_owned(),
                reason: String::new(),
            },
        ),
        sample(
            "system",
            &SystemPage {
                mails: true,
                frame: frame(),
                shell: shell(Area::System, ""),
                state: State::new(Mark::Bad, "Needs a look"),
                checked: ago(0),
                rows: vec![
                    health("Database", State::new(Mark::Good, "Well"), "SQLite answers."),
                    health("Public URL", State::new(Mark::Bad, "Not well"), "It sends passwords in clear."),
                ],
                facts: vec![Fact::new("Version", "0.1.0")],
                report: "Portcullis 0.1.0\nDatabase: ok.".to_owned(),
            },
        ),
        sample(
            "settings",
            &SettingsPage {
                frame: frame(),
                shell: shell(Area::Settings, ""),
                rows: vec![
                    setting("public_url", "https://id.example.com", true),
                    setting("support.contact", "", false),
                ],
            },
        ),
    ]
}

fn tools() -> Vec<Sample> {
    let claim = |name: &str, value: &str, meaning: &str| ClaimRow {
        name: name.to_owned(),
        value: value.to_owned(),
        meaning: meaning.to_owned(),
    };
    let viewer = |frame, shown| TokenViewerPage { frame, shell: shell(Area::TokenViewer, ""), shown };
    let shown = TokenShown {
        kind: "An access token".to_owned(),
        advice: "Do not paste it elsewhere.".to_owned(),
        checks: vec![CheckRow { state: State::new(Mark::Good, "Yes"), sentence: "This server signed it.".to_owned() }],
        header: vec![claim("alg", "RS256", "What it is signed with.")],
        claims: vec![claim("sub", ID, "Whom it speaks for.")],
    };
    let place = |icon, label: &str| Place {
        icon,
        label: label.to_owned(),
        detail: "Security".to_owned(),
        href: "/portal/x".to_owned(),
    };
    vec![
        sample("token-viewer", &viewer(frame(), None)),
        sample("token-viewer-shown", &viewer(frame(), Some(shown))),
        sample("token-viewer-wrong", &viewer(wrong(&[("pasted", "This is no token that can be read.")]), None)),
        sample(
            "go",
            &GoPage {
                frame: frame(),
                shell: shell(Area::Go, ""),
                query: "cl".to_owned(),
                hits: "2 matches".to_owned(),
                places: vec![place("clients", "Clients"), place("plus", "Add Client")],
            },
        ),
    ]
}
