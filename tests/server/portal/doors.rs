//! Who may open which door of the portal. The doors are read from the router's source, so that none is forgotten.

use crate::support::html::Form;
use crate::support::http::send;
use crate::support::raw::dump;
use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, Daemon, TestServer, USER_PASSWORD};
use portcullis::flows::admin::{Administrator, AuditFilter};
use portcullis::oauth::{BuiltInRole, TenantId};
use reqwest::Method;

on_both_engines!(
    pt_01_strangers_are_sent_to_sign_in,
    pt_02_whoever_is_no_administrator_is_refused_everywhere,
    pt_02_each_role_opens_the_doors_that_are_its_own,
    pt_03_forms_that_are_not_ours_change_nothing,
    pt_04_what_is_not_there_is_not_found,
    pt_10_an_hour_after_sign_in_changes_ask_for_the_password_again,
    a_portal_that_was_left_alone_asks_for_the_password_again,
    pt_11_a_role_that_is_taken_away_is_gone_at_once,
);

/// Each door of the portal: a path with its methods, for this client.
fn doors(daemon: &Daemon) -> Vec<(Method, String)> {
    let source = include_str!("../../../src/web/manage/mod.rs");
    let mut doors = Vec::new();
    for line in source.split(".route(").skip(1) {
        let path = line.split('"').nth(1).expect("a path");
        let path = filled(path, daemon);
        for (word, method) in [("get(", Method::GET), ("post(", Method::POST)] {
            if line.contains(word) {
                doors.push((method, path.clone()));
            }
        }
    }
    assert!(
        doors.len() > 40 && doors.iter().all(|(_, path)| path.starts_with("/portal") || path == "/dev/mail"),
        "{doors:?}"
    );
    doors
}

fn filled(path: &str, daemon: &Daemon) -> String {
    let id = if path.contains("/clients/") { &daemon.id } else { "00000000-0000-4000-8000-000000000000" };
    path.replace("{id}", id).replace("{secret}", "1")
}

async fn pt_01_strangers_are_sent_to_sign_in(server: TestServer) {
    let daemon = server.daemon("a-telling-name").await;
    for (method, path) in doors(&daemon) {
        let browser = Browser::new(&server);
        let answer = browser.ask(browser.request(method.clone(), &path)).await;
        assert_eq!(answer.status, 303, "{method} {path}");
        assert!(answer.header("location").starts_with("/login?request="), "{method} {path}");
        assert!(!answer.text().contains("a-telling-name"));
        let fetch = server.http().request(method.clone(), &path).header("sec-fetch-dest", "empty");
        assert_eq!(send(fetch).await.status, 401, "{method} {path}");
    }
}

async fn pt_02_whoever_is_no_administrator_is_refused_everywhere(server: TestServer) {
    let (daemon, uma) = (server.daemon("a-telling-name").await, server.user("uma@example.com").await);
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    for (method, path) in doors(&daemon) {
        let answer = uma.ask(uma.request(method.clone(), &path)).await;
        assert_eq!(answer.status, 403, "{method} {path}");
        // The page names the address that was asked for, which tells nobody anything.
        let told = answer.text().replace(&path, "");
        assert!(!told.contains("a-telling-name") && !told.contains(&daemon.id), "{method} {path}");
        assert!(answer.text().contains("Account Administrator"), "it names the role that is missing");
    }
    assert!(server.logs().contains("admin.denied"));
    let by = Administrator::operator(TenantId::new(server.operator().await.tenant_id()), None);
    let filter = AuditFilter { text: Some("admin.denied".to_owned()), ..AuditFilter::default() };
    let rows = server.provider().list_audit(&by, &filter, 0, 100).await.expect("rows");
    let names: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.actor_name.as_str())).collect();
    assert_eq!(names, [("admin.denied", "uma@example.com")], "once a minute, however many doors");
}

/// What an Account Viewer may look at: of these doors, those that show. All others are an Account Administrator's.
const TO_LOOK_AT: &[&str] = &[
    "/portal",
    "/portal/clients",
    "/portal/clients/{id}",
    "/portal/clients/{id}/check",
    "/portal/clients/{id}/tokens.csv",
    "/portal/clients/{id}/secrets/{secret}/use",
    "/portal/users",
    "/portal/users/{id}",
    "/portal/roles",
    "/portal/keys",
    "/portal/roles/{id}",
    "/portal/audit",
    "/portal/audit/export",
    "/portal/audit/{id}",
    "/portal/review",
    "/portal/token-viewer",
    "/portal/system",
    "/portal/settings",
    "/portal/go",
    "/portal/menu",
];

/// What an Account Viewer may ask for by a form: it changes nothing.
const TO_ASK: &[&str] = &["/portal/audit/check", "/portal/token-viewer"];

