//! What strangers send along, and what they send too much of (TP-07, TP-15, TP-16, DS-06, DS-07).

use crate::sign_on::party::RelyingParty;
use crate::support::daemon::TOKEN;
use crate::support::http::send;
use crate::support::raw::dump;
use crate::support::{Browser, Daemon, TestServer};
use reqwest::Method;

on_both_engines!(
    tp_07_where_nothing_is_nothing_is_told,
    az_57_an_address_that_cannot_be_read_is_answered_by_a_page_of_ours,
    programs_are_told_in_json_that_nothing_is_there,
    tp_15_no_header_takes_https_away,
    tp_16_nobody_is_let_in_by_a_header_of_their_own,
    ds_06_requests_that_nobody_finishes_leave_no_row_behind,
    ds_07_unknown_clients_leave_only_short_counters_behind,
);

/// What probes ask for: other people's software, files of the system, and files of ours.
const PROBES: &[&str] = &[
    "/nothing",
    "/admin",
    "/wp-login.php",
    "/.env",
    "/.git/config",
    "/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/assets/../portcullis.toml",
    "/assets/..%2fportcullis.db",
    "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/assets/",
    "/assets",
    "/portcullis.db",
    "/portcullis.db-wal",
    "/keys/master.key",
    "/metrics",
    "/actuator/env",
    "/debug/pprof",
    "/server-status",
    "/identity",
    "/identity/connect",
    "/identity/connect/nothing",
    "/account/nothing",
    "/portal/nothing",
];

async fn tp_07_where_nothing_is_nothing_is_told(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for path in PROBES {
        for browser in [&Browser::new(&server), &admin] {
            // That no answer speaks of our insides, the support looks after.
            let answer = browser.ask(browser.request(Method::GET, path)).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text());
            let text = answer.text();
            for word in ["root:", "[core]", "SQLite format", "master", "no such file", "Cargo"] {
                assert!(!text.contains(word), "{path}: {word} in {text}");
            }
        }
        let program = server.http().get(path).await;
        assert_eq!(program.status, 404, "{path}");
        assert!(program.text().len() < 20_000, "{path}");
    }
}

async fn az_57_an_address_that_cannot_be_read_is_answered_by_a_page_of_ours(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (path, name) in [
        ("/login", "request"),
        ("/login", "switch"),
        ("/login/select", "request"),
        ("/login/cancel", "request"),
        ("/consent", "request"),
        ("/identity/connect/authorize/callback", "request"),
        ("/password/new", "link"),
        ("/portal/clients", "page"),
        ("/portal/users", "page"),
        ("/portal/audit", "page"),
    ] {
        let answer = admin.ask(admin.request(Method::GET, &format!("{path}?{name}=1&{name}=2"))).await;
        let text = answer.text();
        assert_eq!(answer.status, 400, "{path} {name}: {text}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}: {text}");
        assert!(text.contains("more than once") && !text.contains("deserialize"), "{path}: {text}");
        assert!(text.contains(answer.header("x-request-id")), "{path}: the reference is on the page");
    }
    for path in ["/portal/clients/%ff", "/portal/users/%ff", "/portal/roles/%ff", "/docs/%ff", "/account/devices/%ff"] {
        let answer = admin.ask(admin.request(Method::GET, path)).await;
        let text = answer.text();
        assert!(matches!(answer.status, 404 | 405), "{path}: {}", answer.status);
        assert!(!text.contains("UTF-8") && !text.contains("Invalid URL"), "{path}: {text}");
    }
    assert_eq!(server.http().get("/assets/%ff").await.status, 404);
}

async fn programs_are_told_in_json_that_nothing_is_there(server: TestServer) {
    let http = server.http();
    for path in ["/identity", "/identity/x", "/identity/connect/token/", "/.well-known/nothing"] {
        for request in [http.request(Method::GET, path), http.form(path, &[("a", "b")])] {
            let answer = send(request).await;
            assert_eq!((answer.status, answer.member("error").as_str()), (404, "invalid_request"), "{path}");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
        }
        let page = http.visit(path).await;
        assert!(
            page.status == 404 && page.header("content-type").starts_with("text/html"),
            "{path}: people get a page"
        );
    }
}

