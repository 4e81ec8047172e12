//! Many at once, on two nodes of one server: never two living branches, never trouble of our own (RACE-01 to RACE-03).
//! Every answer of 500 and above fails where it is heard.

use super::party::{REVOKE, RelyingParty, Tokens, bob};
use crate::support::{Answer, Browser, TestServer, USER_PASSWORD};
use std::collections::BTreeSet;
use std::future::Future;

on_both_engines!(
    race_01_one_code_gives_tokens_once,
    race_02_a_public_client_keeps_no_second_branch,
    race_02_a_client_with_a_secret_gets_one_successor,
    race_03_nothing_lives_after_a_revocation_that_meets_a_refresh,
    of_sign_ins_in_one_browser_at_one_instant_nothing_is_left_behind,
);

const RACERS: usize = 16;
const ROUNDS: usize = 4;

/// The app as each of two nodes knows it.
async fn on_two_nodes(server: &TestServer, app: RelyingParty) -> [RelyingParty; 2] {
    let second = server.second_node().await;
    let there = app.at(&second);
    [app, there]
}

/// Starts all racers together, half of them at each node.
async fn race<F>(nodes: &[RelyingParty; 2], racer: impl Fn(RelyingParty, usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let running: Vec<_> = (0..RACERS).map(|n| tokio::spawn(racer(nodes[n % 2].clone(), n))).collect();
    let mut answers = Vec::new();
    for racer in running {
        let answer = racer.await.expect("no racer panics");
        assert!(answer.status < 500, "{}", answer.text());
        answers.push(answer);
    }
    answers
}

/// Those who got tokens; all others were refused.
fn winners(answers: &[Answer]) -> Vec<Tokens> {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    for answer in lost {
        answer.assert_refused("invalid_grant");
    }
    won.into_iter().map(Tokens::of).collect()
}

async fn race_01_one_code_gives_tokens_once(server: TestServer) {
    let browser = bob(&server).await;
    let app = RelyingParty::web(&server, "web").await;
    let nodes = on_two_nodes(&server, app).await;
    for round in 0..ROUNDS {
        let code = nodes[round % 2].code(&browser, "openid offline_access").await;
        let answers = race(&nodes, |app, _| {
            let code = code.clone();
            async move { app.exchange(&code, &[]).await }
        })
        .await;
        let won = winners(&answers);
        assert_eq!(won.len(), 1, "RACE-01");
        // Whoever came second has ended what the first one got (TK-26).
        for app in &nodes {
            assert!(!app.is_active(&won[0].access_token).await);
            assert!(!app.is_active(&won[0].refresh_token).await);
        }
    }
}

/// Lets all use one refresh token at once; gives their tokens.
async fn race_with_one_token(nodes: &[RelyingParty; 2], browser: &Browser) -> (Tokens, Vec<Tokens>) {
    let first = nodes[0].tokens(browser, "openid offline_access").await;
    let answers = race(nodes, |app, _| {
        let token = first.refresh_token.clone();
        async move { app.refresh(&token, &[]).await }
    })
    .await;
    (first, winners(&answers))
}

async fn race_02_a_public_client_keeps_no_second_branch(server: TestServer) {
    let browser = bob(&server).await;
    let app = RelyingParty::spa(&server, "spa").await;
    let nodes = on_two_nodes(&server, app).await;
    for _ in 0..ROUNDS {
        let (first, won) = race_with_one_token(&nodes, &browser).await;
        assert_eq!(won.len(), 1, "RACE-02");
        for tokens in won.iter().chain([&first]) {
            nodes[1].refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
            assert!(!nodes[1].is_alive(&tokens.access_token).await, "the token was in two hands");
        }
    }
}

async fn race_02_a_client_with_a_secret_gets_one_successor(server: TestServer) {
    let browser = bob(&server).await;
    let app = RelyingParty::web(&server, "web").await;
    let nodes = on_two_nodes(&server, app).await;
    for _ in 0..ROUNDS {
        let (_, won) = race_with_one_token(&nodes, &browser).await;
        assert!(!won.is_empty());
        let successors: BTreeSet<_> = won.iter().map(|tokens| &tokens.refresh_token).collect();
        assert_eq!(successors.len(), 1, "RACE-02: one branch");
        Tokens::of(&nodes[1].refresh(&won[0].refresh_token, &[]).await);
    }
}

async fn race_03_nothing_lives_after_a_revocation_that_meets_a_refresh(server: TestServer) {
    let browser = bob(&server).await;
    let app = RelyingParty::web(&server, "web").await;
    let nodes = on_two_nodes(&server, app).await;
    for _ in 0..ROUNDS {
        let first = nodes[0].tokens(&browser, "openid offline_access").await;
        let answers =
            race(&nodes, |app, n| {
                let token = first.refresh_token.clone();
                async move {
                    if n < 2 { app.post(REVOKE, &[("token", &token)]).await } else { app.refresh(&token, &[]).await }
                }
            })
            .await;
        let refreshes = &answers[2..];
        assert!(answers[..2].iter().all(|answer| answer.status == 200));
        for tokens in winners(refreshes).iter().chain([&first]) {
            for app in &nodes {
                assert!(!app.is_active(&tokens.access_token).await, "RACE-03");
                app.refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
            }
        }
    }
}

/// Tabs of one browser sign in at once: one session is left, and all that hung on the others hangs on it.
async fn of_sign_ins_in_one_browser_at_one_instant_nothing_is_left_behind(server: TestServer) {
    const BOB: &str = "bob@example.com";
    let browser = bob(&server).await;
    let app = RelyingParty::spa(&server, "spa").await;
    let mut granted = vec![app.tokens(&browser, "openid").await.access_token];
    for round in 0..3 {
        // The first round follows a session; for the others nobody is signed in when the tabs begin.
        let form = if round == 0 {
            browser.visit("/login/confirm").await.form("/login/confirm")
        } else {
            browser.cookies().remove("portcullis-session");
            browser.visit("/login").await.form("/login").with("email", BOB)
        };
        let form = form.with("password", USER_PASSWORD);
        let tab = || {
            let (browser, form) = (browser.clone(), form.clone());
            tokio::spawn(async move { browser.post(&form).await })
        };
        for tab in [tab(), tab(), tab(), tab()] {
            let answer = tab.await.expect("a tab that does not panic");
            assert!(answer.status < 500, "{}", answer.text());
        }
        // The browser kept the cookie that came last, which need not be the one of the session that is left.
        if !browser.is_signed_in().await {
            browser.sign_in(BOB, USER_PASSWORD).await;
        }
        let devices = browser.visit("/account/devices").await.text();
        assert_eq!(devices.matches("this device").count(), 1);
        assert!(!devices.contains("Sign out all others"), "{devices}");
        granted.push(app.tokens(&browser, "openid").await.access_token);
    }
    for token in &granted {
        assert!(app.is_alive(token).await);
    }
    let form = browser.visit("/logout").await.form("/logout");
    browser.submit(&form.with("decision", "sign-out")).await;
    for token in &granted {
        assert!(!app.is_alive(token).await, "signing out ends what hung on any of the sessions");
    }
}
