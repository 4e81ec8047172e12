//! The set-up page.

use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, Page, TestServer};

on_both_fresh!(
    the_link_that_the_server_prints_makes_an_administrator_and_signs_in,
    ux_03_a_wrong_code_makes_nobody_and_the_eleventh_try_is_refused,
    a_weak_password_is_refused_and_what_was_typed_stays,
    an_administrator_that_is_there_is_not_made_twice,
);

async fn open(server: &TestServer, browser: &Browser) -> Page {
    let link = server.setup_link().await;
    let page = browser.visit(link.strip_prefix(server.public_url()).expect("a link to here")).await;
    assert_eq!(page.status(), 200);
    page
}

async fn send(browser: &Browser, page: &Page, code: Option<&str>, password: &str) -> Page {
    let form = page.form("/setup").with("name", "Ada Admin").with("email", ADMIN_EMAIL).with("password", password);
    browser.submit(&code.into_iter().fold(form, |form, code| form.with("code", code))).await
}

async fn the_link_that_the_server_prints_makes_an_administrator_and_signs_in(server: TestServer) {
    let browser = Browser::new(&server);
    let page = open(&server, &browser).await;
    let page = send(&browser, &page, None, ADMIN_PASSWORD).await;
    assert_eq!((page.path.as_str(), page.status()), ("/portal", 200), "{}", page.text());
    Browser::of_administrator(&server).await;
    assert_eq!(Browser::new(&server).visit("/setup").await.path, "/login");
}

async fn ux_03_a_wrong_code_makes_nobody_and_the_eleventh_try_is_refused(server: TestServer) {
    let browser = Browser::new(&server);
    let page = open(&server, &browser).await;
    for _ in 0..10 {
        let answer = send(&browser, &page, Some("AAAA-AAAA"), ADMIN_PASSWORD).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().contains("That is not the set-up code."), "{}", answer.text());
    }
    let answer = send(&browser, &page, None, ADMIN_PASSWORD).await;
    assert_eq!(answer.status(), 422, "the right code, too late");
    assert!(answer.text().contains("portcullis user setup-link"), "it says what to do: {}", answer.text());
    assert_eq!(server.http().visit("/portal").await.status, 503);
    assert_eq!(browser.answers_with(ADMIN_PASSWORD), 0);
}

async fn a_weak_password_is_refused_and_what_was_typed_stays(server: TestServer) {
    let browser = Browser::new(&server);
    let page = open(&server, &browser).await;
    for password in ["", "short", "123456789012345", "passwordpassword", ADMIN_EMAIL] {
        let answer = send(&browser, &page, None, password).await;
        assert_eq!(answer.status(), 422, "{password}");
        let form = answer.form("/setup");
        assert_eq!((form.value("email"), form.value("name"), form.value("password")), (ADMIN_EMAIL, "Ada Admin", ""));
        assert!(answer.text().contains("There is a problem") && answer.text().contains("<title>Error:"));
    }
    assert_eq!(send(&browser, &page, None, ADMIN_PASSWORD).await.path, "/portal", "no try was used up");
}

async fn an_administrator_that_is_there_is_not_made_twice(server: TestServer) {
    let (one, other) = (Browser::new(&server), Browser::new(&server));
    let first = open(&server, &one).await;
    let second = other.visit("/setup?code=AAAA-AAAA").await;
    assert_eq!(send(&one, &first, None, ADMIN_PASSWORD).await.path, "/portal");
    assert_eq!(send(&other, &second, None, ADMIN_PASSWORD).await.path, "/login");
    assert!(!other.is_signed_in().await);
}
