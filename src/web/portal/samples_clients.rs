//! The list of clients in its many states.

use super::{ID, frame, shell};
use crate::oauth::{BuiltInRole, ClientType, TokenCount};
use crate::web::pages::looks::{Sample, sample};
use crate::web::pages::samples::{ago, now, wrong};
use crate::web::pages::{Area, Choice, Frame, Link, Mark, Notice, Shell, State};
use crate::web::portal::activity::{ActivityLine, ActivityView, CheckLine, Checklist, Failure};
use crate::web::portal::chart::Chart;
use crate::web::portal::clients::{
    ClientListView, ClientPane, ClientRow, ClientsPage, PaneTab, RoleLine, TabLink, UrlsView,
};
use crate::web::portal::list::{Column, Pager};
use crate::web::portal::logo::LogoPage;
use crate::web::portal::quick_start::{Language, QuickStartView, code, settings};
use crate::web::portal::secret_uses::{SecretUsePage, UseLine};
use crate::web::portal::secrets::SecretRow;

pub(super) fn role_lines() -> Vec<RoleLine> {
    [BuiltInRole::Member, BuiltInRole::Viewer]
        .map(|role| RoleLine {
            name: role.name().to_owned(),
            description: role.description().to_owned(),
            locked: role == BuiltInRole::Member,
        })
        .into()
}

fn row(id: &str, name: &str, secrets: State, enabled: bool) -> ClientRow {
    ClientRow {
        id: id.to_owned(),
        name: name.to_owned(),
        href: format!("/portal/clients/{id}?type=client-credentials"),
        selected: false,
        enabled,
        type_label: "Client-Credentials",
        secrets: Some(secrets),
        urls: String::new(),
        last_used: enabled.then(|| ago(140)),
    }
}

fn list(rows: Vec<ClientRow>, filtered: bool) -> ClientListView {
    let column =
        |label: &str, sorted| Column { label: label.to_owned(), href: "/portal/clients?sort=x".to_owned(), sorted };
    ClientListView {
        types: Choice::list(
            &[
                ("client-credentials", "Client-Credentials"),
                ("authorization-code", "Authorization Code"),
                ("hybrid", "Hybrid"),
                ("all", "All types"),
            ],
            "client-credentials",
        ),
        query: if filtered { "zzz".to_owned() } else { String::new() },
        statuses: Choice::list(&[("", "Any"), ("enabled", "Enabled"), ("disabled", "Disabled")], ""),
        sort: Some("name".to_owned()),
        dir: "asc".to_owned(),
        add_href: "/portal/clients/new?type=client-credentials".to_owned(),
        hits: format!("{} clients", rows.len()),
        elsewhere: if filtered {
            vec![Link::new("1 match in Hybrid", "/portal/clients?type=hybrid&q=zzz")]
        } else {
            vec![]
        },
        filtered,
        searched: "Nothing was found for ‘zzz’ in names, Client Ids, redirect URLs and descriptions of secrets."
            .to_owned(),
        clear_href: "/portal/clients".to_owned(),
        empty_title: "No Client-Credentials client yet".to_owned(),
        empty_text:
            "Client-credentials clients let a service or device sign in without a user. Use one per service instance."
                .to_owned(),
        caption: "Client-Credentials clients".to_owned(),
        columns: vec![
            column("Name", "ascending"),
            Column::plain("Client Id"),
            Column::plain("Secrets"),
            column("Last used", ""),
        ],
        shows_type: false,
        summary_label: "Secrets".to_owned(),
        pager: Pager::new(1, 25, i64::try_from(rows.len()).unwrap_or_default(), |page| format!("?page={page}")),
        rows,
    }
}

fn rows(selected: bool) -> Vec<ClientRow> {
    let mut rows = vec![
        row(ID, "billing-export", State::new(Mark::Warning, "1 expires in 7 days"), true),
        row("0b52f1aa-11cd-4c7a-9d0e-0d7f3a3a11cd", "bill-archive", State::new(Mark::Good, "1 active"), true),
        row("93aa6a51-33f0-4f32-a2ad-1d7f3a3a70f2", "bill-test", State::new(Mark::Bad, "No usable secret"), false),
        row(
            "c0b5d3a2-6a51-4f32-9d0e-52f1aa3a3a11",
            "nightly-import-of-the-warehouse",
            State::new(Mark::Good, "2 active"),
            true,
        ),
    ];
    rows[0].selected = selected;
    rows
}

