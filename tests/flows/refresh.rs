//! Refreshing.

use crate::scene::{ADA, Scene, TRACE, claims_of, refused, secret_of, spa, web};
use crate::support::samples::{add_role, found};
use crate::support::{Database, NOW};
use portcullis::flows::{SignIn, TokenLifetimes, TokenResponse};
use portcullis::oauth::{BuiltInRole, ClientId, RefreshLifetimes, TenantId, TokenRefusal, UserId};

on_both_engines!(
    rt_01_and_11_each_use_gives_new_tokens_for_the_same_sign_in,
    rt_02_to_04_reuse_ends_the_family,
    rt_05_and_06_strangers_leave_the_token_unharmed,
    rt_07_and_08_a_token_may_ask_for_less_and_never_for_more,
    rt_12_without_offline_access_there_is_none,
    rt_13_idle_and_absolute_ends_hold,
    rt_15_and_19_disabled_users_and_changed_passwords_end_it,
    rt_16_roles_count_from_the_next_token_on,
    rt_17_a_client_that_lost_the_permission_gets_nothing,
    rt_18_a_lost_answer_is_given_once_more,
    rt_18_a_window_of_zero_forgives_nothing,
    a_client_whose_lifetime_is_above_the_limit_gets_tokens_of_the_limit,
    a_browser_app_that_may_have_one_is_never_forgiven,
);

fn refresh_token(tokens: &TokenResponse) -> &str {
    tokens.refresh_token.as_deref().expect("a refresh token")
}

async fn rt_01_and_11_each_use_gives_new_tokens_for_the_same_sign_in(database: Database) {
    let scene = Scene::set(database).await;
    let first = scene.tokens().await;
    scene.wait(10);
    let second = scene.refresh(refresh_token(&first)).await.unwrap();
    assert_ne!(refresh_token(&first), refresh_token(&second));
    assert_ne!(first.access_token, second.access_token);
    let (one, two) = (claims_of(first.id_token.as_deref().unwrap()), claims_of(second.id_token.as_deref().unwrap()));
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(one[same], two[same], "{same}");
    }
    assert_eq!(two["iat"], one["iat"].as_i64().unwrap() + 10);
    assert_eq!(two.get("nonce"), None);
    assert!(scene.is_alive(&first.access_token).await, "the old access token lives on");
}

async fn rt_02_to_04_reuse_ends_the_family(database: Database) {
    let scene = Scene::set(database).await;
    let first = scene.tokens().await;
    let second = scene.refresh(refresh_token(&first)).await.unwrap();
    let third = scene.refresh(refresh_token(&second)).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&first)).await), TokenRefusal::RefreshTokenReused);
    assert_eq!(refused(scene.refresh(refresh_token(&third)).await), TokenRefusal::GrantRevoked);
    for tokens in [first, second, third] {
        assert!(!scene.is_alive(&tokens.access_token).await);
    }
}

async fn rt_05_and_06_strangers_leave_the_token_unharmed(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let token = refresh_token(&tokens);
    let secret = secret_of("other");
    let form = |client, secret| {
        [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client), ("client_secret", secret)]
    };
    assert_eq!(refused(scene.token(&form("other", &secret)).await), TokenRefusal::RefreshTokenOfAnotherClient);
    assert_eq!(refused(scene.token(&form("web", "wrong")).await), TokenRefusal::WrongSecret);
    assert_eq!(refused(scene.token(&form("web", "")).await), TokenRefusal::NoSecret);
    assert!(scene.refresh(token).await.is_ok());
}

async fn rt_07_and_08_a_token_may_ask_for_less_and_never_for_more(database: Database) {
    let scene = Scene::set(database).await;
    let first = scene.tokens().await;
    let ask = async |token: &str, scope: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
            ("client_id", "web"),
            ("client_secret", crate::scene::WEB_SECRET),
        ];
        scene.token(&form).await
    };
    assert_eq!(refused(ask(refresh_token(&first), "openid email").await), TokenRefusal::ScopeNotAllowed);
    let less = ask(refresh_token(&first), "openid").await.unwrap();
    assert_eq!((less.scope.as_str(), &claims_of(&less.access_token)["scope"]), ("openid", &"openid".into()));
    let full = scene.refresh(refresh_token(&less)).await.unwrap();
    assert_eq!(full.scope, "offline_access openid");
}

async fn rt_12_without_offline_access_there_is_none(database: Database) {
    let scene = Scene::set(database).await;
    let answer = scene.granted(&web(&[]), &scene.sign_in().await).await;
    assert!(scene.exchange(&answer["code"]).await.unwrap().refresh_token.is_none());
    let answer = scene.granted(&spa(&[("scope", "openid offline_access")]), &scene.sign_in().await).await;
    assert!(answer.contains_key("code"), "what is not permitted is left out without a word");
}

async fn rt_13_idle_and_absolute_ends_hold(database: Database) {
    let scene = Scene::set(database).await;
    let day = 86_400;
    let idle = scene.tokens().await;
    let mut kept = scene.tokens().await;
    scene.wait(15 * day - 1);
    kept = scene.refresh(refresh_token(&kept)).await.unwrap();
    scene.wait(1);
    assert_eq!(refused(scene.refresh(refresh_token(&idle)).await), TokenRefusal::RefreshTokenExpired);
    scene.wait(10 * day);
    kept = scene.refresh(refresh_token(&kept)).await.unwrap();
    scene.wait(5 * day);
    assert_eq!(refused(scene.refresh(refresh_token(&kept)).await), TokenRefusal::RefreshTokenExpired);
}

