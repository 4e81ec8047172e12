//! Signing out at an app's wish (ES-01 to ES-12).

use super::party::{Arrival, RelyingParty, bob, claims_of, go, submit};
use crate::support::html::Form;
use crate::support::http::send;
use crate::support::{Browser, TestServer, USER_PASSWORD, keys};
use reqwest::Method;
use serde_json::json;
use url::form_urlencoded::Serializer;

on_both_engines!(
    es_01_02_ux_48_an_unregistered_address_is_gone_to_by_nobody,
    es_03_ux_48_a_hint_that_is_not_ours_ends_nothing_and_is_no_error,
    es_04_05_ux_48_a_link_alone_ends_nothing,
    es_06_08_11_ux_48_the_app_gets_its_state_back,
    es_07_a_copied_cookie_is_dead,
    es_09_10_what_is_inconsistent_or_hostile_is_said,
    es_12_the_hint_of_another_user_never_ends_this_one,
    signing_out_ends_what_hung_on_an_earlier_sign_in_of_this_browser,
    another_user_in_the_same_browser_ends_what_hung_on_the_first,
);

const END_SESSION: &str = "/identity/connect/endsession";
const BYE: &str = "https://web.example/bye";

fn path(fields: &[(&str, &str)]) -> String {
    format!("{END_SESSION}?{}", Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// The page that asks.
fn asking(arrival: Arrival) -> Form {
    arrival.page().form("/logout")
}

async fn es_01_02_ux_48_an_unregistered_address_is_gone_to_by_nobody(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    RelyingParty::web(&server, "other").await;
    let hint = web.tokens(&browser, "openid").await.id_token;
    let id = web.daemon.id.as_str();
    let foreign = [
        "https://evil.example/",
        "https://other.example/bye",
        "https://web.example/app/cb",
        "https://web.example/bye/",
        "https://web.example/bye?x=1",
        "https://web.example/bye#x",
        "https://web.example/BYE",
        "http://web.example/bye",
        "https://web.example/",
        "https://web.example:443/bye",
        "https://web.example.evil.example/bye",
        "https://web.example@evil.example/bye",
        "https://web.example/x/../bye",
        "https://web.example/%62ye",
        "//web.example/bye",
        "/bye",
        "javascript:alert(1)",
        " https://web.example/bye",
        "https://web.example/bye\r\n",
        "https:\\\\web.example\\bye",
    ];
    let uri = |uri| ("post_logout_redirect_uri", uri);
    for uri in foreign.map(uri) {
        for known in [("id_token_hint", hint.as_str()), ("client_id", id)] {
            let form = asking(go(&browser, &path(&[known, uri, ("state", "s")])).await);
            assert!(browser.is_signed_in().await, "ES-01: {uri:?}");
            // Whoever says yes is signed out, and stays here. One row shows it.
            if uri.1 == "https://evil.example/" {
                let done = submit(&browser, &form.with("decision", "sign-out")).await;
                assert_eq!((done.answer.status, done.answer.header("location")), (200, ""), "ES-01");
                browser.sign_in("bob@example.com", USER_PASSWORD).await;
            }
        }
    }
    let form = asking(go(&browser, &path(&[uri(BYE), ("state", "s")])).await);
    let done = submit(&browser, &form.with("decision", "sign-out")).await;
    assert_eq!((done.answer.status, done.answer.header("location")), (200, ""), "ES-02");
    assert!(!browser.is_signed_in().await);
}

async fn es_03_ux_48_a_hint_that_is_not_ours_ends_nothing_and_is_no_error(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let hint = &tokens.id_token;
    let mut forged = hint.clone();
    forged.replace_range(hint.len() - 8.., "AAAAAAAA");
    let claims = json!({ "iss": "https://evil.example", "sub": "bob", "aud": web.daemon.id, "exp": 1 });
    let foreign = keys::sign(&server.place().master_key_file(), "JWT", &claims);
    for hint in ["garbage", "a.b.c", &hint[..hint.len() / 2], &forged, &foreign, &tokens.access_token] {
        let query = [("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("client_id", &web.daemon.id)];
        let answer = go(&browser, &path(&query)).await.answer;
        assert!(answer.status < 500 && answer.header("location").is_empty(), "ES-03: {hint}");
        assert!(browser.is_signed_in().await, "ES-03: {hint}");
    }
}

async fn es_04_05_ux_48_a_link_alone_ends_nothing(server: TestServer) {
    let browser = bob(&server).await;
    for fields in [&[][..], &[("state", "s")], &[("logout_hint", "bob@example.com")]] {
        let form = asking(go(&browser, &path(fields)).await);
        assert!(browser.is_signed_in().await, "ES-04");
        let unproven = submit(&browser, &form.clone().with("csrf", "")).await;
        assert_eq!(unproven.answer.status, 403, "ES-05");
        let from_elsewhere = browser.request(Method::POST, "/logout").form(&form.fields);
        let from_elsewhere = from_elsewhere.header("origin", "https://evil.example");
        assert_eq!(send(from_elsewhere.header("sec-fetch-site", "cross-site")).await.status, 403, "ES-05");
        assert!(browser.is_signed_in().await, "ES-05");
    }
    let form = asking(go(&browser, END_SESSION).await);
    submit(&browser, &form.clone().with("decision", "stay")).await;
    assert!(browser.is_signed_in().await);
    submit(&browser, &form.with("decision", "sign-out")).await;
    assert!(!browser.is_signed_in().await);
}

async fn es_06_08_11_ux_48_the_app_gets_its_state_back(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let state = "a b+c&d=\"<x>\u{e9}";
    for by_post in [false, true] {
        let hint = web.tokens(&browser, "openid").await.id_token;
        server.clock().advance(4_000);
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", state)];
        let arrival = if by_post {
            let form = Form { action: END_SESSION.to_owned(), ..Form::default() };
            submit(&browser, &fields.iter().fold(form, |form, (name, value)| form.with(name, value))).await
        } else {
            go(&browser, &path(&fields)).await
        };
        assert!(arrival.away().starts_with(&format!("{BYE}?")), "ES-11: {}", arrival.away());
        assert_eq!(arrival.fields().into_iter().collect::<Vec<_>>(), [("state".to_owned(), state.to_owned())]);
        assert!(!browser.is_signed_in().await, "ES-08");
        let again = go(&browser, &path(&fields)).await;
        assert!(again.away().starts_with(BYE), "signed out already: still on its way");
        browser.sign_in("bob@example.com", USER_PASSWORD).await;
    }
    let without = go(&browser, &path(&[("client_id", &web.daemon.id), ("post_logout_redirect_uri", BYE)])).await;
    let done = submit(&browser, &asking(without).with("decision", "sign-out")).await;
    assert_eq!(done.away(), BYE, "known by its id and confirmed");
}

async fn es_07_a_copied_cookie_is_dead(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let hint = web.tokens(&browser, "openid").await.id_token;
    let copy = Browser::new(&server);
    copy.cookies().extend(browser.cookies().clone());
    assert!(copy.is_signed_in().await);
    go(&browser, &path(&[("id_token_hint", &hint)])).await;
    assert!(!browser.is_signed_in().await && !copy.is_signed_in().await);
    let silent = web.ask(&copy, &[("prompt", "none")]).await;
    assert_eq!(silent.error(), "login_required");
}

async fn es_09_10_what_is_inconsistent_or_hostile_is_said(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let hint = web.tokens(&browser, "openid").await.id_token;
    let markup = "\"'><script>alert(1)</script>";
    for named in ["another", markup] {
        let fields = [("id_token_hint", hint.as_str()), ("client_id", named), ("post_logout_redirect_uri", BYE)];
        go(&browser, &path(&fields)).await.assert_refused("ES-09");
        assert!(browser.is_signed_in().await, "ES-09");
    }
    for name in ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint", "x"] {
        let answer = go(&browser, &path(&[(name, markup)])).await.page().answer;
        assert!(!answer.text().contains("<script>alert"), "ES-10 {name}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "ES-10");
        assert!(answer.header("cache-control").contains("no-store"), "ES-10");
    }
    for broken in ["x=%zz", "x=%ff%fe", "state=a&state=b"] {
        go(&browser, &format!("{END_SESSION}?{broken}")).await.assert_refused(broken);
    }
    assert!(browser.is_signed_in().await);
}

async fn es_12_the_hint_of_another_user_never_ends_this_one(server: TestServer) {
    let (bob, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let hint = web.tokens(&bob, "openid").await.id_token;
    let carol = server.user("carol@example.com").await;
    carol.sign_in("carol@example.com", USER_PASSWORD).await;
    let page = go(&carol, &path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])).await.page();
    assert!(page.text().contains("carol@example.com") && !page.text().contains("bob@example.com"), "{}", page.text());
    assert!(carol.is_signed_in().await && bob.is_signed_in().await);
    submit(&carol, &page.form("/logout").with("decision", "sign-out")).await;
    assert!(!carol.is_signed_in().await && bob.is_signed_in().await);
}

/// Signs in where somebody is signed in: an app has asked for it.
async fn sign_in_again(browser: &Browser, app: &RelyingParty, email: &str) {
    let form = app.ask(browser, &[("prompt", "login")]).await.page().form("/login");
    let arrival = submit(browser, &form.with("email", email).with("password", USER_PASSWORD)).await;
    assert!(arrival.fields().contains_key("code"));
}

async fn signing_out_ends_what_hung_on_an_earlier_sign_in_of_this_browser(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let before = web.tokens(&browser, "openid").await;
    sign_in_again(&browser, &web, "bob@example.com").await;
    let after = web.tokens(&browser, "openid").await;
    go(&browser, &path(&[("id_token_hint", &after.id_token)])).await;
    assert!(!browser.is_signed_in().await);
    for tokens in [before, after] {
        assert!(!web.is_active(&tokens.access_token).await);
    }
}

async fn another_user_in_the_same_browser_ends_what_hung_on_the_first(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let of_bob = web.tokens(&browser, "openid").await;
    server.user("carol@example.com").await;
    sign_in_again(&browser, &web, "carol@example.com").await;
    let of_carol = web.tokens(&browser, "openid").await;
    assert_ne!(claims_of(&of_bob.id_token)["sid"], claims_of(&of_carol.id_token)["sid"]);
    assert!(!web.is_active(&of_bob.access_token).await, "LG-15");
    assert!(web.is_active(&of_carol.access_token).await);
}
