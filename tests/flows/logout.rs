//! Signing out.

use crate::scene::{Scene, refused, visit, web};
use crate::support::Database;
use portcullis::flows::{EndSessionOutcome, SignIn};
use portcullis::oauth::{PageRefusal, Parameters, TokenRefusal};

on_both_engines!(
    es_06_and_07_a_valid_hint_signs_out_at_once_and_the_session_is_gone,
    es_11_an_expired_hint_is_good,
    es_04_without_a_hint_the_user_is_asked,
    es_03_a_forged_hint_signs_nobody_out,
    es_09_a_hint_for_another_client_is_refused,
    tk_45_codes_and_online_grants_end_with_the_session,
);

const BYE: (&str, &str) = ("post_logout_redirect_uri", "https://web.example/bye");

async fn has_session(scene: &Scene, sign_in: &SignIn) -> bool {
    let id = sign_in.sid.as_str().as_bytes();
    scene.database.read().await.unwrap().find_session(id, scene.now()).await.unwrap().is_some()
}

async fn end(scene: &Scene, parameters: &[(&str, &str)], by: Option<&SignIn>) -> EndSessionOutcome {
    let parameters: Parameters = parameters.iter().copied().collect();
    scene.provider.end_session(&parameters, &visit(by)).await.unwrap()
}

async fn es_06_and_07_a_valid_hint_signs_out_at_once_and_the_session_is_gone(database: Database) {
    let scene = Scene::set(database).await;
    let ada = scene.sign_in().await;
    let hint = scene.tokens().await.id_token.unwrap();
    let outcome = end(&scene, &[("id_token_hint", &hint), BYE, ("state", "a~b-._ c")], Some(&ada)).await;
    let EndSessionOutcome::SignedOut { return_to, client, problem } = outcome else { panic!("signed out") };
    assert_eq!(return_to.as_deref(), Some("https://web.example/bye?state=a~b-._%20c"));
    assert_eq!((client.unwrap().id.as_str(), problem), ("web", None));
    assert!(!has_session(&scene, &ada).await);
}

async fn es_11_an_expired_hint_is_good(database: Database) {
    let scene = Scene::set(database).await;
    let hint = scene.tokens().await.id_token.unwrap();
    scene.wait(2_000);
    let ada = scene.sign_in().await;
    let outcome = end(&scene, &[("id_token_hint", &hint)], Some(&ada)).await;
    assert!(matches!(outcome, EndSessionOutcome::SignedOut { return_to: None, problem: None, .. }), "{outcome:?}");
    let again = end(&scene, &[("id_token_hint", &hint), BYE], None).await;
    let EndSessionOutcome::SignedOut { return_to, .. } = again else { panic!("signed out already") };
    assert_eq!(return_to.as_deref(), Some("https://web.example/bye"));
}

async fn es_04_without_a_hint_the_user_is_asked(database: Database) {
    let scene = Scene::set(database).await;
    let ada = scene.sign_in().await;
    for parameters in [&[][..], &[("state", "x")], &[BYE], &[BYE, ("client_id", "web")]] {
        let outcome = end(&scene, parameters, Some(&ada)).await;
        assert!(matches!(outcome, EndSessionOutcome::Ask { .. }), "{parameters:?}: {outcome:?}");
        assert!(has_session(&scene, &ada).await, "asking ends nothing");
    }
    let confirm = async |ticket: &str| scene.provider.confirm_end_session(ticket, &visit(Some(&ada))).await.unwrap();
    assert!(matches!(confirm("forged").await, EndSessionOutcome::Refused(PageRefusal::DamagedLink)));
    assert!(has_session(&scene, &ada).await);
    let EndSessionOutcome::Ask { ticket, .. } = end(&scene, &[BYE], Some(&ada)).await else { panic!("asked") };
    let EndSessionOutcome::SignedOut { return_to, problem, .. } = confirm(&ticket).await else { panic!("signed out") };
    assert_eq!((return_to, problem), (None, Some(PageRefusal::LogoutClientUnknown)), "a yes leads nowhere unknown");
    assert!(!has_session(&scene, &ada).await);
}

async fn es_03_a_forged_hint_signs_nobody_out(database: Database) {
    let scene = Scene::set(database).await;
    let ada = scene.sign_in().await;
    let access_token = scene.tokens().await.access_token;
    for forged in ["e30.e30.", "garbage", &access_token] {
        let outcome = end(&scene, &[("id_token_hint", forged), BYE], Some(&ada)).await;
        let EndSessionOutcome::Ask { problem, .. } = outcome else { panic!("asked: {outcome:?}") };
        assert_eq!(problem, Some(PageRefusal::HintUnreadable));
    }
    assert!(has_session(&scene, &ada).await);
}

async fn es_09_a_hint_for_another_client_is_refused(database: Database) {
    let scene = Scene::set(database).await;
    let ada = scene.sign_in().await;
    let hint = scene.tokens().await.id_token.unwrap();
    let outcome = end(&scene, &[("id_token_hint", &hint), ("client_id", "spa"), BYE], Some(&ada)).await;
    assert!(matches!(outcome, EndSessionOutcome::Refused(PageRefusal::LogoutClientsDisagree)));
    assert!(has_session(&scene, &ada).await);
}

async fn tk_45_codes_and_online_grants_end_with_the_session(database: Database) {
    let scene = Scene::set(database).await;
    let ada = scene.sign_in().await;
    let online = scene.granted(&web(&[]), &ada).await;
    let online = scene.exchange(&online["code"]).await.unwrap();
    let offline = scene.granted(&web(&[("scope", "openid offline_access")]), &ada).await;
    let offline = scene.exchange(&offline["code"]).await.unwrap();
    let waiting = scene.granted(&web(&[]), &ada).await;
    scene.provider.sign_out(&ada, &visit(Some(&ada))).await.unwrap();
    assert!(!scene.is_alive(&online.access_token).await);
    assert!(scene.is_alive(&offline.access_token).await);
    assert!(scene.refresh(&offline.refresh_token.unwrap()).await.is_ok(), "it was granted for when nobody is there");
    assert_eq!(refused(scene.exchange(&waiting["code"]).await), TokenRefusal::UnknownCode);
}
