//! Rows that somebody moved about in the database (ST-03): what is no code, token or link by its kind, is none by its row.

use super::party::{RelyingParty, Tokens, bob};
use crate::support::raw::run;
use crate::support::{Browser, TestServer};

on_both_engines!(st_03_what_was_pasted_into_another_table_opens_nothing);

async fn st_03_what_was_pasted_into_another_table_opens_nothing(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let code = web.code(&browser, "openid").await;
    let location = &server.place().location;
    let session = browser.session().expect("a session");
    // As refresh tokens: an unspent code, the cookie of a session, and the client's own secret.
    let end = 4_000_000_000_i64;
    for (hash, from) in [("hash", "authorization_codes"), ("id_hash", "web_sessions"), ("hash", "client_secrets")] {
        let sql = format!(
            "INSERT INTO refresh_tokens (hash, grant_id, issued_at, expires_at)
             SELECT DISTINCT {hash}, (SELECT MAX(id) FROM grants), 1, {end} FROM {from}"
        );
        run(location, &sql).await;
    }
    for pasted in [&code, &session, &web.daemon.secret] {
        web.refresh(pasted, &[]).await.assert_refused("invalid_grant");
    }
    // As a code: the refresh token. As sessions: all of them.
    run(
        location,
        "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, expires_at)
         SELECT hash, grant_id, 'https://web.example/app/cb', 4000000000 FROM refresh_tokens
         WHERE hash NOT IN (SELECT hash FROM authorization_codes)",
    )
    .await;
    for pasted in [&tokens.refresh_token, &session, &web.daemon.secret] {
        web.exchange(pasted, &[("code_verifier", "")]).await.assert_refused("invalid_grant");
    }
    run(location, "UPDATE web_sessions SET id_hash = (SELECT hash FROM client_secrets LIMIT 1)").await;
    for pasted in [&web.daemon.secret, &tokens.refresh_token] {
        let stranger = Browser::new(&server);
        stranger.cookies().insert("portcullis-session".to_owned(), pasted.clone());
        assert!(!stranger.is_signed_in().await);
    }
    assert!(!browser.is_signed_in().await, "its own row is gone");
    // As a link for a new password: the client's secret.
    let link = server.operator().await.reset_link("bob@example.com").await;
    let path = link.strip_prefix(server.public_url()).expect("a link to here").to_owned();
    let (door, _) = path.split_once('=').expect("a token");
    assert_eq!(Browser::new(&server).visit(&path).await.status(), 200);
    run(location, "UPDATE one_time_links SET token_hash = (SELECT hash FROM client_secrets LIMIT 1)").await;
    let page = Browser::new(&server).visit(&format!("{door}={}", web.daemon.secret)).await;
    assert!((400..500).contains(&page.status()), "{}", page.text());
    // And what was left in its place is good.
    let fresh = Tokens::of(&web.refresh(&tokens.refresh_token, &[]).await);
    assert!(web.is_active(&fresh.access_token).await);
}
