//! Whom an app means: the sign-in page asks for that user, and for whoever is signed in only if it is them.

use super::party::{RelyingParty, bob, claims_of};
use crate::support::{Browser, Page, TestServer, USER_PASSWORD};

on_both_engines!(
    the_sign_in_page_asks_for_the_user_whom_the_app_means,
    what_is_not_looked_at_in_a_request_does_not_make_it_longer,
);

/// What the page asks: its heading, and the address in its field.
fn asked(page: &Page) -> (String, String) {
    (page.heading(), page.form("/login").value("email").to_owned())
}

/// What is sent, the heading, and the address that is filled in.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

async fn the_sign_in_page_asks_for_the_user_whom_the_app_means(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let uma = server.user("uma@example.com").await;
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    let (hers, his) = (web.tokens(&uma, "openid").await.id_token, web.tokens(&browser, "openid").await.id_token);
    let sub = claims_of(&hers)["sub"].as_str().expect("a subject").to_owned();
    let her_sub = format!(r#"{{"id_token":{{"sub":{{"value":"{sub}"}}}}}}"#);
    let (again, other) = ("Confirm it’s you", "Sign in");
    let rows: [Row<'_>; 8] = [
        (&[("prompt", "login")], again, "bob@example.com"),
        (&[("max_age", "0")], again, "bob@example.com"),
        (&[("prompt", "login"), ("login_hint", "BOB@example.com")], again, "BOB@example.com"),
        (&[("prompt", "login"), ("id_token_hint", &his)], again, "bob@example.com"),
        (&[("id_token_hint", &hers)], other, "uma@example.com"),
        (&[("prompt", "login"), ("id_token_hint", &hers), ("login_hint", "bob@example.com")], other, "uma@example.com"),
        (&[("prompt", "login"), ("login_hint", "uma@example.com")], other, "uma@example.com"),
        // Whoever knows an id does not learn the address of its owner.
        (&[("claims", &her_sub)], other, ""),
    ];
    for (changes, heading, email) in rows {
        let page = web.ask(&browser, changes).await.page();
        assert_eq!(asked(&page), (heading.to_owned(), email.to_owned()), "{changes:?}");
        let typed = if email.is_empty() { "uma@example.com" } else { email };
        for password in ["wrong", ""] {
            let form = page.form("/login").with("email", typed).with("password", password);
            assert_eq!(asked(&browser.submit(&form).await), (heading.to_owned(), typed.to_owned()), "{changes:?}");
        }
    }
    let page = web.ask(&browser, &[("prompt", "login")]).await.page();
    let form = page.form("/login").with("email", "uma@example.com").with("password", "wrong");
    assert_eq!(browser.submit(&form).await.heading(), other, "somebody else is about to sign in");
    let page = web.ask(&Browser::new(&server), &[("id_token_hint", &hers)]).await.page();
    assert_eq!(asked(&page), (other.to_owned(), "uma@example.com".to_owned()));
}

async fn what_is_not_looked_at_in_a_request_does_not_make_it_longer(server: TestServer) {
    let (web, browser) = (RelyingParty::web(&server, "web").await, Browser::new(&server));
    let noise = "x".repeat(12_500);
    let page = web.ask(&browser, &[("x", &noise), ("display", "popup")]).await.page();
    assert_eq!((page.status(), page.heading().as_str()), (200, "Sign in"));
    let noise = "x".repeat(20_000);
    let form = crate::support::html::Form {
        action: super::party::AUTHORIZE.to_owned(),
        fields: url::form_urlencoded::parse(web.query(&[("x", &noise)]).as_bytes()).into_owned().collect(),
    };
    let page = super::party::submit(&browser, &form).await.page();
    assert_eq!((page.status(), page.heading().as_str()), (200, "Sign in"));
    // The longest request that is taken fits, and one that is longer comes back to the app.
    let (hint, state) = ("h".repeat(8_000), "s".repeat(1_900));
    let long = |nonce| [("login_hint", "uma@example.com"), ("acr_values", &hint[..1_000]), ("state", &state), nonce];
    let page = web.ask(&browser, &long(("nonce", "n"))).await.page();
    assert_eq!(page.status(), 200);
    let refused = web.ask(&browser, &[("id_token_hint", &hint), ("state", &state), ("claims", &hint[..4_000])]).await;
    assert!(refused.fields()["error_description"].starts_with("The parameter id_token_hint is too long."));
}
