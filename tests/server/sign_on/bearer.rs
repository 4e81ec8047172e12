//! Who shows an access token, asks about one or gives one back (UI-01 to UI-15, IR-01 to IR-22).

use super::party::{INTROSPECT, REVOKE, RelyingParty, USERINFO, bob, claims_of, words};
use crate::support::daemon::basic;
use crate::support::http::send;
use crate::support::{Answer, TestServer, keys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    ui_01_to_05_12_13_14_a_token_comes_one_way,
    ui_02_06_07_nothing_else_is_an_access_token,
    ui_08_09_10_11_15_a_living_token_says_what_its_scope_allows,
    ir_01_02_04_05_07_only_the_client_itself_may_ask,
    ir_03_08_19_20_what_is_no_living_token_is_inactive,
    ir_11_12_13_16_17_18_a_revocation_is_for_ones_own,
    ir_06_09_14_15_what_was_given_back_is_dead_everywhere,
);

/// The answer is a challenge (RFC 6750 3) with this error, or none.
#[track_caller]
fn assert_challenged(answer: &Answer, status: u16, error: &str, why: &str) {
    assert_eq!(answer.status, status, "{why}: {}", answer.text());
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer"), "{why}: {challenge}");
    if error.is_empty() {
        assert!(!challenge.contains("error"), "{why}: {challenge}");
    } else {
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{why}: {challenge}");
    }
}

async fn ui_01_to_05_12_13_14_a_token_comes_one_way(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let token = web.tokens(&browser, "openid").await.access_token;
    let http = server.http();
    let get = |values: &[&str]| {
        let request = http.request(Method::GET, USERINFO);
        send(values.iter().fold(request, |request, value| request.header("authorization", *value)))
    };
    assert_challenged(&get(&[]).await, 401, "", "UI-01");
    assert_challenged(&http.get(&format!("{USERINFO}?access_token={}", &token[..40])).await, 401, "", "UI-03");
    let both = http.form(USERINFO, &[("access_token", &token)]).header("authorization", format!("Bearer {token}"));
    assert_challenged(&send(both).await, 400, "invalid_request", "UI-04");
    assert_eq!(send(http.form(USERINFO, &[("access_token", &token)])).await.status, 200);
    let twice = send(http.form(USERINFO, &[("access_token", &token), ("access_token", &token)])).await;
    assert_challenged(&twice, 400, "invalid_request", "UI-12");
    let good = format!("Bearer {token}");
    for (values, status) in [
        (vec![good.as_str(), good.as_str()], 400),
        (vec!["Bearer"], 400),
        (vec!["Bearer "], 400),
        (vec!["Bearer a b"], 400),
        (vec!["Bearer,"], 401),
        (vec!["Basic Ym9iOng="], 401),
        (vec!["Token x"], 401),
        (vec!["\u{e9}"], 400),
    ] {
        assert_eq!(get(&values).await.status, status, "UI-12 {values:?}");
    }
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        assert_eq!(get(&[&format!("{scheme} {token}")]).await.status, 200, "UI-13");
    }
    assert_challenged(&browser.ask(browser.request(Method::GET, USERINFO)).await, 401, "", "UI-14");
    let daemon = server.daemon("nightly").await;
    assert_challenged(&web.userinfo(&daemon.token().await).await, 403, "insufficient_scope", "UI-05");
}

