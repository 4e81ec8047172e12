//! Ways back to the app: from a page that was left open, to an app with a scheme of its own, and none after access was
//! removed. Names begin with the number of the statement (UX-44 and so on).

use super::party::{RelyingParty, bob, go, submit};
use crate::support::html::Form;
use crate::support::{Browser, TestServer, USER_PASSWORD};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{ClientType, ConsentPolicy};

on_both_engines!(
    ux_44_a_sign_in_page_left_open_for_20_hours_ends_in_the_app,
    ux_46_an_app_with_a_scheme_of_its_own_is_reached_by_a_button,
    ux_49_an_app_whose_access_is_removed_gets_no_more,
);

fn filled(form: &Form) -> Form {
    form.clone().with("email", "bob@example.com").with("password", USER_PASSWORD)
}

async fn ux_44_a_sign_in_page_left_open_for_20_hours_ends_in_the_app(server: TestServer) {
    let app = RelyingParty::spa(&server, "shop").await;
    let browser = server.user("bob@example.com").await;
    let page = app.ask(&browser, &[]).await.page();
    let form = page.form("/login");
    server.clock().advance(20 * 3_600);
    app.keep_code(&submit(&browser, &filled(&form)).await.fields());
    // The same page sent again, reloaded, and opened from a bookmark: whoever is signed in is not asked again.
    for again in [submit(&browser, &filled(&form)).await, go(&browser, &page.path).await] {
        app.keep_code(&again.fields());
    }
    let elsewhere = Browser::new(&server);
    let form = go(&elsewhere, &page.path).await.page().form("/login");
    app.keep_code(&submit(&elsewhere, &filled(&form)).await.fields());
}

async fn ux_46_an_app_with_a_scheme_of_its_own_is_reached_by_a_button(server: TestServer) {
    let url = "com.example.app:/cb";
    let settings = ClientSettings {
        redirect_urls: Some(vec![url.to_owned()]),
        consent: Some(ConsentPolicy::Always),
        ..ClientSettings::default()
    };
    let daemon = server.operator().await.register(ClientType::AuthorizationCode, "field-app", settings).await;
    let spa = RelyingParty::spa(&server, "other").await;
    let query = [("client_id", daemon.id.as_str()), ("redirect_uri", url)];
    let browser = bob(&server).await;
    for (decision, title, says) in
        [("allow", "code=", "You are signed in."), ("cancel", "error=access_denied", "You were not signed in.")]
    {
        let consent = spa.ask(&browser, &query).await.page().form("/consent");
        let page = submit(&browser, &consent.with("decision", decision)).await.page();
        let html = page.text();
        assert_eq!((page.status(), page.answer.header("cache-control")), (200, "no-store"), "{html}");
        assert!(html.contains(says), "{html}");
        let refresh = page.answer.header("refresh").strip_prefix("0; url=").expect("the browser is sent on");
        assert!(refresh.starts_with(url) && refresh.contains(title), "{refresh}");
        let button = format!("href=\"{}\">Continue</a>", refresh.replace('&', "&#38;"));
        assert!(html.contains(&button), "{button} is not in {html}");
        if let Some(code) = refresh.split(['?', '&']).find_map(|part| part.strip_prefix("code=")) {
            server.confide(code);
        }
    }
}

async fn ux_49_an_app_whose_access_is_removed_gets_no_more(server: TestServer) {
    let (browser, app) = (bob(&server).await, RelyingParty::web(&server, "charts").await);
    let tokens = app.tokens(&browser, "openid offline_access").await;
    let page = browser.visit("/account/apps").await;
    let path = format!("/account/apps/{}/remove", app.daemon.id);
    assert!(page.text().contains("charts") && page.text().contains("Remove access"), "{}", page.text());
    let done = browser.submit(&page.form(&path)).await.text();
    assert!(done.contains("Access tokens that the app still has work for an hour at most."), "{done}");
    assert!(done.contains("No app has access to your account"), "{done}");
    let refused = app.refresh(&tokens.refresh_token, &[]).await;
    refused.assert_refused("invalid_grant");
    assert_eq!(refused.member("error_code"), "PC-2212");
}
