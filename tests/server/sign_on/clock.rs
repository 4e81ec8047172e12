//! Clocks that jump, and keys that are long out of use.

use super::party::{RelyingParty, Tokens, bob, go};
use crate::support::TestServer;
use reqwest::Method;
use url::form_urlencoded::Serializer;

on_both_engines!(
    rt_20_a_clock_that_goes_back_revives_nothing,
    rel_13_no_time_however_far_makes_the_server_fail,
    es_11_the_hint_of_an_archived_key_is_known,
);

const DAY: i64 = 86_400;

async fn rt_20_a_clock_that_goes_back_revives_nothing(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let code = web.code(&browser, "openid offline_access").await;
    let first = Tokens::of(&web.exchange(&code, &[]).await);
    let second = Tokens::of(&web.refresh(&first.refresh_token, &[]).await);
    let revoked = web.tokens(&browser, "openid offline_access").await;
    web.post(super::party::REVOKE, &[("token", &revoked.refresh_token)]).await;
    server.clock().advance(-7_200);
    web.refresh(&revoked.refresh_token, &[]).await.assert_refused("invalid_grant");
    assert!(!web.is_active(&revoked.access_token).await);
    // What was spent is in two hands, whatever the clock says.
    web.refresh(&first.refresh_token, &[]).await.assert_refused("invalid_grant");
    web.refresh(&second.refresh_token, &[]).await.assert_refused("invalid_grant");
    web.exchange(&code, &[]).await.assert_refused("invalid_grant");
}

async fn rel_13_no_time_however_far_makes_the_server_fail(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let (daemon, tokens) = (server.daemon("nightly-import").await, web.tokens(&browser, "openid offline_access").await);
    // Two hours on, ten years on, beyond 2038, beyond the year 9999, and back to 1970 and before.
    for jump in [7_200, 3_650 * DAY, 20 * 365 * DAY, 8_000 * 365 * DAY, -8_100 * 365 * DAY, -100 * 365 * DAY] {
        server.clock().advance(jump);
        for path in ["/login", "/identity/.well-known/openid-configuration/jwks", "/account"] {
            let answer = browser.ask(browser.request(Method::GET, path)).await;
            assert!(answer.status < 500, "{jump}: {path}: {}", answer.text());
        }
        for answer in [
            daemon.token_post(&[]).await,
            web.refresh(&tokens.refresh_token, &[]).await,
            web.userinfo(&tokens.access_token).await,
            web.ask(&browser, &[]).await.answer,
        ] {
            assert!(answer.status < 500, "{jump}: {}", answer.text());
        }
    }
}

async fn es_11_the_hint_of_an_archived_key_is_known(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let hint = web.tokens(&browser, "openid").await.id_token;
    let kid = jsonwebtoken::decode_header(&hint).expect("a header").kid.expect("a key");
    // Announced, active, and the one before archived.
    for days in [89, 1, 2, 2] {
        server.clock().advance(days * DAY);
        server.provider().rotate_signing_keys().await.expect("a rotation");
    }
    let keys = server.http().get("/identity/.well-known/openid-configuration/jwks").await.text();
    assert!(!keys.contains(&kid), "it is published no more");
    let fields =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://web.example/bye"), ("state", "s")];
    let query = Serializer::new(String::new()).extend_pairs(fields).finish();
    let arrival = go(&browser, &format!("/identity/connect/endsession?{query}")).await;
    assert_eq!(arrival.away(), "https://web.example/bye?state=s");
}
