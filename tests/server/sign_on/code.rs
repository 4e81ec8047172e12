//! Codes at the token endpoint (TK-25 to TK-45).

use super::party::{CHALLENGE, RelyingParty, Tokens, VERIFIER, assert_audited, bob, go};
use crate::support::daemon::TOKEN;
use crate::support::{Browser, TestServer};
use portcullis::flows::admin::ClientSettings;

on_both_engines!(
    tk_25_26_a_code_used_twice_ends_what_it_gave,
    tk_13_27_a_code_is_good_for_its_own_client_only,
    tk_28_to_34_a_code_is_bound_to_its_request,
    tk_35_36_37_40_nothing_else_is_a_code,
    tk_38_guessing_verifiers_leads_nowhere,
    tk_39_44_45_a_code_ends_with_its_time_its_user_and_its_session,
    tk_20_21_22_41_each_type_of_client_has_its_grants,
);

async fn tk_25_26_a_code_used_twice_ends_what_it_gave(server: TestServer) {
    let browser = bob(&server).await;
    for app in [RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "web").await] {
        let code = app.code(&browser, "openid offline_access").await;
        let tokens = Tokens::of(&app.exchange(&code, &[]).await);
        assert!(app.is_alive(&tokens.access_token).await);
        for _ in 0..2 {
            app.exchange(&code, &[]).await.assert_refused("invalid_grant");
        }
        assert!(!app.is_alive(&tokens.access_token).await, "TK-26");
        app.refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
    }
    assert_audited(&server, "code.replayed").await;
}

async fn tk_13_27_a_code_is_good_for_its_own_client_only(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let others = [RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "other").await];
    for other in others {
        let code = web.code(&browser, "openid").await;
        other.exchange(&code, &[("redirect_uri", &web.redirect_uri)]).await.assert_refused("invalid_grant");
        web.exchange(&code, &[]).await.assert_refused("invalid_grant");
    }
    let code = web.code(&browser, "openid").await;
    let without_secret = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &web.redirect_uri),
        ("code_verifier", VERIFIER),
        ("client_id", &web.daemon.id),
    ];
    web.post_as_stranger(TOKEN, &without_secret).await.assert_refused("invalid_client");
    let wrong_secret: Vec<_> = without_secret.into_iter().chain([("client_secret", "a wrong secret")]).collect();
    web.post_as_stranger(TOKEN, &wrong_secret).await.assert_refused("invalid_client");
    assert_eq!(web.exchange(&code, &[]).await.status, 200, "TK-13: not burnt by a stranger");
}