async fn rt_15_and_19_disabled_users_and_changed_passwords_end_it(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let (one, two) = (scene.tokens().await, scene.tokens().await);
    let (ada, later) = (UserId::new(ADA), NOW.plus(1));
    written!(database, (ada), tx => tx.set_user_enabled(&ada, false, later).await).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&one)).await), TokenRefusal::UserNotAllowed);
    assert!(!scene.is_alive(&one.access_token).await);
    written!(database, (ada), tx => tx.set_user_enabled(&ada, true, later).await).await.unwrap();
    let back = scene.refresh(refresh_token(&one)).await;
    assert_eq!(refused(back), TokenRefusal::PasswordChanged, "it does not come back with the user");
    assert!(!scene.is_alive(&one.access_token).await);
    let anew = SignIn { generation: 2, ..scene.sign_in().await };
    let answer = scene.granted(&web(&[("scope", "openid offline_access")]), &anew).await;
    let one = scene.exchange(&answer["code"]).await.unwrap();
    // In the second in which it was granted.
    written!(database, (ada), tx => tx.set_password(&ada, "a hash", NOW).await).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&one)).await), TokenRefusal::PasswordChanged);
    written!(database, (ada), tx => tx.delete_user(&ada).await).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&two)).await), TokenRefusal::UnknownRefreshToken);
}

async fn rt_16_roles_count_from_the_next_token_on(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let first = scene.tokens().await;
    let viewer = add_role(&database, &TenantId::new("acme"), "viewer", Some(BuiltInRole::Viewer)).await;
    let ada = UserId::new(ADA);
    written!(database, (ada, viewer), tx => tx.set_user_roles(&ada, &[viewer]).await).await.unwrap();
    let second = scene.refresh(refresh_token(&first)).await.unwrap();
    assert_eq!(claims_of(&first.access_token)["roles"], serde_json::json!(["member"]));
    assert_eq!(claims_of(&second.access_token)["roles"], serde_json::json!(["viewer"]));
    let told = scene.provider.userinfo(&second.access_token, TRACE).await.unwrap().claims;
    assert_eq!(told["role_type"], serde_json::json!([BuiltInRole::Viewer.type_id()]));
}

async fn change_client(scene: &Scene, id: &str, change: impl FnOnce(&mut portcullis::oauth::Client)) {
    let database = &scene.database;
    let mut client = found(database, &ClientId::new(id)).await.unwrap();
    change(&mut client);
    assert!(written!(database, (client), tx => tx.update_client(&client, NOW).await).await.unwrap());
    scene.provider.look_for_changes().await.unwrap();
}

async fn rt_17_a_client_that_lost_the_permission_gets_nothing(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    change_client(&scene, "web", |client| client.allow_offline_access = false).await;
    assert_eq!(refused(scene.refresh(refresh_token(&tokens)).await), TokenRefusal::GrantTypeNotAllowed);
    change_client(&scene, "web", |client| client.enabled = false).await;
    assert_eq!(refused(scene.refresh(refresh_token(&tokens)).await), TokenRefusal::ClientDisabled);
}

async fn rt_18_a_lost_answer_is_given_once_more(database: Database) {
    let scene = Scene::set(database).await;
    let first = scene.tokens().await;
    let second = scene.refresh(refresh_token(&first)).await.unwrap();
    scene.wait(9);
    let again = scene.refresh(refresh_token(&first)).await.unwrap();
    assert_eq!(refresh_token(&second), refresh_token(&again), "one branch, however often it is asked for");
    assert_ne!(second.access_token, again.access_token);
    let third = scene.refresh(refresh_token(&second)).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&first)).await), TokenRefusal::RefreshTokenReused);
    assert_eq!(refused(scene.refresh(refresh_token(&third)).await), TokenRefusal::GrantRevoked);

    let late = scene.tokens().await;
    scene.refresh(refresh_token(&late)).await.unwrap();
    scene.wait(10);
    assert_eq!(refused(scene.refresh(refresh_token(&late)).await), TokenRefusal::RefreshTokenReused);
}

async fn a_client_whose_lifetime_is_above_the_limit_gets_tokens_of_the_limit(database: Database) {
    Scene::set(database.clone()).await;
    let scene = Scene::on(database, TokenLifetimes { access_most: 90, ..TokenLifetimes::default() }).await;
    let tokens = scene.tokens().await;
    let claims = claims_of(&tokens.access_token);
    assert_eq!((tokens.expires_in, claims["exp"].as_i64()), (90, claims["iat"].as_i64().map(|iat| iat + 90)));
}

async fn rt_18_a_window_of_zero_forgives_nothing(database: Database) {
    Scene::set(database.clone()).await;
    let usual = TokenLifetimes::default();
    let refresh = RefreshLifetimes { retry_window: 0, ..usual.refresh };
    let scene = Scene::on(database, TokenLifetimes { refresh, ..usual }).await;
    let first = scene.tokens().await;
    scene.refresh(refresh_token(&first)).await.unwrap();
    assert_eq!(refused(scene.refresh(refresh_token(&first)).await), TokenRefusal::RefreshTokenReused);
}

async fn a_browser_app_that_may_have_one_is_never_forgiven(database: Database) {
    let scene = Scene::set(database).await;
    change_client(&scene, "spa", |client| client.allow_offline_access = true).await;
    let answer = scene.granted(&spa(&[("scope", "openid offline_access")]), &scene.sign_in().await).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &answer["code"]),
        ("redirect_uri", "https://spa.example/cb"),
        ("client_id", "spa"),
        ("code_verifier", crate::scene::VERIFIER),
    ];
    let first = scene.token(&form).await.unwrap();
    let again = async || {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token(&first)), ("client_id", "spa")];
        scene.token(&form).await
    };
    let second = again().await.unwrap();
    assert_eq!(refused(again().await), TokenRefusal::RefreshTokenReused);
    assert!(!scene.is_alive(&second.access_token).await);
}
