//! Secrets in the pane: when they end, who uses them, which can go, and what to do when one leaked.

use crate::support::{Browser, Daemon, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;
use portcullis::oauth::admin_fields::SecretEnd;

on_both_engines!(
    it_is_told_from_where_a_secret_is_used_and_when_an_older_one_can_go,
    ux_33_people_are_told_of_an_end_at_30_7_and_1_days,
    a_secret_that_leaked_is_disabled_with_its_reason_and_the_sign_ins_end,
    ux_34_the_eleventh_secret_is_refused_with_those_that_could_go,
    ux_23_two_who_edit_one_client_lose_neither_value,
    two_who_edit_one_user_lose_neither_value,
    what_is_cut_off_an_origin_is_said,
);

const DAY: i64 = 86_400;

async fn pane(server: &TestServer, client: &Daemon) -> String {
    server.node().note_secret_uses().await;
    Browser::of_administrator(server).await.visit(&format!("/portal/clients/{}", client.id)).await.text()
}

async fn it_is_told_from_where_a_secret_is_used_and_when_an_older_one_can_go(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for _ in 0..3 {
        daemon.token().await;
        server.clock().advance(600);
    }
    let page = pane(&server, &daemon).await;
    let link = format!("127.0.0.1 · <a href=\"/portal/clients/{}/secrets/1/use\">3 times in 7 days</a>", daemon.id);
    assert!(page.contains(&link) && !page.contains("safe to remove"), "{page}");
    let (_, value) = server.operator().await.add_secret(&daemon, SecretEnd::Never).await;
    let new = daemon.with_secret(&value);
    new.token().await;
    daemon.token().await;
    let page = pane(&server, &daemon).await;
    assert!(!page.contains("safe to remove"), "the old one is in use: {page}");
    server.clock().advance(7_200);
    new.token().await;
    let page = pane(&server, &daemon).await;
    assert!(page.contains("It is safe to remove."), "{page}");
    let admin = Browser::of_administrator(&server).await;
    let used = admin.visit(&format!("/portal/clients/{}/secrets/1/use", daemon.id)).await.text();
    assert!(used.contains("127.0.0.1") && used.contains("<td data-label=\"Uses\">4</td>"), "{used}");
}

async fn ux_33_people_are_told_of_an_end_at_30_7_and_1_days(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let end = server.provider().now().plus(40 * DAY);
    server.operator().await.add_secret(&daemon, SecretEnd::At(end)).await;
    assert!(!pane(&server, &daemon).await.contains("‘added’ expires"));
    for (advance, words) in [(10, "within 30 days"), (23, "within 7 days"), (6, "within a day")] {
        server.clock().advance(advance * DAY);
        let page = pane(&server, &daemon).await;
        assert!(page.contains(&format!("‘added’ expires {words}, on {}", end.date())), "{words}: {page}");
        assert!(page.contains(">Rotate</a>"));
        let home = Browser::of_administrator(&server).await.visit("/portal").await.text();
        assert!(home.contains("A secret of nightly-import expires"), "{home}");
    }
    server.clock().advance(DAY);
    assert!(!pane(&server, &daemon).await.contains("‘added’ expires"), "it is over, and its state says so");
}

async fn a_secret_that_leaked_is_disabled_with_its_reason_and_the_sign_ins_end(server: TestServer) {
    let settings = ClientSettings {
        redirect_urls: Some(vec!["https://app.example/cb".to_owned()]),
        allow_offline_access: Some(true),
        ..ClientSettings::default()
    };
    let operator = server.operator().await;
    operator.add_user("uma@example.com").await;
    let app = operator.register(ClientType::Hybrid, "app", settings).await;
    let party = crate::support::relying_party::RelyingParty::new(&server, &app, "https://app.example/cb");
    let request = party.request().with("scope", "openid offline_access");
    let arrival = crate::support::person::Person::new(&server, "uma@example.com").visit(&party.url(&request)).await;
    let signed_in = party.complete(&request, arrival).await;
    server.confide(&signed_in.code);
    server.confide(signed_in.token("refresh_token"));
    let (_, value) = operator.add_secret(&app, SecretEnd::Never).await;

    let admin = Browser::of_administrator(&server).await;
    let path = format!("/portal/clients/{}/secrets/1/leaked", app.id);
    let form = admin.visit(&path).await.form(&path);
    let form = form.with("reason", "it was in a log").with("end_sign_ins", "true");
    let page = admin.submit(&form).await;
    assert!(page.text().contains("The secret is disabled. Add another one"), "{}", page.text());
    let refused = party.ask_tokens(&[("grant_type", "client_credentials")]).await;
    assert_eq!(refused.member("error_code"), "PC-2204");
    let mut other = party.clone();
    other.secret = value;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", signed_in.token("refresh_token"))];
    assert_eq!(other.ask_tokens(&refresh).await.member("error_code"), "PC-2212");
    let log = crate::support::raw::dump(&server.place().location).await;
    assert!(log.contains("secret.leaked") && log.contains("it was in a log"));
}

async fn ux_34_the_eleventh_secret_is_refused_with_those_that_could_go(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    daemon.token().await;
    for _ in 0..9 {
        server.operator().await.add_secret(&daemon, SecretEnd::Never).await;
    }
    server.node().note_secret_uses().await;
    let admin = Browser::of_administrator(&server).await;
    let path = format!("/portal/clients/{}/secrets/new", daemon.id);
    let page = admin.visit(&path).await;
    assert!(page.text().contains("Remove ‘added’, active, never used"), "{}", page.text());
    assert!(!page.text().contains("Remove ‘first’"), "it is in use");
    let refused = admin.submit(&page.form(&path).with("step", "add")).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().contains("This client already has 10 secrets."), "{}", refused.text());
}