async fn tk_28_to_34_a_code_is_bound_to_its_request(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let padded = format!("{VERIFIER}=");
    let nul = format!("{VERIFIER}\0");
    let huge = "a".repeat(100_000);
    let rows: &[(&str, &str, &str)] = &[
        ("TK-28", "redirect_uri", "https://spa.example/app/cb/"),
        ("TK-28", "redirect_uri", "https://evil.example/cb"),
        ("TK-29", "redirect_uri", ""),
        ("TK-30", "code_verifier", ""),
        ("TK-31", "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        ("TK-31", "code_verifier", &padded),
        ("TK-31", "code_verifier", &nul),
        ("TK-31", "code_verifier", &huge),
        ("TK-32", "code_verifier", CHALLENGE),
        ("TK-34", "code_verifier", "abcde"),
    ];
    for (id, name, value) in rows {
        let code = spa.code(&browser, "openid").await;
        let answer = spa.exchange(&code, &[(name, value)]).await;
        assert!((400..500).contains(&answer.status), "{id}: {}", answer.status);
        // A body of 100 kB is too long for any request, and a zero is in no form.
        let unreadable = answer.status == 413 || value.contains('\0');
        let expected = if unreadable { "invalid_request" } else { "invalid_grant" };
        assert_eq!(answer.member("error"), expected, "{id}: {}", answer.text());
    }
    let code = spa.code(&browser, "openid").await;
    let downgrade = [("code_verifier", CHALLENGE), ("code_challenge_method", "plain"), ("code_challenge", CHALLENGE)];
    spa.exchange(&code, &downgrade).await.assert_refused("invalid_grant");
    let short = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
    let fields = spa.ask(&browser, &[("code_challenge", short)]).await.fields();
    let code = spa.keep_code(&fields);
    // Its hash is right, and yet it is too short to be hard to guess.
    spa.exchange(&code, &[("code_verifier", "test")]).await.assert_refused("invalid_grant");
    let web = RelyingParty::web(&server, "web").await;
    let fields = web.ask(&browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await.fields();
    let code = web.keep_code(&fields);
    web.exchange(&code, &[]).await.assert_refused("invalid_grant");
}

async fn tk_35_36_37_40_nothing_else_is_a_code(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let code = web.code(&browser, "openid").await;
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let altered: [String; 8] = [
        code[..code.len() - 1].to_owned(),
        code[1..].to_owned(),
        code.chars().map(swap).collect(),
        code.chars().rev().collect(),
        format!("{code}A"),
        format!(" {code}"),
        format!("{code}\n"),
        format!("{code}%00"),
    ];
    let garbage = ["x", "null", "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "\u{1f600}", "0"];
    let ours = [tokens.access_token.as_str(), &tokens.refresh_token, &tokens.id_token, &web.daemon.secret];
    for no_code in altered.iter().map(String::as_str).chain(garbage).chain(ours) {
        let answer = web.exchange(no_code, &[]).await;
        answer.assert_refused("invalid_grant");
        assert!(no_code.len() < 6 || !answer.text().contains(no_code), "TK-40: {}", answer.text());
    }
    for no_token in garbage.into_iter().chain([code.as_str(), &tokens.access_token, &tokens.id_token]) {
        let answer = web.refresh(no_token, &[]).await;
        answer.assert_refused("invalid_grant");
        assert!(no_token.len() < 6 || !answer.text().contains(no_token), "TK-40: {}", answer.text());
    }
    assert!(web.is_active(&tokens.access_token).await, "unharmed");
    assert_eq!(web.exchange(&code, &[]).await.status, 200, "unharmed");
}

async fn tk_38_guessing_verifiers_leads_nowhere(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let code = spa.code(&browser, "openid").await;
    for guess in 0..25 {
        let verifier = format!("{}{guess:02}", &VERIFIER[..41]);
        spa.exchange(&code, &[("code_verifier", &verifier)]).await.assert_refused("invalid_grant");
    }
    spa.exchange(&code, &[]).await.assert_refused("invalid_grant");
}

async fn tk_39_44_45_a_code_ends_with_its_time_its_user_and_its_session(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let code = spa.code(&browser, "openid").await;
    server.clock().advance(61);
    spa.exchange(&code, &[]).await.assert_refused("invalid_grant");
    let code = spa.code(&browser, "openid").await;
    server.clock().advance(50);
    assert_eq!(spa.exchange(&code, &[]).await.status, 200, "in time");
    let code = spa.code(&browser, "openid").await;
    let form = browser.visit("/logout").await.form("/logout");
    browser.submit(&form.with("decision", "sign-out")).await;
    spa.exchange(&code, &[]).await.assert_refused("invalid_grant");
    let browser = Browser::new(&server);
    browser.sign_in("bob@example.com", crate::support::USER_PASSWORD).await;
    let code = spa.code(&browser, "openid").await;
    server.operator().await.enable_user("bob@example.com", false).await;
    spa.exchange(&code, &[]).await.assert_refused("invalid_grant");
    assert!(go(&browser, &spa.path(&[])).await.path.starts_with("/login"), "AZ-63");
}

async fn tk_20_21_22_41_each_type_of_client_has_its_grants(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let (web, daemon) = (RelyingParty::web(&server, "web").await, server.daemon("nightly").await);
    let code = web.code(&browser, "openid offline_access").await;
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", &web.redirect_uri)];
    let form: Vec<_> =
        fields.into_iter().chain([("client_id", daemon.id.as_str()), ("client_secret", &daemon.secret)]).collect();
    web.post_as_stranger(TOKEN, &form).await.assert_refused("unauthorized_client");
    spa.post(TOKEN, &[("grant_type", "client_credentials")]).await.assert_refused("unauthorized_client");
    let answer = daemon.token_post(&[("scope", "openid offline_access")]).await;
    assert!(answer.status == 400 || answer.json().get("refresh_token").is_none(), "TK-22: {}", answer.text());
    assert!(answer.json().get("id_token").is_none(), "TK-22");
    let tokens = Tokens::of(&web.exchange(&code, &[]).await);
    let change = ClientSettings { allow_offline_access: Some(false), ..ClientSettings::default() };
    server.operator().await.change(&web.daemon, change).await;
    let refused = web.refresh(&tokens.refresh_token, &[]).await;
    assert_eq!(refused.status, 400, "TK-41: the grant was taken away: {}", refused.text());
    assert!(["unauthorized_client", "invalid_grant"].contains(&refused.member("error").as_str()));
}
