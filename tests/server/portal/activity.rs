//! What a client does shows up beside it: granted, refused and why, with what helps.

use crate::sign_on::party::CHALLENGE;
use crate::support::http::send;
use crate::support::person::Person;
use crate::support::relying_party::RelyingParty;
use crate::support::{Browser, Daemon, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::admin_fields::SecretEnd;
use portcullis::oauth::{ClientType, ConsentPolicy};
use reqwest::Method;

on_both_engines!(
    what_a_client_asks_for_is_on_its_activity_tab_with_the_reason_of_each_refusal,
    what_other_nodes_have_seen_is_there_as_well,
    strangers_leave_few_rows_and_none_for_clients_that_are_not,
    the_checklist_of_a_daemon_ticks_and_says_what_failed,
    the_checklist_of_an_app_with_users_ticks_step_by_step,
    a_redirect_url_that_is_not_allowed_is_added_by_one_click,
    a_viewer_looks_and_is_offered_nothing,
    a_sign_in_is_counted_once_and_a_pass_without_one_is_none,
);

fn tab(daemon: &Daemon, tab: &str) -> String {
    format!("/portal/clients/{}?tab={tab}", daemon.id)
}

fn check(daemon: &Daemon) -> String {
    format!("/portal/clients/{}/check", daemon.id)
}

async fn what_a_client_asks_for_is_on_its_activity_tab_with_the_reason_of_each_refusal(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let empty = admin.visit(&tab(&daemon, "activity")).await.text();
    assert!(empty.contains("No tokens in this period.") && empty.contains("Client added"), "{empty}");
    daemon.token().await;
    daemon.token().await;
    let (id, value) = server.operator().await.add_secret(&daemon, SecretEnd::Never).await;
    server.operator().await.enable_secret(&daemon, id, false).await;
    let refused = daemon.with_secret(&value).token_post(&[]).await;
    assert_eq!(refused.member("error_code"), "PC-2204");
    daemon.with_secret("wrong").token_post(&[]).await;

    let page = admin.visit(&tab(&daemon, "activity")).await.text();
    for expected in [
        "2 issued, 2 refused.",
        "Token issued",
        "2 times since",
        &format!("secret …{}", &daemon.secret[daemon.secret.len() - 4..]),
        "PC-2204</code></a>",
        "The client secret is disabled.",
        &format!("reference {}", refused.member("reference")),
        "PC-2202</code></a>",
        "127.0.0.1",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let bar = page.split("href=\"").find(|rest| rest.split('"').next().is_some_and(|link| link.contains("&#38;from=")));
    let bar = bar.and_then(|rest| rest.split('"').next()).expect("a bar that is a link").replace("&#38;", "&");
    let hour = admin.visit(&bar).await.text();
    assert!(hour.contains("Show the whole period") && hour.contains("<strong>Token issued"), "{hour}");
    let (address, from) = bar.rsplit_once('=').expect("a second");
    let before = format!("{address}={}", from.parse::<i64>().expect("a number") - 3_600);
    let before = admin.visit(&before).await.text();
    assert!(before.contains("Show the whole period") && !before.contains("<strong>Token issued"), "{before}");
    let only = admin.visit(&format!("{}&show=refused", tab(&daemon, "activity"))).await.text();
    assert!(only.contains("PC-2204") && !only.contains("<strong>Token issued"), "{only}");
    let file = admin.visit(&format!("/portal/clients/{}/tokens.csv?range=24h", daemon.id)).await;
    assert_eq!(file.answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.text().starts_with("Hour,Issued,Refused\r\n") && file.text().ends_with(",2,2\r\n"), "{}", file.text());

    let found = admin.visit("/portal/clients?status=refused-24h").await.text();
    assert!(found.contains("nightly-import"));
    server.clock().advance(25 * 3_600);
    let admin = Browser::of_administrator(&server).await;
    assert!(!admin.visit("/portal/clients?status=refused-24h").await.text().contains("nightly-import"));
    let later = admin.visit(&tab(&daemon, "activity")).await.text();
    assert!(!later.contains("PC-2204") && later.contains("No tokens in this period."), "{later}");
    let week = admin.visit(&format!("{}&range=7d", tab(&daemon, "activity"))).await.text();
    assert!(week.contains("PC-2204") && week.contains("2 issued, 2 refused."), "{week}");
}

async fn what_other_nodes_have_seen_is_there_as_well(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let second = server.second_node().await;
    daemon.at(&second).token().await;
    daemon.token().await;
    second.provider().flush_activity().await.expect("a batch");
    let page = admin.visit(&tab(&daemon, "activity")).await.text();
    assert!(page.contains("2 issued, 0 refused.") && page.contains("2 times since"), "{page}");
}

async fn strangers_leave_few_rows_and_none_for_clients_that_are_not(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    daemon.token().await;
    for n in 0..30 {
        let request = daemon.with_secret("wrong").post(&[]).header("user-agent", format!("stranger/{n}"));
        assert_eq!(send(request).await.status, 401);
    }
    let nobody = Daemon::new(&server.http(), "no-such-client", "wrong");
    assert_eq!(nobody.token_post(&[]).await.status, 401);
    let page = admin.visit(&tab(&daemon, "activity")).await.text();
    assert!(page.contains("1 issued, 30 refused.") && page.contains("<strong>Token issued"), "{page}");
    assert_eq!(page.matches("stranger/").count(), 10);
    assert!(!crate::support::raw::dump(&server.place().location).await.contains("no-such-client"));
}

async fn the_checklist_of_a_daemon_ticks_and_says_what_failed(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let page = admin.visit(&tab(&daemon, "quick-start")).await.text();
    assert!(page.contains("Waiting for your app…") && page.contains(&format!("data-live=\"{}\"", check(&daemon))));
    let (id, value) = server.operator().await.add_secret(&daemon, SecretEnd::Never).await;
    server.operator().await.enable_secret(&daemon, id, false).await;
    daemon.with_secret(&value).token_post(&[]).await;
    let failed = admin.visit(&check(&daemon)).await;
    assert!(failed.text().contains("Token refused.") && failed.text().contains("PC-2204"), "{}", failed.text());
    assert!(failed.text().contains("The client secret is disabled.") && failed.text().contains(">Add Secret<"));
    assert!(!failed.text().contains("<html"), "it is a part of a page");
    assert_eq!(failed.answer.header("cache-control"), "no-store");
    server.clock().advance(1);
    daemon.token().await;
    let done = admin.visit(&tab(&daemon, "quick-start")).await.text();
    assert!(done.contains("It works.") && !done.contains("PC-2204"), "{done}");
}

async fn the_checklist_of_an_app_with_users_ticks_step_by_step(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let operator = server.operator().await;
    operator.add_user("uma@example.com").await;
    let settings = ClientSettings {
        redirect_urls: Some(vec!["https://app.example/cb".to_owned()]),
        allow_offline_access: Some(true),
        ..ClientSettings::default()
    };
    let app = operator.register(ClientType::Hybrid, "app", settings).await;
    let app = RelyingParty::new(&server, &app, "https://app.example/cb");
    let path = format!("/portal/clients/{}/check", app.id);
    let done = async || {
        let list = admin.visit(&path).await.text();
        ["Authorization", "User signed in", "Code delivered", "Code exchanged", "User info", "Refresh token"]
            .map(|step| list.split("<li ").any(|line| line.contains(step) && line.contains("Done: ")))
    };
    assert_eq!(done().await, [false; 6]);
    let request = app.request().with("scope", "openid offline_access");
    let url = app.url(&request);
    Browser::new(&server).visit(url.strip_prefix(server.public_url()).expect("a path")).await;
    assert_eq!(done().await, [true, false, false, false, false, false]);
    let arrival = Person::new(&server, "uma@example.com").visit(&url).await;
    assert_eq!(done().await, [true, true, true, false, false, false]);
    let received = app.receive(&request, arrival).await;
    let wrong = app.exchange(&received.code, &[("code_verifier", "x".repeat(43).as_str())]).await;
    assert_eq!(wrong.status, 400, "no code_challenge was sent");
    let list = admin.visit(&path).await.text();
    assert!(list.contains("PC-2207") && list.contains("A code_verifier came, but no code_challenge before."), "{list}");
    server.clock().advance(1);
    let arrival = Person::new(&server, "uma@example.com").visit(&url).await;
    let signed_in = app.complete(&request, arrival).await;
    assert_eq!(done().await, [true, true, true, true, true, false]);
    let refreshed =
        app.ask_tokens(&[("grant_type", "refresh_token"), ("refresh_token", signed_in.token("refresh_token"))]).await;
    for token in [signed_in.token("refresh_token").to_owned(), refreshed.member("refresh_token"), received.code] {
        server.confide(&token);
    }
    assert_eq!(done().await, [true; 6]);
    assert!(admin.visit(&path).await.text().contains("It works."));
}

async fn a_redirect_url_that_is_not_allowed_is_added_by_one_click(server: TestServer) {
    let (admin, operator) = (Browser::of_administrator(&server).await, server.operator().await);
    let settings = ClientSettings {
        redirect_urls: Some(vec!["http://localhost:5173/cb".to_owned()]),
        ..ClientSettings::default()
    };
    let app = operator.register(ClientType::AuthorizationCode, "app", settings).await;
    let sent = format!(
        "/identity/connect/authorize?client_id={}&redirect_uri=http%3A%2F%2Flocalhost%3A5174%2Fcb&response_type=code\
         &scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256",
        app.id
    );
    let stranger = Browser::new(&server).visit(&sent).await.text();
    assert!(stranger.contains("localhost:5174/cb") && !stranger.contains("localhost:5173"), "{stranger}");
    assert!(!stranger.contains("Add this URL"), "{stranger}");
    let shown = admin.visit(&sent).await.text();
    assert!(shown.contains("http://localhost:5173/cb") && shown.contains("Add this URL"), "{shown}");
    let list = admin.visit(&check(&app)).await.text();
    let edit = format!("/portal/clients/{}/edit", app.id);
    let link = format!("{edit}?add_redirect_url=http%3A%2F%2Flocalhost%3A5174%2Fcb");
    for page in [&shown, &list] {
        assert!(page.contains(&link) && page.contains("PC-1103"), "{page}");
    }
    let saved = admin.submit(&admin.visit(&link).await.form(&edit)).await;
    assert_eq!(saved.status(), 200, "{}", saved.text());
    let answer = admin.ask(admin.request(Method::GET, &sent)).await;
    assert!(answer.header("location").starts_with("http://localhost:5174/cb?code="), "{answer:?}");
    server.confide(answer.header("location").split(['=', '&']).nth(1).expect("a code"));
}

async fn a_viewer_looks_and_is_offered_nothing(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    daemon.with_secret("wrong").token_post(&[]).await;
    operator.add_user("vera@example.com").await;
    operator.give_role("vera@example.com", portcullis::oauth::BuiltInRole::Viewer).await;
    let viewer = Browser::new(&server);
    viewer.sign_in("vera@example.com", crate::support::USER_PASSWORD).await;
    let list = viewer.visit(&check(&daemon)).await;
    assert!(list.status() == 200 && list.text().contains("PC-2202") && !list.text().contains("Add Secret"));
    assert_eq!(viewer.visit(&tab(&daemon, "activity")).await.status(), 200);
    let stranger = server.user("uma@example.com").await;
    stranger.sign_in("uma@example.com", crate::support::USER_PASSWORD).await;
    for path in [check(&daemon), tab(&daemon, "activity"), format!("/portal/clients/{}/tokens.csv", daemon.id)] {
        assert_eq!(stranger.visit(&path).await.status(), 403, "{path}");
    }
}

async fn a_sign_in_is_counted_once_and_a_pass_without_one_is_none(server: TestServer) {
    let (admin, operator) = (Browser::of_administrator(&server).await, server.operator().await);
    operator.add_user("uma@example.com").await;
    let settings = ClientSettings {
        redirect_urls: Some(vec!["https://app.example/cb".to_owned()]),
        consent: Some(ConsentPolicy::Always),
        ..ClientSettings::default()
    };
    let app = operator.register(ClientType::Hybrid, "app", settings).await;
    let app = RelyingParty::new(&server, &app, "https://app.example/cb");
    let mut uma = Person::new(&server, "uma@example.com");
    for _ in 0..2 {
        let request = app.request();
        let arrival = uma.visit(&app.url(&request)).await;
        server.confide(&app.receive(&request, arrival).await.code);
    }
    let page = admin.visit(&format!("/portal/clients/{}?tab=activity", app.id)).await.text();
    let line = page.split("<strong>").find(|line| line.starts_with("User signed in")).expect("one sign-in");
    assert!(!line.contains("times since"), "{line}");
    let codes = page.split("<strong>").find(|line| line.starts_with("Code delivered")).expect("codes");
    assert!(codes.contains("2 times since"), "{codes}");
}
