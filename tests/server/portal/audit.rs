//! The audit log in the portal.

use crate::support::http::send;
use crate::support::raw::{dump, run};
use crate::support::{Browser, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::flows::audit_chain::ReadExport;
use portcullis::oauth::BuiltInRole;
use reqwest::Method;

on_both_engines!(
    the_log_is_narrowed_and_each_entry_has_a_page,
    an_export_can_be_verified_and_a_spreadsheet_runs_nothing,
    a_broken_chain_is_told_on_the_page_in_the_review_and_in_the_log,
    st_10_nobody_removes_or_alters_an_entry_over_http,
    a_viewer_reads_and_exports_the_log,
);

async fn the_log_is_narrowed_and_each_entry_has_a_page(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let edit = format!("/portal/clients/{}/edit", daemon.id);
    admin.submit(&admin.visit(&edit).await.form(&edit).with("token_lifetime", "600")).await;
    let shows =
        async |query: &str, what: &str| admin.visit(&format!("/portal/audit?{query}")).await.text().contains(what);
    for (query, shown) in [
        ("", true),
        ("kind=client", true),
        ("kind=role", false),
        ("q=NIGHTLY", true),
        ("q=zzz", false),
        ("since=2027-01-15&until=2027-01-15", true),
        ("until=2027-01-14", false),
        ("since=2027-01-16", false),
        ("since=nonsense", true),
        ("q=%27+OR+1%3D1+--", false),
        ("page=2", false),
    ] {
        assert_eq!(shows(query, "Client changed").await, shown, "{query}");
    }
    let list = admin.visit("/portal/audit?kind=client&q=client.changed").await.text();
    let mut ids = list.split("href=\"/portal/audit/").skip(1).filter_map(|rest| rest.split('"').next());
    let entry = ids.find(|id| !id.contains('?'));
    let page = admin.visit(&format!("/portal/audit/{}", entry.expect("an entry"))).await;
    assert_eq!(page.heading(), "Client changed");
    let text = page.text();
    assert!(text.contains("<span class=\"before\">3600</span> → <span class=\"after-value\">600</span>"), "{text}");
    assert_eq!(admin.visit("/portal/audit/no-such-entry").await.status(), 404);
}

async fn an_export_can_be_verified_and_a_spreadsheet_runs_nothing(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    server.daemon("=cmd()|' /C calc'!A0").await;
    let page = admin.visit("/portal/audit/export?format=jsonl").await;
    assert!(page.answer.header("content-disposition").contains(".jsonl"));
    let mut export = ReadExport::default();
    page.text().lines().for_each(|line| export.take(line));
    let report = export.report(true);
    assert!(report.entries >= 4 && report.faults.is_empty(), "{report:?}");
    assert_eq!(server.provider().compare_export(&export).await.expect("an answer"), []);

    let csv = admin.visit("/portal/audit/export?format=csv&kind=client").await;
    assert!(csv.text().contains(",'=cmd()|' /C calc'!A0,"), "{}", csv.text());
    assert!(!csv.text().contains(",=") && csv.answer.header("content-type").starts_with("text/csv"));
    assert!(!csv.text().contains("instance.set_up"), "it is narrowed like the list");
}

async fn a_broken_chain_is_told_on_the_page_in_the_review_and_in_the_log(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    server.daemon("nightly-import").await;
    let check = async || admin.submit(&admin.visit("/portal/audit").await.form("/portal/audit/check")).await.text();
    assert!(check().await.contains("Unbroken"));
    assert!(!admin.visit("/portal/review").await.text().contains("not whole"));
    run(&server.place().location, "DELETE FROM audit_events WHERE seq = 1").await;
    let page = check().await;
    assert!(page.contains("Broken") && page.contains("entry 1 is missing"), "{page}");
    assert!(admin.visit("/portal/review").await.text().contains("The audit log is not whole"));
    assert!(admin.visit("/portal").await.text().contains("The chain is broken."));
    assert!(server.logs().contains("audit.broken"));
}

async fn st_10_nobody_removes_or_alters_an_entry_over_http(server: TestServer) {
    let (admin, daemon) = (Browser::of_administrator(&server).await, server.daemon("nightly-import").await);
    let operator = server.operator().await;
    let role_ids = Some(operator.roles().await.into_iter().map(|role| role.id).collect());
    operator.change(&daemon, ClientSettings { role_ids, ..ClientSettings::default() }).await;
    let (token, tenant) = (daemon.token().await, operator.tenant_id());
    let entries = async || {
        let rows = dump(&server.place().location).await;
        rows.lines().filter(|row| row.starts_with("audit_events ")).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let list = admin.visit("/portal/audit").await.text();
    let entry = list.split("href=\"/portal/audit/").skip(1).filter_map(|rest| rest.split('"').next());
    let entry = entry.into_iter().find(|id| !id.contains(['?', '/'])).expect("an entry").to_owned();
    server.provider().seal_audit().await.expect("sealed");
    let before = entries().await;
    for method in [Method::DELETE, Method::PUT, Method::PATCH, Method::POST] {
        for path in ["/portal/audit".to_owned(), format!("/portal/audit/{entry}"), "/portal/audit/export".to_owned()] {
            let answer = admin.ask(admin.request(method.clone(), &path)).await;
            assert!(matches!(answer.status, 403..=405), "{method} {path}: {}", answer.status);
        }
        for what in ["Audit", "AuditLog", "AuditEvents", "Events"] {
            for path in [format!("/api/v1/Tenants/{tenant}/{what}"), format!("/api/v1/Tenants/{tenant}/{what}/{entry}")]
            {
                let answer = send(server.http().request(method.clone(), &path).bearer_auth(&token)).await;
                assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
            }
        }
    }
    let document = server.http().get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 10 && paths.keys().all(|path| !path.to_lowercase().contains("audit")), "{:?}", paths.keys());
    assert_eq!(entries().await, before);
}

async fn a_viewer_reads_and_exports_the_log(server: TestServer) {
    let iris = server.user("iris@example.com").await;
    server.operator().await.give_role("iris@example.com", BuiltInRole::Viewer).await;
    let page = iris.sign_in("iris@example.com", crate::support::USER_PASSWORD).await;
    assert_eq!(page.path, "/portal");
    assert!(page.text().contains("Read-only"));
    let page = iris.submit(&iris.visit("/portal/audit").await.form("/portal/audit/check")).await;
    assert!(page.status() == 200 && page.text().contains("Unbroken"), "{}", page.text());
    assert!(iris.visit("/portal/audit/export?format=jsonl").await.text().contains("\"Action\""));
    let users = iris.visit("/portal/users").await.text();
    assert!(users.contains("iris@example.com") && !users.contains("Add User"));
}
