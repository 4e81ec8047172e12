//! Asking users whether an app may (CS-01 to CS-08).

use super::party::{Arrival, RelyingParty, assert_audited, bob, go, submit};
use crate::support::html::Form;
use crate::support::http::send;
use crate::support::{Browser, TestServer};
use reqwest::Method;

on_both_engines!(
    cs_01_02_04_only_the_users_own_form_counts,
    cs_03_a_denial_goes_to_the_app,
    cs_05_more_scope_needs_a_new_consent,
    cs_06_the_page_is_neither_framed_nor_kept,
    cs_07_a_decision_sent_again_gives_no_code_again,
    cs_08_the_scope_is_the_one_that_was_shown,
);

/// The form that asks.
async fn asked(app: &RelyingParty, browser: &Browser, scope: &str) -> Form {
    app.ask(browser, &[("scope", scope)]).await.page().form("/consent")
}

/// Nothing came of it.
fn assert_no_code(arrival: &Arrival, why: &str) {
    let to = arrival.answer.header("location");
    assert!(!to.contains("code=") && !arrival.answer.text().contains("name=\"code\""), "{why}: {to}");
}

async fn cs_01_02_04_only_the_users_own_form_counts(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let form = asked(&app, &browser, "openid").await.with("decision", "allow");
    let stranger = Browser::new(&server);
    // A form that proves nothing decides nothing: the page is asked for again, by whoever is there.
    let asked_again = submit(&stranger, &form).await;
    assert!(asked_again.path.starts_with("/login?"), "CS-01: {}", asked_again.path);
    assert_no_code(&asked_again, "CS-01");
    let mut changed = form.value("csrf").to_owned();
    changed.replace_range(..1, if changed.starts_with('A') { "B" } else { "A" });
    for csrf in ["", "garbage", &changed] {
        let unproven = form.clone().with("csrf", csrf);
        assert_eq!(browser.post(&unproven.clone().without("sealed")).await.status, 403, "CS-02 {csrf}");
        let asked_again = submit(&browser, &unproven).await;
        assert_no_code(&asked_again, "CS-02");
        asked_again.page().form("/consent");
    }
    let from_elsewhere = browser.request(Method::POST, "/consent").form(&form.fields);
    let from_elsewhere = from_elsewhere.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    assert_eq!(send(from_elsewhere).await.status, 403, "CS-02");
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
    assert_no_code(&go(&browser, &format!("/consent?{query}")).await, "CS-04");
    asked(&app, &browser, "openid").await;
    app.keep_code(&submit(&browser, &form).await.fields());
}

async fn cs_03_a_denial_goes_to_the_app(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let form = asked(&app, &browser, "openid").await.with("decision", "cancel");
    let fields = submit(&browser, &form).await.fields();
    assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("access_denied", "st"));
    assert_eq!(fields["iss"], server.issuer());
    assert_audited(&server, "consent.denied").await;
    asked(&app, &browser, "openid").await;
}

async fn cs_05_more_scope_needs_a_new_consent(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let silent = async |scope| app.ask(&browser, &[("scope", scope), ("prompt", "none")]).await;
    assert_eq!(silent("openid").await.error(), "consent_required");
    let form = asked(&app, &browser, "openid email").await.with("decision", "allow");
    app.keep_code(&submit(&browser, &form).await.fields());
    for (scope, error) in [("openid", None), ("openid email", None), ("openid email profile", Some("consent_required"))]
    {
        let fields = silent(scope).await.fields();
        assert_eq!(fields.get("error").map(String::as_str), error, "{scope}");
    }
    let page = app.ask(&browser, &[("scope", "openid email profile")]).await.page();
    assert!(page.text().contains("(profile)"), "{}", page.text());
}

async fn cs_06_the_page_is_neither_framed_nor_kept(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let answer = app.ask(&browser, &[]).await.page().answer;
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

async fn cs_07_a_decision_sent_again_gives_no_code_again(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let form = asked(&app, &browser, "openid").await.with("decision", "allow");
    let first = app.keep_code(&submit(&browser, &form).await.fields());
    assert_eq!(app.exchange(&first, &[]).await.status, 200);
    // The Back button: a code of its own, or none.
    if let Some(second) = submit(&browser, &form).await.fields().get("code") {
        server.confide(second);
        assert_ne!(*second, first);
    }
    app.exchange(&first, &[]).await.assert_refused("invalid_grant");
}

async fn cs_08_the_scope_is_the_one_that_was_shown(server: TestServer) {
    let (app, browser) = (RelyingParty::asking(&server, "app").await, bob(&server).await);
    let form = asked(&app, &browser, "openid").await.with("decision", "allow");
    let form = form.with("scope", "openid email profile").with("scopes", "email").with("user_id", "ada");
    let code = app.keep_code(&submit(&browser, &form).await.fields());
    assert_eq!(app.exchange(&code, &[]).await.member("scope"), "openid");
    let more = app.ask(&browser, &[("scope", "openid email"), ("prompt", "none")]).await;
    assert_eq!(more.error(), "consent_required", "nothing more was agreed to");
    let other = asked(&app, &browser, "openid email").await.with("decision", "allow");
    let damaged = other.value("request")[1..].to_owned();
    assert_no_code(&submit(&browser, &other.with("request", &damaged)).await, "a damaged ticket");
}
