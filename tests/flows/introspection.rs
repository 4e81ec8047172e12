//! Introspection and revocation.

use crate::scene::{ADA, Scene, call, secret_of, web};
use crate::support::{Database, NOW};
use portcullis::flows::TokenError;
use portcullis::oauth::{Parameters, TokenKind, TokenRefusal, UserId};
use serde_json::Value;

on_both_engines!(
    ir_10_a_client_is_told_of_its_own_living_tokens,
    ir_01_02_and_04_strangers_are_told_nothing,
    ir_03_07_and_08_of_everything_else_it_hears_only_that_it_is_not_alive,
    ir_06_a_revoked_access_token_is_dead_and_its_family_lives,
    ir_14_a_revoked_refresh_token_takes_its_access_tokens_along,
    ir_12_13_and_18_what_is_not_there_or_not_ours_is_left_alone,
    ir_22_a_disabled_user_has_no_living_tokens,
);

fn form(token: &str, client: &str, secret: &str) -> Parameters {
    [("token", token), ("client_id", client), ("client_secret", secret)].into_iter().collect()
}

async fn introspect(scene: &Scene, token: &str, client: &str) -> Value {
    let form = form(token, client, &secret_of(client));
    serde_json::to_value(scene.provider.introspect(call(&form)).await.unwrap()).unwrap()
}

async fn is_active(scene: &Scene, token: &str) -> bool {
    let said = introspect(scene, token, "web").await;
    let active = said["active"] == true;
    assert!(active || said == serde_json::json!({ "active": false }), "{said}");
    active
}

async fn revoke(scene: &Scene, token: &str, client: &str) {
    let form = form(token, client, &secret_of(client));
    scene.provider.revoke(call(&form)).await.unwrap();
}

async fn ir_10_a_client_is_told_of_its_own_living_tokens(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let said = introspect(&scene, &tokens.access_token, "web").await;
    assert_eq!((&said["active"], &said["client_id"]), (&true.into(), &"web".into()));
    assert_eq!((&said["sub"], &said["token_type"]), (&ADA.into(), &"Bearer".into()));
    assert!(said["exp"].as_i64() > said["iat"].as_i64());
    let names: Vec<_> = said.as_object().unwrap().keys().cloned().collect();
    for private in ["grant_id", "sid", "email", "name"] {
        assert!(!names.iter().any(|name| name == private), "{private}");
    }
    let said = introspect(&scene, tokens.refresh_token.as_deref().unwrap(), "web").await;
    assert_eq!((&said["active"], &said["scope"]), (&true.into(), &"offline_access openid".into()));
}

async fn ir_01_02_and_04_strangers_are_told_nothing(database: Database) {
    let scene = Scene::set(database).await;
    let token = scene.tokens().await.access_token;
    let refused = async |form: Parameters| match scene.provider.introspect(call(&form)).await {
        Err(TokenError::Refused(refusal, _)) => refusal,
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(refused([("token", &*token)].into_iter().collect()).await, TokenRefusal::NoCredentials);
    assert_eq!(refused(form(&token, "web", "wrong")).await, TokenRefusal::WrongSecret);
    let public = [("token", &*token), ("client_id", "spa")].into_iter().collect();
    assert_eq!(refused(public).await, TokenRefusal::NoSecret);
    let secret = secret_of("web");
    let none = [("client_id", "web"), ("client_secret", &*secret)].into_iter().collect();
    assert_eq!(refused(none).await, TokenRefusal::MissingParameter("token"));
}

async fn ir_03_07_and_08_of_everything_else_it_hears_only_that_it_is_not_alive(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let answer = scene.granted(&web(&[]), &scene.sign_in().await).await;
    let unheard_of = TokenKind::RefreshToken.format([3; 32]);
    let long = "x".repeat(50_000);
    let id_token = tokens.id_token.unwrap();
    for dead in ["x", "a.b.c", &long, &unheard_of, &id_token, &answer["code"]] {
        assert!(!is_active(&scene, dead).await);
    }
    for others in [&tokens.access_token, tokens.refresh_token.as_ref().unwrap()] {
        assert_eq!(introspect(&scene, others, "other").await, serde_json::json!({ "active": false }));
    }
    let used = tokens.refresh_token.unwrap();
    scene.refresh(&used).await.unwrap();
    assert!(!is_active(&scene, &used).await);
    scene.wait(3_600);
    assert!(!is_active(&scene, &tokens.access_token).await);
}

async fn ir_06_a_revoked_access_token_is_dead_and_its_family_lives(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let elsewhere = Scene::on(database, portcullis::flows::TokenLifetimes::default()).await;
    let tokens = scene.tokens().await;
    revoke(&scene, &tokens.access_token, "web").await;
    for node in [&scene, &elsewhere] {
        assert!(!is_active(node, &tokens.access_token).await);
        assert!(!node.is_alive(&tokens.access_token).await);
    }
    assert!(scene.refresh(&tokens.refresh_token.unwrap()).await.is_ok());
}

async fn ir_14_a_revoked_refresh_token_takes_its_access_tokens_along(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let refresh_token = tokens.refresh_token.unwrap();
    revoke(&scene, &refresh_token, "web").await;
    assert!(!scene.is_alive(&tokens.access_token).await);
    assert!(!is_active(&scene, &tokens.access_token).await);
    assert!(!is_active(&scene, &refresh_token).await);
    assert_eq!(crate::scene::refused(scene.refresh(&refresh_token).await), TokenRefusal::GrantRevoked);
}

async fn ir_12_13_and_18_what_is_not_there_or_not_ours_is_left_alone(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let refresh_token = tokens.refresh_token.unwrap();
    for _ in 0..3 {
        revoke(&scene, "nothing", "web").await;
        revoke(&scene, &tokens.access_token, "other").await;
        revoke(&scene, &refresh_token, "other").await;
    }
    assert!(is_active(&scene, &tokens.access_token).await);
    assert!(is_active(&scene, &refresh_token).await);
    let stranger = form(&refresh_token, "web", "wrong");
    assert!(scene.provider.revoke(call(&stranger)).await.is_err());
    assert!(is_active(&scene, &refresh_token).await);
}

async fn ir_22_a_disabled_user_has_no_living_tokens(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let tokens = scene.tokens().await;
    let ada = UserId::new(ADA);
    written!(database, (ada), tx => tx.set_user_enabled(&ada, false, NOW).await).await.unwrap();
    assert!(!is_active(&scene, &tokens.access_token).await);
    assert!(!is_active(&scene, &tokens.refresh_token.unwrap()).await);
}
