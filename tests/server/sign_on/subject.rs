//! Whom a token speaks of, and who signed it (KY-01 to KY-16).

use super::party::{RelyingParty, Tokens, bob, claims_of};
use crate::support::id_token::IdTokens;
use crate::support::{Browser, NOW, TestServer, USER_PASSWORD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

on_both_engines!(
    ky_01_02_an_id_token_names_the_one_key_that_verifies_it,
    ky_03_a_hybrid_answer_is_bound_to_what_came_with_it,
    ky_09_10_a_subject_stays_and_max_age_tells_the_time_of_the_sign_in,
    ky_16_no_secret_is_a_key_that_signs,
    rt_19_a_new_password_ends_what_was_granted_before_it,
);

async fn published(server: &TestServer) -> Vec<Value> {
    let keys = server.http().get("/identity/.well-known/openid-configuration/jwks").await.json();
    keys["keys"].as_array().expect("keys").clone()
}

async fn ky_01_02_an_id_token_names_the_one_key_that_verifies_it(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let code = spa.code(&browser, "openid").await;
    let tokens = Tokens::of(&spa.exchange(&code, &[]).await);
    let kid = jsonwebtoken::decode_header(&tokens.id_token).expect("a header").kid.expect("a key");
    assert_eq!(published(&server).await.iter().filter(|key| key["kid"] == kid).count(), 1, "KY-01");
    let id_tokens = IdTokens::new(&server, &spa.daemon.id);
    let claims = id_tokens.check(&tokens.id_token, Some("no"), Some(&tokens.access_token), Some(&code)).await;
    assert_eq!((claims["iss"].as_str(), &claims["aud"]), (Some(server.issuer().as_str()), &json!(spa.daemon.id)));
    assert_eq!((claims["iat"].as_i64(), claims["auth_time"].as_i64()), (Some(NOW.0), Some(NOW.0)), "whole numbers");
    assert!(claims["exp"].as_i64().is_some_and(|end| (NOW.0 + 1..=NOW.0 + 86_400).contains(&end)), "{claims}");
    assert!(claims["sub"].as_str().is_some_and(|sub| sub.is_ascii() && (1..=255).contains(&sub.len())), "{claims}");
}

async fn ky_03_a_hybrid_answer_is_bound_to_what_came_with_it(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let id_tokens = IdTokens::new(&server, &web.daemon.id);
    for kind in ["code id_token", "code id_token token"] {
        let fields = web.ask(&browser, &[("response_type", kind)]).await.fields();
        let code = web.keep_code(&fields);
        let access_token = fields.get("access_token").map(String::as_str);
        let front = id_tokens.check(&fields["id_token"], Some("no"), access_token, Some(&code)).await;
        assert!(front["c_hash"].is_string(), "{kind}: {front}");
        assert_eq!(front["at_hash"].is_string(), kind.ends_with(" token"), "{kind}: {front}");
        let tokens = Tokens::of(&web.exchange(&code, &[]).await);
        let back = id_tokens.check(&tokens.id_token, Some("no"), Some(&tokens.access_token), Some(&code)).await;
        assert!(back["at_hash"].is_string(), "{kind}: {back}");
        let subjects = [&back, &claims_of(&tokens.access_token), &web.userinfo(&tokens.access_token).await.json()]
            .map(|claims| claims["sub"].clone());
        assert!(subjects.iter().all(|sub| *sub == front["sub"]), "{kind}: {subjects:?}");
    }
}

async fn ky_09_10_a_subject_stays_and_max_age_tells_the_time_of_the_sign_in(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let web = RelyingParty::web(&server, "web").await;
    let first = spa.tokens(&browser, "openid offline_access").await;
    let sub = claims_of(&first.id_token)["sub"].clone();
    server.clock().advance(60);
    let fields = web.ask(&browser, &[("max_age", "10000")]).await.fields();
    let of_web = claims_of(&Tokens::of(&web.exchange(&web.keep_code(&fields), &[]).await).id_token);
    assert_eq!((&of_web["sub"], of_web["auth_time"].as_i64()), (&sub, Some(NOW.0)), "KY-10: {of_web}");
    let refreshed = claims_of(&Tokens::of(&spa.refresh(&first.refresh_token, &[]).await).id_token);
    assert_eq!((&refreshed["sub"], refreshed["auth_time"].as_i64()), (&sub, Some(NOW.0)), "{refreshed}");
    server.restart().await;
    let another = Browser::new(&server);
    another.sign_in("bob@example.com", USER_PASSWORD).await;
    let later = claims_of(&spa.tokens(&another, "openid").await.id_token);
    assert_eq!((&later["sub"], later["auth_time"].as_i64()), (&sub, Some(NOW.0 + 60)), "KY-09: {later}");
}

async fn ky_16_no_secret_is_a_key_that_signs(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let metadata = server.http().get("/identity/.well-known/openid-configuration").await.json();
    for (name, values) in metadata.as_object().expect("an object") {
        let values = values.as_array().cloned().unwrap_or_default();
        let symmetric = values.iter().any(|value| value.as_str().is_some_and(|text| text.starts_with("HS")));
        assert!(!symmetric, "{name}: {values:?}");
    }
    let keys = published(&server).await;
    assert!(keys.iter().all(|key| key["kty"] != "oct" && key["kid"].is_string()), "{keys:?}");
    let tokens = web.tokens(&browser, "openid").await;
    for token in [&tokens.access_token, &tokens.id_token] {
        let good = jsonwebtoken::decode_header(token).expect("a header");
        let public = keys.iter().find(|key| good.kid.as_deref() == key["kid"].as_str()).expect("its key").to_string();
        // What an attacker holds: the client's own secret, and all that is published.
        for secret in [web.daemon.secret.as_bytes(), public.as_bytes(), b"secret"] {
            for algorithm in [Algorithm::HS256, Algorithm::HS512] {
                let header = Header { alg: algorithm, ..good.clone() };
                let forged = jsonwebtoken::encode(&header, &claims_of(token), &EncodingKey::from_secret(secret));
                let forged = forged.expect("a token that nobody should believe");
                assert!(!web.is_alive(&forged).await, "{algorithm:?}");
                assert!(!web.is_active(&forged).await, "{algorithm:?}");
                let changes = [("prompt", "none"), ("id_token_hint", forged.as_str())];
                assert_eq!(web.ask(&browser, &changes).await.error(), "login_required", "{algorithm:?}");
            }
        }
    }
}

async fn rt_19_a_new_password_ends_what_was_granted_before_it(server: TestServer) {
    let (browser, web) = (bob(&server).await, RelyingParty::web(&server, "web").await);
    let tokens = web.tokens(&browser, "openid offline_access").await;
    let code = web.code(&browser, "openid").await;
    let link = server.operator().await.reset_link("bob@example.com").await;
    let path = link.strip_prefix(server.public_url()).expect("a link to here").to_owned();
    let new = "eleven-silent-herons-wade";
    server.confide(new);
    server.clock().advance(1);
    let owner = Browser::new(&server);
    let form = owner.visit(&path).await.form(&path).with("password", new);
    assert_eq!(owner.submit(&form).await.status(), 200);
    web.refresh(&tokens.refresh_token, &[]).await.assert_refused("invalid_grant");
    web.exchange(&code, &[]).await.assert_refused("invalid_grant");
}