async fn ux_23_two_who_edit_one_client_lose_neither_value(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let (ada, other) = (Browser::of_administrator(&server).await, Browser::of_administrator(&server).await);
    let path = format!("/portal/clients/{}/edit", daemon.id);
    let late = other.visit(&path).await.form(&path).with("token_lifetime", "900").with("auth_method", "any");
    let first = ada.visit(&path).await.form(&path).with("name", "nightly").with("auth_method", "client_secret_post");
    assert_eq!(ada.submit(&first).await.status(), 200);
    let conflict = other.submit(&late).await;
    assert_eq!(conflict.status(), 409);
    for shown in ["ada@example.com changed this client", "nightly-import", "900", "Form or HTTP Basic", "Form only"] {
        assert!(conflict.text().contains(shown), "{shown}: {}", conflict.text());
    }
    let mine = conflict.form(&path);
    assert_eq!((mine.value("token_lifetime"), mine.value("name")), ("900", "nightly-import"));
    assert_eq!(
        other.submit(&mine.with("name", "nightly").with("auth_method", "client_secret_post")).await.status(),
        200
    );
    let client = server.operator().await.client(&daemon).await;
    assert_eq!((client.name.as_str(), client.token_lifetime), ("nightly", 900));
}

async fn two_who_edit_one_user_lose_neither_value(server: TestServer) {
    server.operator().await.add_user("uma@example.com").await;
    let (ada, other) = (Browser::of_administrator(&server).await, Browser::of_administrator(&server).await);
    let list = ada.visit("/portal/users?q=uma").await.text();
    let id = list.split("/portal/users/").find_map(|rest| rest.get(..36).filter(|id| id.matches('-').count() == 4));
    let path = format!("/portal/users/{}/edit", id.expect("a user"));
    let late = other.visit(&path).await.form(&path).with("name", "Late");
    assert_eq!(ada.submit(&ada.visit(&path).await.form(&path).with("name", "Uma Okafor")).await.status(), 200);
    assert_eq!(other.submit(&late).await.status(), 409);
    assert_eq!(other.visit(&path).await.form(&path).value("name"), "Uma Okafor");
}

async fn what_is_cut_off_an_origin_is_said(server: TestServer) {
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let spa = server.operator().await.register(ClientType::AuthorizationCode, "app", settings).await;
    let admin = Browser::of_administrator(&server).await;
    let path = format!("/portal/clients/{}/edit", spa.id);
    let form = admin.visit(&path).await;
    assert!(form.text().contains("Already allowed: https://app.example (from your redirect URLs)."), "{}", form.text());
    let saved = admin.submit(&form.form(&path).with("cors_origins", "https://admin.example/")).await;
    assert!(saved.text().contains("an origin has no path"), "{}", saved.text());
    assert!(saved.text().contains("<code>https://admin.example</code>"), "{}", saved.text());
    let again = admin.submit(&admin.visit(&path).await.form(&path)).await;
    assert!(again.text().contains("was saved.") && !again.text().contains("an origin has no path"), "{}", again.text());
}