fn secret(id: &str, description: &str, state: State, distance: &str) -> SecretRow {
    SecretRow {
        id: id.to_owned(),
        description: description.to_owned(),
        hint: "x7dA".to_owned(),
        enabled: state.mark != Mark::Quiet,
        urgent: state.mark == Mark::Warning,
        state,
        created: ago(30_000_000),
        expires: Some(ago(-31_000_000)),
        distance: distance.to_owned(),
        last_used: Some(ago(380)),
        last_used_from: "10.0.0.12".to_owned(),
        uses: "312 times in 7 days, from 3 addresses".to_owned(),
    }
}

fn pane(client_type: ClientType, tab: PaneTab) -> ClientPane {
    let tabs = PaneTab::of(client_type).iter();
    let secrets = match client_type {
        ClientType::ClientCredentials => vec![
            secret("2", "prod 2026", State::new(Mark::Good, "Active"), ""),
            secret("1", "prod 2025", State::new(Mark::Warning, "Expiring"), "in 7 days"),
            secret("3", "old build server", State::new(Mark::Quiet, "Disabled"), ""),
        ],
        ClientType::AuthorizationCode | ClientType::Hybrid => vec![],
    };
    let urls = |label, urls: &[&str], derived: &[&str]| UrlsView {
        label,
        urls: urls.iter().map(ToString::to_string).collect(),
        derived: derived.iter().map(ToString::to_string).collect(),
    };
    ClientPane {
        id: ID.to_owned(),
        name: "billing-export".to_owned(),
        client_type,
        enabled: true,
        tab,
        tabs: tabs
            .map(|&one| TabLink { label: one.label(), href: format!("?tab={}", one.as_str()), chosen: one == tab })
            .collect(),
        back_href: "/portal/clients".to_owned(),
        alone_href: format!("/portal/clients/{ID}?view=page"),
        token_lifetime: 3600,
        refresh_tokens: (client_type == ClientType::Hybrid).then_some(true),
        urls: if client_type.has_users() {
            vec![
                urls(
                    "Allowed Redirect URL(s)",
                    &["http://localhost:5173/callback", "https://shop.example.com/callback"],
                    &[],
                ),
                urls("Allowed Logout Redirect URL(s)", &[], &[]),
                urls("Allowed CORS Origin(s)", &["https://admin.example.com"], &["https://shop.example.com"]),
            ]
        } else {
            vec![]
        },
        created: ago(25_000_000),
        created_by: "alex@example.com".to_owned(),
        last_used: Some(ago(140)),
        usable_secret: !secrets.is_empty(),
        secrets,
        secret_notes: vec![
            "‘prod 2025’ was still used by 10.0.0.12 after a newer secret was added. Update that host, then remove it."
                .to_owned(),
        ],
        roles: role_lines(),
        quick_start: (tab == PaneTab::QuickStart).then(|| quick_start(client_type)),
        activity: (tab == PaneTab::Activity).then(activity),
    }
}

fn tab(label: &'static str, chosen: bool) -> TabLink {
    TabLink { label, href: format!("?lang={label}"), chosen }
}

fn quick_start(client_type: ClientType) -> QuickStartView {
    let client = crate::oauth::test_client::client(client_type);
    let issuer = "https://id.example.com/identity";
    let language = if client_type.has_secrets() { Language::Curl } else { Language::JavaScript };
    let program = language.program(client_type);
    let line = |what, seen: Option<i64>, failure| CheckLine {
        what,
        optional: false,
        seen: seen.map(ago),
        from: "10.0.0.12, httpx/0.28".to_owned(),
        failure,
    };
    let failure = Failure {
        reason: Link::new("PC-2203", "/docs/errors/PC-2203"),
        cause: "The client secret expired on 2026-10-01. Add a new one.".to_owned(),
        remedy: "Add a secret to the client and use it.".to_owned(),
        action: Some(Link::new("Add Secret", "/portal")),
    };
    QuickStartView {
        languages: Language::ALL.map(|each| (each.as_str(), tab(each.label(), each == language))).into(),
        settings: settings(&client, issuer),
        code: code(&program, &client, issuer),
        program,
        checklist: Checklist {
            lines: vec![
                line("Authorization request received", Some(70), None),
                line("Code exchanged for tokens", Some(60), Some(failure)),
                line("User info read", None, None),
            ],
        },
        check_href: format!("/portal/clients/{ID}/check"),
        refresh_href: "?tab=quick-start".to_owned(),
    }
}

