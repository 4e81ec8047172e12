//! Turning back at the sign-in page, and pages for our own trouble.

use crate::support::person::Person;
use crate::support::relying_party::RelyingParty;
use crate::support::{Browser, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;
use reqwest::Method;

on_both_engines!(
    whoever_turns_back_before_signing_in_is_back_at_the_app_in_each_mode,
    error_pages_have_the_theme_and_the_reference,
);

async fn app(server: &TestServer) -> RelyingParty {
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let daemon = server.operator().await.register(ClientType::Hybrid, "Charts", settings).await;
    RelyingParty::new(server, &daemon, "https://app.example/cb")
}

/// Where the page's link back to the app leads.
fn way_back(page: &str) -> String {
    let link = page.split("href=\"/login/cancel?").nth(1).and_then(|rest| rest.split('"').next());
    format!("/login/cancel?{}", link.unwrap_or_else(|| panic!("no way back: {page}")))
}

async fn whoever_turns_back_before_signing_in_is_back_at_the_app_in_each_mode(server: TestServer) {
    let app = app(&server).await;
    for (response_type, mode) in
        [("code", ""), ("code id_token", ""), ("code", "form_post"), ("code id_token", "form_post")]
    {
        let mut request = app.request().with("response_type", response_type);
        if !mode.is_empty() {
            request = request.with("response_mode", mode);
        }
        let browser = Browser::new(&server);
        let page = browser.visit(app.url(&request).strip_prefix(server.public_url()).expect("a path")).await;
        assert!(page.text().contains("Cancel and go back to Charts"), "{}", page.text());
        let back = way_back(&page.text());
        if mode == "form_post" {
            let form = browser.ask(browser.request(Method::GET, &back)).await.text();
            assert!(form.contains("You were not signed in.") && !form.contains("You are signed in"), "{form}");
        }
        let arrival = Person::new(&server, "uma@example.com").visit(&format!("{}{back}", server.public_url())).await;
        assert_eq!(app.refusal(&request, arrival), "access_denied");
    }
    let page = Browser::new(&server).visit("/login").await.text();
    assert!(!page.contains("/login/cancel"), "nobody waits for an answer");
    let damaged = Browser::new(&server).visit("/login/cancel?request=x").await;
    assert_eq!(damaged.status(), 400);
}

async fn error_pages_have_the_theme_and_the_reference(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    admin.cookies().insert("portcullis-theme".to_owned(), "dark".to_owned());
    let path = "/portal/users/new";
    let form = admin.visit(path).await.form(path).with("csrf", "forged");
    let stale = admin.post(&form).await;
    server.destroy_database().await;
    let gone = admin.ask(admin.request(Method::GET, "/portal")).await;
    for (answer, status, words) in [(stale, 403, "This form was open too long"), (gone, 503, "Not ready yet")] {
        let page = answer.text();
        assert_eq!(answer.status, status, "{page}");
        assert!(page.contains("data-theme=\"dark\"") && page.contains(words), "{page}");
        assert!(page.contains(&format!("value=\"{}\"", answer.header("x-request-id"))), "{page}");
    }
}
