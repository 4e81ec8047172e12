//! Userinfo.

use crate::scene::{ADA, Scene, TRACE, secret_of, web};
use crate::support::Database;
use portcullis::flows::BearerError;
use portcullis::oauth::{BearerRefusal, TokenKind};

on_both_engines!(
    ui_10_and_11_what_is_told_follows_the_scope,
    ui_02_05_06_09_and_15_only_a_living_token_of_a_user_with_openid_is_taken,
);

async fn ui_10_and_11_what_is_told_follows_the_scope(database: Database) {
    let scene = Scene::set(database).await;
    let rows = [
        ("openid", &["role_type", "sub", "tid"][..]),
        ("openid email", &["email", "email_verified", "role_type", "sub", "tid"]),
        ("openid profile", &["birthdate", "given_name", "name", "role_type", "sub", "tid", "updated_at"]),
        ("openid phone address", &["role_type", "sub", "tid"]),
    ];
    for (scope, expected) in rows {
        let answer = scene.granted(&web(&[("scope", scope)]), &scene.sign_in().await).await;
        let tokens = scene.exchange(&answer["code"]).await.unwrap();
        let told = scene.provider.userinfo(&tokens.access_token, TRACE).await.unwrap().claims;
        let mut names: Vec<_> = told.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{scope}");
        assert_eq!(told["sub"], ADA);
    }
}

async fn ui_02_05_06_09_and_15_only_a_living_token_of_a_user_with_openid_is_taken(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let answer = scene.granted(&web(&[("scope", "ocsapi")]), &scene.sign_in().await).await;
    let without_openid = scene.exchange(&answer["code"]).await.unwrap().access_token;
    let secret = secret_of("daemon");
    let form = [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", &secret)];
    let machine = scene.token(&form).await.unwrap().access_token;
    let swapped = tokens.access_token.to_lowercase();
    let code = TokenKind::AuthorizationCode.format([1; 32]);
    let rows = [
        ("garbage", BearerRefusal::Unacceptable),
        (swapped.as_str(), BearerRefusal::Unacceptable),
        (tokens.id_token.as_deref().unwrap(), BearerRefusal::Unacceptable),
        (tokens.refresh_token.as_deref().unwrap(), BearerRefusal::Unacceptable),
        (&code, BearerRefusal::Unacceptable),
        (&without_openid, BearerRefusal::InsufficientScope),
        (&machine, BearerRefusal::InsufficientScope),
    ];
    let refused = async |token: &str| match scene.provider.userinfo(token, TRACE).await {
        Err(BearerError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    };
    for (token, expected) in rows {
        assert_eq!(refused(token).await, expected, "{token}");
    }
    scene.wait(3_599);
    assert!(scene.is_alive(&tokens.access_token).await);
    scene.wait(1);
    assert_eq!(refused(&tokens.access_token).await, BearerRefusal::Expired);
}