async fn tp_15_no_header_takes_https_away(server: TestServer) {
    let node = server.node_behind_https("https://id.example.com").await;
    let (plain, metadata) = (node.http(), "/identity/.well-known/openid-configuration");
    let expected = plain.get(metadata).await.json();
    assert_eq!(expected["issuer"], "https://id.example.com/identity");
    for (name, value) in [
        ("x-forwarded-proto", "http"),
        ("x-forwarded-scheme", "http"),
        ("x-forwarded-ssl", "off"),
        ("front-end-https", "off"),
        ("x-forwarded-port", "80"),
        ("forwarded", "for=203.0.113.9;proto=http;host=id.example.com"),
    ] {
        let answer = send(plain.request(Method::GET, metadata).header(name, value)).await;
        assert_eq!(answer.json(), expected, "{name}");
        let page = send(plain.request(Method::GET, "/login").header("accept", "text/html").header(name, value)).await;
        assert_eq!(page.status, 200, "{name}: {}", page.text());
        assert!(page.header("strict-transport-security").starts_with("max-age="), "{name}");
        let cookies: Vec<_> =
            page.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text")).collect();
        assert!(!cookies.is_empty(), "{name}");
        for cookie in cookies {
            assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{name}: {cookie}");
        }
    }
}

async fn tp_16_nobody_is_let_in_by_a_header_of_their_own(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let tenant = server.operator().await.tenant_id();
    let ada = "ada@example.com";
    let subject = format!("CN={}", daemon.id);
    for (name, value) in [
        ("x-ssl-client-verify", "SUCCESS"),
        ("x-ssl-client-s-dn", subject.as_str()),
        ("ssl-client-cert", "-----BEGIN CERTIFICATE-----"),
        ("x-client-cert", &subject),
        ("x-forwarded-client-cert", &subject),
        ("client-cert", ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6:"),
        ("x-tls-client-cert", &subject),
        ("remote-user", ada),
        ("x-remote-user", ada),
        ("x-forwarded-user", ada),
        ("x-forwarded-email", ada),
        ("x-auth-request-email", ada),
        ("x-webauth-user", ada),
        ("x-authenticated-userid", ada),
        ("x-original-url", "/health"),
        ("x-rewrite-url", "/health"),
    ] {
        for path in ["/account", "/portal", "/portal/clients"] {
            let answer = send(server.http().request(Method::GET, path).header(name, value)).await;
            assert_eq!(answer.status, 303, "{name} {path}");
            assert!(answer.header("location").starts_with("/login"), "{name} {path}");
        }
        let path = format!("/api/v1/Tenants/{tenant}/Users");
        assert_eq!(send(server.http().request(Method::GET, &path).header(name, value)).await.status, 401, "{name}");
        let form = [("grant_type", "client_credentials"), ("client_id", daemon.id.as_str())];
        send(server.http().form(TOKEN, &form).header(name, value)).await.assert_refused("invalid_client");
    }
    daemon.token().await;
}

async fn ds_06_requests_that_nobody_finishes_leave_no_row_behind(server: TestServer) {
    let spa = RelyingParty::spa(&server, "spa").await;
    let before = dump(&server.place().location).await;
    for number in 0..300 {
        let browser = Browser::new(&server);
        let page = browser.visit(&spa.path(&[("state", &format!("st{number}"))])).await;
        assert!(page.status() == 200 && page.path.starts_with("/login?request="), "{}", page.path);
        assert!(browser.session().is_none());
    }
    assert_eq!(dump(&server.place().location).await, before);
}

async fn ds_07_unknown_clients_leave_only_short_counters_behind(server: TestServer) {
    let rows = async || dump(&server.place().location).await.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let before = rows().await;
    for number in 0..150 {
        let id = format!("{number}-{}", "no-such-client-".repeat(200));
        Daemon::new(&server.http(), &id, "wrong").token_post(&[]).await.assert_refused("invalid_client");
        let query = format!("/identity/connect/authorize?response_type=code&client_id={id}&scope=openid");
        assert_eq!(server.http().visit(&query).await.status, 400);
        let bearer = server.http().request(Method::GET, "/identity/connect/userinfo").bearer_auth(&id);
        assert_eq!(send(bearer).await.status, 401);
    }
    server.provider().flush_activity().await.expect("notes");
    let after = rows().await;
    let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    // One for each id and one for the network, until their five minutes are over.
    assert!(new.iter().all(|row| row.starts_with("throttles ") && row.len() < 250), "{new:?}");
    assert!(new.len() <= 151, "{}", new.len());
}
