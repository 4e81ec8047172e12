//! Sessions of browsers: how they begin, whom they belong to, and how they end.

use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, TestServer, USER_PASSWORD};
use reqwest::Method;

on_both_engines!(
    lg_02_a_sign_in_begins_a_session_of_a_new_id,
    lg_03_a_planted_id_is_not_adopted,
    lg_15_a_second_sign_in_ends_the_session_before,
    signing_out_ends_the_session_everywhere,
    a_link_signs_nobody_out,
    a_session_ends_after_half_a_day_without_use,
    a_session_ends_after_a_day,
    a_session_is_known_to_every_node,
    a_disabled_user_is_signed_out_at_once,
    lg_24_a_new_password_ends_all_sessions,
);

const HOUR: i64 = 3_600;

fn with_session(server: &TestServer, value: &str) -> Browser {
    let browser = Browser::new(server);
    browser.cookies().insert("portcullis-session".to_owned(), value.to_owned());
    browser
}

async fn lg_02_a_sign_in_begins_a_session_of_a_new_id(server: TestServer) {
    let browser = Browser::new(&server);
    browser.visit("/login").await;
    assert_eq!(browser.session(), None, "nobody is signed in, so there is no session");
    browser.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let first = browser.session().expect("a session");
    assert!(first.len() >= 22, "128 random bits");
    assert!(with_session(&server, &first).is_signed_in().await);
    let other = Browser::of_administrator(&server).await.session().expect("a session");
    assert_ne!(first, other);
}

async fn lg_03_a_planted_id_is_not_adopted(server: TestServer) {
    for planted in ["AAAAAAAAAAAAAAAAAAAAAA", "planted", "' OR 1=1", "..%2f"] {
        let browser = with_session(&server, planted);
        assert!(!browser.is_signed_in().await);
        browser.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
        assert_ne!(browser.session().as_deref(), Some(planted));
        assert!(browser.is_signed_in().await);
        assert!(!with_session(&server, planted).is_signed_in().await);
    }
}

async fn lg_15_a_second_sign_in_ends_the_session_before(server: TestServer) {
    server.user("uma@example.com").await;
    let browser = Browser::of_administrator(&server).await;
    let before = browser.session().expect("a session");
    // A second window, opened before anybody was signed in: its form is of another visitor.
    let form = Browser::new(&server).visit("/login").await.form("/login");
    assert_eq!(browser.post(&form.with("email", "uma@example.com").with("password", USER_PASSWORD)).await.status, 403);
    let confirm = browser.visit("/login/confirm").await.form("/login/confirm").with("password", ADMIN_PASSWORD);
    assert_eq!(browser.submit(&confirm).await.path, "/portal");
    assert_ne!(browser.session(), Some(before.clone()), "a new id for a new sign-in");
    assert!(!with_session(&server, &before).is_signed_in().await);
}

async fn signing_out_ends_the_session_everywhere(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    let session = browser.session().expect("a session");
    let form = browser.visit("/logout").await.form("/logout");
    assert!(browser.is_signed_in().await, "a look at the page ends nothing");
    assert_eq!(browser.submit(&form.with("decision", "sign-out")).await.path, "/logged-out");
    assert_eq!(browser.session(), None);
    assert!(!with_session(&server, &session).is_signed_in().await);
}

async fn a_link_signs_nobody_out(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    browser.visit("/logout").await;
    browser.visit("/logged-out").await;
    let forged = browser.request(Method::POST, "/logout").form(&[("decision", "sign-out")]);
    assert_eq!(browser.ask(forged).await.status, 403);
    assert!(browser.is_signed_in().await);
}

async fn a_session_ends_after_half_a_day_without_use(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    server.clock().advance(12 * HOUR - 1);
    assert!(browser.is_signed_in().await);
    server.clock().advance(12 * HOUR - 60);
    assert!(browser.is_signed_in().await, "it was used in between");
    let browser = Browser::of_administrator(&server).await;
    server.clock().advance(12 * HOUR);
    assert!(!browser.is_signed_in().await);
}

async fn a_session_ends_after_a_day(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    for _ in 0..3 {
        server.clock().advance(6 * HOUR);
        assert!(browser.is_signed_in().await);
    }
    server.clock().advance(6 * HOUR);
    assert!(!browser.is_signed_in().await);
}

async fn a_session_is_known_to_every_node(server: TestServer) {
    let (browser, second) = (Browser::of_administrator(&server).await, server.second_node().await);
    assert_eq!(browser.at(&second).visit("/portal/clients").await.status(), 200);
    let form = browser.visit("/logout").await.form("/logout").with("decision", "sign-out");
    assert_eq!(browser.at(&second).submit(&form).await.path, "/logged-out", "forms too");
    assert!(!browser.is_signed_in().await);
}

async fn a_disabled_user_is_signed_out_at_once(server: TestServer) {
    let uma = server.user("uma@example.com").await;
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    assert!(uma.is_signed_in().await);
    for enabled in [false, true] {
        server.operator().await.enable_user("uma@example.com", enabled).await;
        assert!(!uma.is_signed_in().await, "{enabled}");
    }
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    assert!(uma.is_signed_in().await);
}

async fn lg_24_a_new_password_ends_all_sessions(server: TestServer) {
    let uma = server.user("uma@example.com").await;
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    let link = server.operator().await.reset_link("uma@example.com").await;
    let path = link.strip_prefix(server.public_url()).expect("a link to here").to_owned();
    let other = Browser::new(&server);
    let new = "eleven-silent-herons-wade";
    server.confide(new);
    let page = other.visit(&path).await;
    other.visit(&path).await;
    let form =
        page.form(page.text().split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form"));
    let page = other.submit(&form.clone().with("password", new)).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    assert!(!uma.is_signed_in().await);
    assert_eq!(uma.sign_in("uma@example.com", USER_PASSWORD).await.status(), 422);
    assert_eq!(uma.sign_in("uma@example.com", new).await.path, "/account");
    let again = other.post(&form.with("password", "twelve-silent-herons-wade")).await;
    assert!((400..500).contains(&again.status), "LG-25: a link works once: {}", again.status);
}
