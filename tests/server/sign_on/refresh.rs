//! Refresh tokens (RT-01 to RT-14).

use super::party::{REVOKE, RelyingParty, Tokens, assert_audited, bob, claims_of, words};
use crate::support::TestServer;
use crate::support::daemon::TOKEN;

on_both_engines!(
    rt_01_11_a_refresh_gives_new_tokens_of_the_same_user,
    rt_02_03_04_a_token_used_again_ends_the_family,
    rt_05_06_10_who_may_not_use_it_does_no_harm,
    rt_07_08_a_scope_may_be_narrowed_and_never_widened,
    rt_09_after_a_revocation_nothing_comes,
    rt_12_13_14_there_is_one_only_if_it_was_granted_and_until_its_end,
    rt_15_a_disabled_user_gets_nothing,
    rt_18_a_lost_answer_is_given_again_but_no_second_branch,
);

async fn rt_01_11_a_refresh_gives_new_tokens_of_the_same_user(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let first = spa.tokens(&browser, "openid offline_access").await;
    server.clock().advance(100);
    let answer = spa.refresh(&first.refresh_token, &[]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let second = Tokens::of(&answer);
    assert_ne!(first.refresh_token, second.refresh_token);
    assert_ne!(first.access_token, second.access_token);
    assert!(spa.is_alive(&second.access_token).await);
    let (before, after) = (claims_of(&first.id_token), claims_of(&second.id_token));
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same], "RT-11 {same}");
    }
    assert_eq!((&after["iat"], after.get("nonce")), (&server.provider().now().0.into(), None));
}

async fn rt_02_03_04_a_token_used_again_ends_the_family(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    for generations in 1..4 {
        let oldest = spa.tokens(&browser, "openid offline_access").await;
        let mut family = vec![oldest.clone()];
        for _ in 0..generations {
            let last = family.last().expect("one").refresh_token.clone();
            family.push(Tokens::of(&spa.refresh(&last, &[]).await));
        }
        spa.refresh(&oldest.refresh_token, &[]).await.assert_refused("invalid_grant");
        for member in &family {
            spa.refresh(&member.refresh_token, &[]).await.assert_refused("invalid_grant");
            assert!(!spa.is_alive(&member.access_token).await, "RT-04");
        }
    }
    assert_audited(&server, "refresh.reused").await;
}

async fn rt_05_06_10_who_may_not_use_it_does_no_harm(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let token = tokens.refresh_token.as_str();
    for other in [RelyingParty::web(&server, "other").await, RelyingParty::spa(&server, "spa").await] {
        other.refresh(token, &[]).await.assert_refused("invalid_grant");
    }
    let id = web.daemon.id.as_str();
    for secret in [&[][..], &[("client_secret", "a wrong secret")]] {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", id)];
        let fields: Vec<_> = fields.into_iter().chain(secret.iter().copied()).collect();
        web.post_as_stranger(TOKEN, &fields).await.assert_refused("invalid_client");
    }
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let altered: [String; 13] = [
        token[..token.len() - 1].to_owned(),
        token[..token.len() / 2].to_owned(),
        token[1..].to_owned(),
        format!("{token}A"),
        format!("{token}="),
        format!("{token}\0"),
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\r\n"),
        token.chars().rev().collect(),
        token.chars().map(swap).collect(),
        token.to_ascii_lowercase(),
        format!("{token}.{token}"),
    ];
    for altered in &altered {
        let answer = web.refresh(altered, &[]).await;
        assert_eq!(answer.status, 400, "RT-10 {altered:?}");
        assert!(["invalid_grant", "invalid_request"].contains(&answer.member("error").as_str()), "RT-10 {altered:?}");
    }
    Tokens::of(&web.refresh(token, &[]).await);
}

async fn rt_07_08_a_scope_may_be_narrowed_and_never_widened(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let mut token = spa.tokens(&browser, "openid email offline_access").await.refresh_token;
    for (asked, given) in [
        ("openid email profile", Err("invalid_scope")),
        ("ocsapi", Err("invalid_scope")),
        ("openid", Ok("openid")),
        ("openid email", Ok("email openid")),
        ("", Ok("email offline_access openid")),
    ] {
        let fields = [("scope", asked)];
        let answer = spa.refresh(&token, if asked.is_empty() { &[] } else { &fields }).await;
        match given {
            Err(error) => answer.assert_refused(error),
            Ok(scope) => {
                token = Tokens::of(&answer).refresh_token;
                assert_eq!(words(&answer.member("scope")), words(scope), "asked for {asked:?}");
            }
        }
    }
}

async fn rt_09_after_a_revocation_nothing_comes(server: TestServer) {
    let browser = bob(&server).await;
    for app in [RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "web").await] {
        let tokens = app.tokens(&browser, "openid offline_access").await;
        assert_eq!(app.post(REVOKE, &[("token", &tokens.refresh_token)]).await.status, 200);
        app.refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
        assert!(!app.is_alive(&tokens.access_token).await, "IR-14");
    }
}

async fn rt_12_13_14_there_is_one_only_if_it_was_granted_and_until_its_end(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    assert_eq!(spa.tokens(&browser, "openid").await.refresh_token, "", "RT-12");
    spa.post(TOKEN, &[("grant_type", "refresh_token")]).await.assert_refused("invalid_request");
    spa.refresh("", &[]).await.assert_refused("invalid_request");
    let mut token = spa.tokens(&browser, "openid offline_access").await.refresh_token;
    let mut days = 0;
    // However much it is used, there is an end.
    let refused = loop {
        server.clock().advance(86_400);
        days += 1;
        let answer = spa.refresh(&token, &[]).await;
        if answer.status != 200 {
            break answer;
        }
        assert!(days < 400, "RT-13: it never ends");
        token = Tokens::of(&answer).refresh_token;
    };
    refused.assert_refused("invalid_grant");
    assert!(days > 1, "it may be used for longer than a day");
}

async fn rt_15_a_disabled_user_gets_nothing(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let tokens = spa.tokens(&browser, "openid offline_access").await;
    server.operator().await.enable_user("bob@example.com", false).await;
    spa.refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
    assert!(!spa.is_alive(&tokens.access_token).await);
}

async fn rt_18_a_lost_answer_is_given_again_but_no_second_branch(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let first = web.tokens(&browser, "openid offline_access").await.refresh_token;
    let second = Tokens::of(&web.refresh(&first, &[]).await).refresh_token;
    let again = Tokens::of(&web.refresh(&first, &[]).await).refresh_token;
    assert_eq!(second, again, "the same one, not another");
    let third = Tokens::of(&web.refresh(&second, &[]).await).refresh_token;
    web.refresh(&first, &[]).await.assert_refused("invalid_grant");
    web.refresh(&third, &[]).await.assert_refused("invalid_grant");
}