async fn pt_02_each_role_opens_the_doors_that_are_its_own(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let to_look_at: Vec<_> = TO_LOOK_AT.iter().map(|path| filled(path, &daemon)).collect();
    let (all, mut known) = (doors(&daemon), 0);
    for role in [BuiltInRole::Member, BuiltInRole::Contributor, BuiltInRole::DataSteward, BuiltInRole::Viewer] {
        let email = format!("{}@example.com", role.type_id());
        let person = server.user(&email).await;
        operator.give_role(&email, role).await;
        person.sign_in(&email, USER_PASSWORD).await;
        for (method, path) in &all {
            let status = person.ask(person.request(method.clone(), path)).await.status;
            let shows = *method == Method::GET && to_look_at.contains(path);
            let asks = *method == Method::POST && TO_ASK.contains(&path.as_str());
            let open = role == BuiltInRole::Viewer && (shows || asks);
            known += usize::from(open);
            assert_eq!(status != 403, open, "{method} {path} as {role:?}: {status}");
        }
    }
    assert_eq!(known, TO_LOOK_AT.len() + TO_ASK.len(), "a door to look at is gone");
    let admin = Browser::of_administrator(&server).await;
    for (method, path) in all.iter().filter(|(method, _)| *method == Method::GET) {
        let status = admin.ask(admin.request(method.clone(), path)).await.status;
        assert!(matches!(status, 200 | 303 | 404), "{path} as an administrator: {status}");
    }
}

async fn pt_03_forms_that_are_not_ours_change_nothing(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let other = Browser::of_administrator(&server).await;
    let edit = format!("/portal/clients/{}/edit", daemon.id);
    let (own, foreign) = (admin.visit(&edit).await.form(&edit), other.visit(&edit).await.form(&edit));
    let before = dump(&server.place().location).await;
    for (method, path) in doors(&daemon).into_iter().filter(|(method, _)| *method == Method::POST) {
        let own = Form { action: path.clone(), ..own.clone() };
        let plain = || admin.request(Method::POST, &path).form(&own.fields);
        let forged = [
            ("no token", admin.form(&own.clone().without("csrf"))),
            ("another session's token", admin.form(&own.clone().with("csrf", foreign.value("csrf")))),
            ("another origin", plain().header("origin", "https://evil.example")),
            ("another site", plain().header("sec-fetch-site", "cross-site")),
            ("a sister site", plain().header("sec-fetch-site", "same-site")),
        ];
        for (what, request) in forged {
            assert_eq!(send(request).await.status, 403, "{method} {path}: {what}");
        }
    }
    assert_eq!(dump(&server.place().location).await, before);
}

async fn pt_04_what_is_not_there_is_not_found(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let daemon = server.daemon("nightly-import").await;
    for id in ["00000000-0000-4000-8000-000000000000", "-1", "9223372036854775808", "%2e%2e%2fkeys", "%00", "%ff", "x'"]
    {
        for path in ["", "/edit", "/roles", "/disable", "/remove", "/secrets/new", "/secrets/1/edit"] {
            let page = admin.visit(&format!("/portal/clients/{id}{path}")).await;
            assert!(matches!(page.status(), 400 | 404), "{id}{path}: {}", page.status());
        }
    }
    for secret in ["0", "2", "-1", "2147483648", "9223372036854775808", "x", "1%20"] {
        let page = admin.visit(&format!("/portal/clients/{}/secrets/{secret}/edit", daemon.id)).await;
        assert!(matches!(page.status(), 400 | 404), "{secret}: {}", page.status());
    }
}

async fn pt_10_an_hour_after_sign_in_changes_ask_for_the_password_again(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let path = format!("/portal/clients/{}/secrets/new", daemon.id);
    assert_eq!(admin.visit(&path).await.status(), 200);
    for _ in 0..4 {
        server.clock().advance(901);
        admin.visit("/portal/clients").await;
    }
    let page = admin.visit(&path).await;
    assert!(page.path.starts_with("/login/confirm?request="), "{}", page.path);
    let form = page.form("/login/confirm");
    assert_eq!(admin.submit(&form.clone().with("password", "not-the-right-password")).await.status(), 422);
    assert_eq!(admin.submit(&form.with("password", ADMIN_PASSWORD)).await.path, path);
}

async fn a_portal_that_was_left_alone_asks_for_the_password_again(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    server.clock().advance(1_700);
    assert_eq!(admin.visit("/portal/clients").await.path, "/portal/clients");
    server.clock().advance(1_700);
    assert_eq!(admin.visit("/portal/clients").await.path, "/portal/clients", "in use all along");
    server.clock().advance(1_900);
    let page = admin.visit("/portal/clients").await;
    assert!(page.path.starts_with("/login/confirm?request="), "{}", page.path);
}

async fn pt_11_a_role_that_is_taken_away_is_gone_at_once(server: TestServer) {
    let operator = server.operator().await;
    let eve = server.user("eve@example.com").await;
    operator.make_administrator("eve@example.com", true).await;
    assert_eq!(eve.sign_in("eve@example.com", USER_PASSWORD).await.path, "/portal");
    operator.make_administrator("eve@example.com", false).await;
    assert_eq!(eve.visit("/portal/clients").await.status(), 403);
    assert_eq!(Browser::new(&server).sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.path, "/portal");
}
