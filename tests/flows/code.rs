//! Exchanging codes.

use crate::scene::{ADA, CHALLENGE, Scene, TRACE, VERIFIER, WEB_SECRET, claims_of, refused, secret_of, web};
use crate::support::{Database, NOW};
use portcullis::flows::SignIn;
use portcullis::oauth::{TokenKind, TokenRefusal, UserId};

on_both_engines!(
    tk_25_and_26_a_second_use_kills_what_the_first_gave,
    tk_27_another_client_gets_nothing_and_the_code_is_burnt,
    tk_28_to_34_a_code_is_bound_to_address_and_verifier,
    tk_35_to_37_garbage_and_other_tokens_are_no_codes,
    tk_39_a_code_lives_for_sixty_seconds,
    tk_44_a_user_who_was_disabled_or_changed_the_password_gets_nothing,
    a_wrong_secret_leaves_the_code_alone,
    what_is_over_is_cleared_away_and_what_lives_stays,
    without_openid_there_is_no_id_token,
    claims_asked_for_one_by_one_are_in_the_id_token,
);

async fn code(scene: &Scene, changes: &[(&str, &str)]) -> String {
    scene.granted(&web(changes), &scene.sign_in().await).await["code"].clone()
}

async fn tk_25_and_26_a_second_use_kills_what_the_first_gave(database: Database) {
    let scene = Scene::set(database).await;
    let code = code(&scene, &[("scope", "openid offline_access")]).await;
    let tokens = scene.exchange(&code).await.unwrap();
    assert!(scene.is_alive(&tokens.access_token).await);
    scene.wait(30);
    assert_eq!(refused(scene.exchange(&code).await), TokenRefusal::CodeReplayed);
    assert!(!scene.is_alive(&tokens.access_token).await);
    assert_eq!(refused(scene.refresh(&tokens.refresh_token.unwrap()).await), TokenRefusal::GrantRevoked);
    scene.wait(3_600);
    assert_eq!(refused(scene.exchange(&code).await), TokenRefusal::CodeReplayed, "also when it is long over");
    let filter = portcullis::storage::AuditFilter::default();
    let tenant = portcullis::oauth::TenantId::new("acme");
    let audit = scene.database.read().await.unwrap().list_audit(&tenant, &filter, 0, 10).await.unwrap();
    assert_eq!(audit.iter().filter(|row| row.action == "code.replayed").count(), 1);
}

async fn tk_27_another_client_gets_nothing_and_the_code_is_burnt(database: Database) {
    let scene = Scene::set(database).await;
    let code = code(&scene, &[]).await;
    let secret = secret_of("other");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://web.example/cb"),
        ("client_id", "other"),
        ("client_secret", &secret),
    ];
    assert_eq!(refused(scene.token(&form).await), TokenRefusal::CodeOfAnotherClient);
    assert_eq!(refused(scene.exchange(&code).await), TokenRefusal::CodeReplayed);
}

async fn tk_28_to_34_a_code_is_bound_to_address_and_verifier(database: Database) {
    let scene = Scene::set(database).await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let rows = [
        (&pkce[..], Some("https://web.example/cb"), Some(VERIFIER), None),
        (&pkce, Some("https://web.example/cb/"), Some(VERIFIER), Some(TokenRefusal::RedirectUriMismatch)),
        (&pkce, None, Some(VERIFIER), Some(TokenRefusal::RedirectUriMismatch)),
        (&pkce, Some("https://web.example/cb"), None, Some(TokenRefusal::NoVerifier)),
        (&pkce, Some("https://web.example/cb"), Some(CHALLENGE), Some(TokenRefusal::VerifierMismatch)),
        (&[], Some("https://web.example/cb"), None, None),
        (&[], Some("https://web.example/cb"), Some(VERIFIER), Some(TokenRefusal::VerifierWithoutChallenge)),
    ];
    for (changes, redirect_uri, verifier, expected) in rows {
        let code = code(&scene, changes).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("client_id", "web"),
            ("client_secret", WEB_SECRET),
        ];
        form.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = scene.token(&form).await;
        match expected {
            None => drop(answer.unwrap()),
            Some(expected) => assert_eq!(refused(answer), expected, "{redirect_uri:?} {verifier:?}"),
        }
    }
}