fn activity() -> ActivityView {
    let count = |hours: i64, issued, refused| TokenCount { hour: now().plus(-hours * 3_600), issued, refused };
    let line = |mark, what: &str, reason: Option<Link>| ActivityLine {
        when: ago(380),
        mark,
        what: what.to_owned(),
        times: if reason.is_some() { String::new() } else { "312 times since 10:00".to_owned() },
        detail: "secret …x7dA".to_owned(),
        facts: vec!["10.0.0.12".to_owned(), "httpx/0.28".to_owned()],
        reason,
    };
    ActivityView {
        ranges: vec![tab("24 hours", true), tab("7 days", false), tab("30 days", false)],
        kinds: vec![tab("Everything", true), tab("Refused", false)],
        chart: Chart::new(&[count(20, 3, 0), count(5, 31, 4), count(0, 12, 20)], 24, now()).leading_to("?tab=activity"),
        within: None,
        csv_href: "?csv".to_owned(),
        refresh_href: "?tab=activity".to_owned(),
        lines: vec![
            line(Mark::Good, "Token issued", None),
            line(Mark::Bad, "Token refused", Some(Link::new("PC-2203", "/docs/errors/PC-2203"))),
            line(Mark::Quiet, "Secret added", None),
        ],
        kept: "7 days".to_owned(),
    }
}

fn page(list: ClientListView, selected: Option<ClientPane>, shell: Shell) -> ClientsPage {
    let information = Some(ClientType::ClientCredentials);
    ClientsPage { frame: frame(), shell, list, selected, information, alone: false }
}

fn secret_use(leaked: bool) -> SecretUsePage {
    let line = |address: &str| UseLine {
        day: "2026-11-24".to_owned(),
        address: address.to_owned(),
        uses: 312,
        last: ago(380),
    };
    SecretUsePage {
        frame: frame(),
        shell: shell(Area::Clients, "Use"),
        client_id: ID.to_owned(),
        client_name: "billing-export".to_owned(),
        secret_id: "1".to_owned(),
        description: "prod 2025".to_owned(),
        leaked,
        has_sign_ins: true,
        token_lifetime: "1 hour".to_owned(),
        lines: vec![line("10.0.0.12"), line("others")],
    }
}

fn logo(frame: Frame) -> LogoPage {
    LogoPage {
        frame,
        shell: shell(Area::Clients, "Logo"),
        client_name: "Contoso Charts".to_owned(),
        client_id: ID.to_owned(),
        logo: format!("/logo/{ID}/0123456789abcdef"),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let shell = |name: &str| shell(Area::Clients, name);
    let cc = ClientType::ClientCredentials;
    let mut done = page(list(rows(true), false), Some(pane(cc, PaneTab::Details)), shell("billing-export"));
    done.frame.notices = vec![Notice::done("Client ‘billing-export’ was added.")];
    let mut alone = page(list(rows(true), false), Some(pane(cc, PaneTab::Details)), shell("billing-export"));
    alone.alone = true;
    let chosen =
        |client_type, tab| page(list(rows(true), false), Some(pane(client_type, tab)), shell("billing-export"));
    vec![
        sample("clients", &page(list(rows(false), false), None, shell(""))),
        sample("clients-none", &page(list(vec![], false), None, shell(""))),
        sample("clients-no-match", &page(list(vec![], true), None, shell(""))),
        sample("client", &done),
        sample("client-alone", &alone),
        sample("client-roles", &chosen(cc, PaneTab::Roles)),
        sample("client-quick-start", &chosen(cc, PaneTab::QuickStart)),
        sample("client-quick-start-browser", &chosen(ClientType::AuthorizationCode, PaneTab::QuickStart)),
        sample("client-quick-start-hybrid", &chosen(ClientType::Hybrid, PaneTab::QuickStart)),
        sample("client-activity", &chosen(cc, PaneTab::Activity)),
        sample("secret-use", &secret_use(false)),
        sample("secret-leaked", &secret_use(true)),
        sample("client-logo", &logo(frame())),
        sample("client-logo-wrong", &logo(wrong(&[("logo", "The picture must be a PNG, JPEG or WebP file.")]))),
        sample("client-information", &chosen(cc, PaneTab::Information)),
        sample("client-authorization-code", &chosen(ClientType::AuthorizationCode, PaneTab::Details)),
        sample("client-hybrid", &chosen(ClientType::Hybrid, PaneTab::Details)),
        sample(
            "client-read-only",
            &page(list(rows(true), false), Some(pane(cc, PaneTab::Details)), shell("billing-export").read_only()),
        ),
    ]
}