/// Access tokens that somebody has made from a good one.
fn forged(server: &TestServer, good: &str) -> Vec<String> {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let header_json = crate::support::resource_server::decode(header);
    let with = |name: &str, value: Value| {
        let mut header = header_json.clone();
        header[name] = value;
        format!("{}.{payload}.{signature}", encode(&header))
    };
    let mut tokens: Vec<String> = ["none", "None", "NONE", "nOnE"]
        .into_iter()
        .flat_map(|alg| {
            let header = encode(&json!({ "alg": alg, "typ": "at+jwt" }));
            [format!("{header}.{payload}."), format!("{header}.{payload}.{signature}")]
        })
        .collect();
    tokens.extend(["HS256", "ES256", "RS1"].map(|alg| with("alg", alg.into())));
    tokens.extend(["../../etc/passwd", "' OR 1=1 --", "", "another"].map(|kid| with("kid", kid.into())));
    tokens.push(with("jku", "https://evil.example/jwks".into()));
    tokens.push(with("jwk", json!({ "kty": "oct", "k": "AAAA" })));
    tokens.push(with("crit", json!(["exp"])));
    tokens.push(with("typ", "JWT".into()));
    let mut claims = claims_of(good);
    claims["sub"] = "ada".into();
    tokens.push(format!("{header}.{}.{signature}", encode(&claims)));
    // By our own key, and yet for somebody or something else.
    let key = server.place().master_key_file();
    for (name, value) in [("iss", json!("https://evil.example")), ("aud", json!("another")), ("exp", json!("soon"))] {
        let mut claims = claims_of(good);
        claims[name] = value;
        tokens.push(keys::sign(&key, "at+jwt", &claims));
    }
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    tokens.push(format!("{header}.{payload}.{}", signature.chars().map(swap).collect::<String>()));
    tokens.push(good[..good.len() - 4].to_owned());
    tokens.push(format!("{header}.{payload}"));
    tokens.extend(["garbage", "a.b.c", "...", "null"].map(ToOwned::to_owned));
    tokens
}

async fn ui_02_06_07_nothing_else_is_an_access_token(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    for forged in forged(&server, &tokens.access_token) {
        assert_challenged(&web.userinfo(&forged).await, 401, "invalid_token", &forged);
        assert!(!web.is_active(&forged).await, "IR-19: {forged}");
    }
    let code = web.code(&browser, "openid").await;
    for other in [&tokens.id_token, &tokens.refresh_token, &code] {
        assert_challenged(&web.userinfo(other).await, 401, "invalid_token", "UI-06");
    }
    assert!(web.is_alive(&tokens.access_token).await);
}

async fn ui_08_09_10_11_15_a_living_token_says_what_its_scope_allows(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid").await;
    let answer = web.userinfo(&tokens.access_token).await;
    let told = answer.json();
    assert_eq!(told["sub"], claims_of(&tokens.id_token)["sub"], "UI-10");
    // Tenant and type of role are ours and name nobody.
    let known = |name: &String| ["sub", "tid", "role_type"].contains(&name.as_str());
    assert!(told.as_object().expect("an object").keys().all(known), "UI-11: {told}");
    assert!(answer.header("cache-control").contains("no-store"), "UI-10");
    let without = web.tokens(&browser, "ocsapi").await;
    assert_eq!(without.id_token, "");
    assert_challenged(&web.userinfo(&without.access_token).await, 403, "insufficient_scope", "UI-09");
    assert_eq!(web.post(REVOKE, &[("token", &tokens.access_token)]).await.status, 200);
    assert_challenged(&web.userinfo(&tokens.access_token).await, 401, "invalid_token", "UI-08");
    let tokens = web.tokens(&browser, "openid").await;
    server.clock().advance(3_600 + 15);
    assert_challenged(&web.userinfo(&tokens.access_token).await, 401, "invalid_token", "UI-15");
    assert!(!web.is_active(&tokens.access_token).await);
}

async fn ir_01_02_04_05_07_only_the_client_itself_may_ask(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let token = ("token", tokens.access_token.as_str());
    let id = ("client_id", web.daemon.id.as_str());
    for fields in [vec![token], vec![token, id], vec![token, id, ("client_secret", "a wrong secret")]] {
        let answer = web.post_as_stranger(INTROSPECT, &fields).await;
        answer.assert_refused("invalid_client");
        assert!(answer.json().get("active").is_none(), "IR-01");
    }
    let wrong = server.http().form(INTROSPECT, &[token]).header("authorization", basic(&web.daemon.id, "wrong"));
    assert!(send(wrong).await.header("www-authenticate").starts_with("Basic"), "IR-01");
    let spa = RelyingParty::spa(&server, "spa").await;
    let own = spa.tokens(&browser, "openid").await;
    spa.post(INTROSPECT, &[("token", &own.access_token)]).await.assert_refused("invalid_client");
    let other = RelyingParty::web(&server, "other").await;
    for token in [&tokens.access_token, &tokens.refresh_token, &own.access_token] {
        assert_eq!(other.post(INTROSPECT, &[("token", token)]).await.json(), json!({ "active": false }), "IR-07");
    }
    for fields in [&[][..], &[("token", "")], &[token, token]] {
        web.post(INTROSPECT, fields).await.assert_refused("invalid_request");
    }
    assert_eq!(server.http().get(&format!("{INTROSPECT}?token=x")).await.status, 405, "IR-05");
    for hint in ["access_token", "refresh_token", "id_token", "nonsense"] {
        let answer = web.post(INTROSPECT, &[token, ("token_type_hint", hint)]).await;
        let said = answer.json();
        assert_eq!(said["active"], true, "IR-09");
        assert_eq!(said["client_id"], web.daemon.id);
        assert_eq!(words(said["scope"].as_str().expect("a scope")), words("openid offline_access"));
        assert!(said["exp"].as_i64() > said["iat"].as_i64(), "IR-10");
        assert!(said.get("email").is_none() && said.get("name").is_none(), "IR-10");
        assert!(answer.header("cache-control").contains("no-store"), "IR-10");
    }
}

