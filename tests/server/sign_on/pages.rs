//! What is said where there is no request to answer, or one that cannot be read.

use super::party::{AUTHORIZE, RelyingParty, bob, submit};
use crate::support::http::send;
use crate::support::{Browser, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;
use reqwest::Method;

on_both_engines!(
    a_page_without_its_request_is_out_of_date_and_leads_on,
    a_consent_form_without_an_answer_asks_again,
    an_authorization_request_in_json_is_told_what_to_send,
    a_preflight_for_what_is_open_to_all_is_granted,
    only_a_url_that_is_missing_and_fits_is_offered_to_be_added,
);

async fn a_page_without_its_request_is_out_of_date_and_leads_on(server: TestServer) {
    let (stranger, bob) = (Browser::new(&server), bob(&server).await);
    for path in ["/consent", "/consent?request=garbage", "/login/select", "/identity/connect/authorize/callback"] {
        for (browser, on) in [(&stranger, "/login"), (&bob, "/account")] {
            let page = browser.visit(path).await;
            assert_eq!((page.status(), page.heading().as_str()), (400, "This page is out of date"), "{path}");
            assert!(page.text().contains(&format!("href=\"{on}\"")), "{path}: {}", page.text());
            assert!(!page.text().contains("problem in the app"), "{path}");
        }
    }
}

async fn a_consent_form_without_an_answer_asks_again(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let form = app.ask(&browser, &[("scope", "openid")]).await.page().form("/consent");
    for form in [form.clone(), form.clone().with("decision", "maybe")] {
        let again = submit(&browser, &form).await;
        assert!(again.path.starts_with("/consent?"), "{}", again.path);
        again.page().form("/consent");
    }
    let other = submit(&browser, &form.with("decision", "other")).await;
    assert!(other.path.starts_with("/login?"), "{}", other.path);
}

async fn an_authorization_request_in_json_is_told_what_to_send(server: TestServer) {
    let post = || server.http().request(Method::POST, AUTHORIZE);
    for request in [post().header("content-type", "application/json").body("{}"), post().body("client_id=x")] {
        let answer = send(request).await;
        assert_eq!((answer.status, answer.header("content-type")), (415, "text/html; charset=utf-8"));
        assert!(answer.text().contains("application/x-www-form-urlencoded"), "{}", answer.text());
    }
}

async fn a_preflight_for_what_is_open_to_all_is_granted(server: TestServer) {
    for path in ["openid-configuration", "openid-configuration/jwks", "oauth-authorization-server"] {
        let request = server.http().request(Method::OPTIONS, &format!("/identity/.well-known/{path}"));
        let request = request.header("origin", "https://any.example").header("access-control-request-method", "GET");
        let answer = send(request.header("access-control-request-headers", "x-requested-with")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD");
        assert_eq!(answer.header("access-control-allow-headers"), "x-requested-with");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

async fn only_a_url_that_is_missing_and_fits_is_offered_to_be_added(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let app = server.operator().await.register(ClientType::Hybrid, "app", settings).await;
    let address = |rest: &str| format!("{AUTHORIZE}?client_id={}&response_type=code&scope=openid{rest}", app.id);
    for (rest, offered) in [
        ("&redirect_uri=https%3A%2F%2Fapp.example%2Fother", true),
        ("&redirect_uri=javascript%3Aalert(1)", false),
        ("", false),
    ] {
        let page = admin.visit(&address(rest)).await;
        assert_eq!((page.status(), page.text().contains("Add this URL")), (400, offered), "{rest}: {}", page.text());
    }
}