async fn tk_35_to_37_garbage_and_other_tokens_are_no_codes(database: Database) {
    let scene = Scene::set(database).await;
    let tokens = scene.tokens().await;
    let code = code(&scene, &[]).await;
    let unheard_of = TokenKind::AuthorizationCode.format([9; 32]);
    let refresh_token = tokens.refresh_token.unwrap();
    let id_token = tokens.id_token.unwrap();
    let swapped = code.to_uppercase();
    let bad = ["x", &tokens.access_token, &refresh_token, &id_token, &code[..code.len() - 1], &swapped, &unheard_of];
    for bad in bad {
        assert_eq!(refused(scene.exchange(bad).await), TokenRefusal::UnknownCode, "{bad}");
    }
    for bad in ["x", tokens.access_token.as_str(), &code, &id_token] {
        assert_eq!(refused(scene.refresh(bad).await), TokenRefusal::UnknownRefreshToken, "{bad}");
    }
    assert!(scene.exchange(&code).await.is_ok(), "the real one is unharmed");
}

async fn tk_39_a_code_lives_for_sixty_seconds(database: Database) {
    let scene = Scene::set(database).await;
    let (one, two) = (code(&scene, &[]).await, code(&scene, &[]).await);
    scene.wait(59);
    assert!(scene.exchange(&one).await.is_ok());
    scene.wait(1);
    assert_eq!(refused(scene.exchange(&two).await), TokenRefusal::CodeExpired);
}

async fn tk_44_a_user_who_was_disabled_or_changed_the_password_gets_nothing(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let ada = UserId::new(ADA);
    let before = code(&scene, &[]).await;
    // Within the same second: what was before the change is told from what came after it all the same.
    written!(database, (ada), tx => tx.set_password(&ada, "a hash", NOW).await).await.unwrap();
    assert_eq!(refused(scene.exchange(&before).await), TokenRefusal::PasswordChanged);
    let anew = SignIn { generation: 1, ..scene.sign_in().await };
    let one = scene.granted(&web(&[]), &anew).await["code"].clone();
    let two = scene.granted(&web(&[]), &anew).await["code"].clone();
    assert!(scene.exchange(&one).await.is_ok());
    written!(database, (ada), tx => tx.set_user_enabled(&ada, false, NOW).await).await.unwrap();
    assert_eq!(refused(scene.exchange(&two).await), TokenRefusal::UserNotAllowed);
}

async fn a_wrong_secret_leaves_the_code_alone(database: Database) {
    let scene = Scene::set(database).await;
    let code = code(&scene, &[]).await;
    let form = |client: &'static str, secret| {
        [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", "https://web.example/cb"),
            ("client_id", client),
            ("client_secret", secret),
        ]
    };
    assert_eq!(refused(scene.token(&form("web", "wrong")).await), TokenRefusal::WrongSecret);
    assert_eq!(refused(scene.token(&form("web", "")).await), TokenRefusal::NoSecret);
    let daemon = secret_of("daemon");
    assert_eq!(refused(scene.token(&form("daemon", &daemon)).await), TokenRefusal::GrantTypeNotAllowed);
    assert!(scene.exchange(&code).await.is_ok());
}

async fn without_openid_there_is_no_id_token(database: Database) {
    let scene = Scene::set(database).await;
    let code = code(&scene, &[("scope", "ocsapi")]).await;
    let tokens = scene.exchange(&code).await.unwrap();
    assert!(tokens.id_token.is_none());
    assert_eq!(claims_of(&tokens.access_token)["tid"], "acme");
}

async fn claims_asked_for_one_by_one_are_in_the_id_token(database: Database) {
    let scene = Scene::set(database).await;
    let claims = r#"{"id_token":{"email":null,"tid":null,"auth_time":{"essential":true}},"userinfo":{"name":null}}"#;
    let code = code(&scene, &[("claims", claims)]).await;
    let tokens = scene.exchange(&code).await.unwrap();
    let id_token = claims_of(&tokens.id_token.unwrap());
    assert_eq!((&id_token["email"], &id_token["tid"]), (&"ada@example.com".into(), &"acme".into()));
    assert_eq!(id_token.get("name"), None);
    let told = scene.provider.userinfo(&tokens.access_token, TRACE).await.unwrap().claims;
    assert_eq!((told.get("name"), told.get("email")), (Some(&"User ada".into()), None));
}

async fn what_is_over_is_cleared_away_and_what_lives_stays(database: Database) {
    let scene = Scene::set(database).await;
    let spent = code(&scene, &[]).await;
    scene.exchange(&spent).await.unwrap();
    let offline = scene.tokens().await.refresh_token.unwrap();
    scene.wait(2 * 86_400);
    scene.provider.sweep().await.unwrap();
    assert_eq!(refused(scene.exchange(&spent).await), TokenRefusal::UnknownCode);
    assert!(scene.refresh(&offline).await.is_ok());
}