async fn ir_03_08_19_20_what_is_no_living_token_is_inactive(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let code = web.code(&browser, "openid").await;
    let good = &tokens.access_token;
    let foreign = format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"at+jwt","kid":"x"}"#),
        URL_SAFE_NO_PAD.encode(r#"{"iss":"https://evil.example","sub":"bob"}"#),
        URL_SAFE_NO_PAD.encode([0; 256])
    );
    let refresh = &tokens.refresh_token;
    for token in [
        "x",
        &"x".repeat(50_000),
        &good[..good.len() / 2],
        &refresh[..refresh.len() - 1],
        &tokens.id_token,
        &code,
        &web.daemon.secret,
        &foreign,
    ] {
        let answer = web.post(INTROSPECT, &[("token", token)]).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "active": false })), "{token}");
    }
    assert!(web.is_active(good).await && web.is_active(refresh).await);
    server.operator().await.enable_user("bob@example.com", false).await;
    assert!(!web.is_active(good).await && !web.is_active(refresh).await, "IR-22");
}

async fn ir_11_12_13_16_17_18_a_revocation_is_for_ones_own(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let id = ("client_id", web.daemon.id.as_str());
    for token in [&tokens.access_token, &tokens.refresh_token] {
        let token = ("token", token.as_str());
        for fields in [vec![token], vec![token, id], vec![token, id, ("client_secret", "a wrong secret")]] {
            web.post_as_stranger(REVOKE, &fields).await.assert_refused("invalid_client");
        }
        for other in [RelyingParty::web(&server, "other").await, RelyingParty::spa(&server, "spa").await] {
            assert_eq!(other.post(REVOKE, &[token]).await.status, 200, "IR-13");
        }
    }
    let get = server.http().request(Method::GET, &format!("{REVOKE}?token={}", &tokens.access_token[..30]));
    assert_eq!(send(get).await.status, 405, "IR-16");
    assert!(web.is_active(&tokens.access_token).await && web.is_active(&tokens.refresh_token).await);
    for fields in [&[][..], &[("token", "")], &[("token", "a"), ("token", "b")]] {
        web.post(REVOKE, fields).await.assert_refused("invalid_request");
    }
    for unknown in ["x", "a.b.c", &tokens.id_token, &tokens.access_token, &tokens.refresh_token] {
        for _ in 0..3 {
            let answer = web.post(REVOKE, &[("token", unknown)]).await;
            assert_eq!((answer.status, answer.text().as_str()), (200, ""), "IR-12, IR-18");
        }
    }
    assert!(!web.is_active(&tokens.access_token).await && !web.is_active(&tokens.refresh_token).await);
}

async fn ir_06_09_14_15_what_was_given_back_is_dead_everywhere(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let there = web.at(&server.second_node().await);
    for (hint, takes_all) in [("refresh_token", false), ("access_token", true)] {
        let tokens = web.tokens(&browser, "openid offline_access").await;
        assert!(there.is_active(&tokens.access_token).await && there.is_alive(&tokens.access_token).await);
        let given_back = if takes_all { &tokens.refresh_token } else { &tokens.access_token };
        let answer = web.post(REVOKE, &[("token", given_back), ("token_type_hint", hint)]).await;
        assert_eq!(answer.status, 200, "IR-15: the hint is wrong");
        for app in [&web, &there] {
            assert!(!app.is_active(&tokens.access_token).await, "IR-06");
            assert!(!app.is_alive(&tokens.access_token).await, "IR-06");
            assert_eq!(app.is_active(&tokens.refresh_token).await, !takes_all, "IR-14");
        }
    }
}
