//! Consent: asked, remembered, taken back.

use crate::scene::{ADA, Scene, fields, visit, web};
use crate::support::samples::found;
use crate::support::{Database, NOW};
use portcullis::flows::{AuthorizeOutcome, ConsentAnswer, ConsentWanted, SignIn};
use portcullis::oauth::{ClientId, ConsentPolicy, PageRefusal, Scope, UserId};

on_both_engines!(
    consent_is_asked_once_and_again_for_more,
    cs_03_denial_is_told_to_the_client,
    cs_05_prompt_none_does_not_ask,
    cs_10_the_answer_of_another_session_counts_for_nothing,
    cs_11_a_client_that_changed_meanwhile_is_looked_at_again,
    a_yes_to_one_request_is_none_to_another_of_the_same_second,
    cs_12_taking_consent_back_kills_what_was_granted,
    prompt_consent_asks_a_trusted_client_too,
    consent_for_single_claims_names_their_scope,
);

async fn scene_with(database: Database, policy: ConsentPolicy) -> Scene {
    let scene = Scene::set(database).await;
    change(&scene, |client| client.consent = policy).await;
    scene
}

async fn change(scene: &Scene, change: impl FnOnce(&mut portcullis::oauth::Client)) {
    let database = &scene.database;
    let mut client = found(database, &ClientId::new("web")).await.unwrap();
    change(&mut client);
    written!(database, (client), tx => tx.update_client(&client, NOW).await).await.unwrap();
    scene.provider.look_for_changes().await.unwrap();
}

fn wanted(outcome: AuthorizeOutcome) -> ConsentWanted {
    let AuthorizeOutcome::Consent(wanted) = outcome else { panic!("no consent page: {outcome:?}") };
    *wanted
}

async fn answer(scene: &Scene, ticket: &str, answer: ConsentAnswer, by: &SignIn) -> AuthorizeOutcome {
    scene.provider.answer_consent(ticket, answer, &visit(Some(by))).await.unwrap()
}

async fn consent_is_asked_once_and_again_for_more(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[("scope", "openid email")]), Some(&ada)).await);
    assert_eq!((page.scope.to_string().as_str(), page.new.to_string().as_str()), ("email openid", "email openid"));
    assert_eq!((page.client.name.as_str(), page.user.email.as_str()), ("Client web", "ada@example.com"));
    let granted = answer(&scene, &page.ticket, ConsentAnswer::Allow, &ada).await;
    assert!(fields(&granted).contains_key("code"));
    scene.wait(5);
    scene.granted(&web(&[("prompt", "none")]), &ada).await;
    let page = wanted(scene.ask(&web(&[("scope", "openid email phone")]), Some(&ada)).await);
    assert_eq!(page.new, Scope::of(&["phone"]));
    let again = answer(&scene, &page.ticket, ConsentAnswer::Allow, &ada).await;
    assert!(fields(&again).contains_key("code"));
    scene.granted(&web(&[("scope", "openid email")]), &ada).await;
}

async fn cs_03_denial_is_told_to_the_client(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[]), Some(&ada)).await);
    let denied = fields(&answer(&scene, &page.ticket, ConsentAnswer::Cancel, &ada).await);
    assert_eq!((denied["error"].as_str(), denied["state"].as_str()), ("access_denied", "st"));
    wanted(scene.ask(&web(&[]), Some(&ada)).await);
}

async fn cs_05_prompt_none_does_not_ask(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let silent = fields(&scene.ask(&web(&[("prompt", "none")]), Some(&ada)).await);
    assert_eq!(silent["error"], "consent_required");
}

async fn cs_10_the_answer_of_another_session_counts_for_nothing(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let (ada, later) = (scene.sign_in().await, scene.sign_in().await);
    let page = wanted(scene.ask(&web(&[]), Some(&ada)).await);
    wanted(answer(&scene, &page.ticket, ConsentAnswer::Allow, &later).await);
    let nobody = scene.provider.answer_consent(&page.ticket, ConsentAnswer::Allow, &visit(None)).await.unwrap();
    assert!(matches!(nobody, AuthorizeOutcome::Login { .. }));
    for forged in ["", &page.sealed, &page.ticket[1..]] {
        let outcome = answer(&scene, forged, ConsentAnswer::Allow, &ada).await;
        let AuthorizeOutcome::Page(problem) = outcome else { panic!("a page") };
        assert_eq!(problem.refusal, PageRefusal::DamagedLink);
    }
    wanted(scene.ask(&web(&[]), Some(&ada)).await);
}

async fn cs_11_a_client_that_changed_meanwhile_is_looked_at_again(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[]), Some(&ada)).await);
    change(&scene, |client| client.urls.redirect = vec!["https://elsewhere.example/".to_owned()]).await;
    let outcome = answer(&scene, &page.ticket, ConsentAnswer::Allow, &ada).await;
    assert!(matches!(outcome, AuthorizeOutcome::Page(_)), "{outcome:?}");
}

async fn a_yes_to_one_request_is_none_to_another_of_the_same_second(database: Database) {
    let scene = scene_with(database, ConsentPolicy::Always).await;
    let ada = scene.sign_in().await;
    let first = wanted(scene.ask(&web(&[]), Some(&ada)).await);
    let second = wanted(scene.ask(&web(&[]), Some(&ada)).await);
    assert!(fields(&answer(&scene, &first.ticket, ConsentAnswer::Allow, &ada).await).contains_key("code"));
    wanted(scene.provider.resume_authorize(&second.sealed, &visit(Some(&ada))).await.unwrap());
    assert!(fields(&answer(&scene, &second.ticket, ConsentAnswer::Allow, &ada).await).contains_key("code"));
}

async fn cs_12_taking_consent_back_kills_what_was_granted(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[("scope", "openid offline_access")]), Some(&ada)).await);
    let granted = fields(&answer(&scene, &page.ticket, ConsentAnswer::Allow, &ada).await);
    let tokens = scene.exchange(&granted["code"]).await.unwrap();
    let apps = scene.provider.apps_with_access(&UserId::new(ADA)).await.unwrap();
    let [app] = apps.as_slice() else { panic!("one app: {apps:?}") };
    assert!(app.offline);
    assert_eq!((app.client.id.as_str(), app.scope.to_string().as_str()), ("web", "offline_access openid"));
    let user = scene.database.read().await.unwrap().find_user(&UserId::new(ADA)).await.unwrap().unwrap();
    scene.provider.remove_access(&user, &ClientId::new("web"), &visit(Some(&ada))).await.unwrap();
    assert!(!scene.is_alive(&tokens.access_token).await);
    assert!(scene.refresh(&tokens.refresh_token.unwrap()).await.is_err());
    assert!(scene.provider.apps_with_access(&UserId::new(ADA)).await.unwrap().is_empty());
    wanted(scene.ask(&web(&[]), Some(&ada)).await);
}

async fn prompt_consent_asks_a_trusted_client_too(database: Database) {
    let scene = scene_with(database, ConsentPolicy::Never).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[("prompt", "consent")]), Some(&ada)).await);
    wanted(scene.resume(&page.sealed, Some(&ada)).await);
    let granted = answer(&scene, &page.ticket, ConsentAnswer::Allow, &ada).await;
    assert!(fields(&granted).contains_key("code"));
    scene.wait(1);
    wanted(scene.ask(&web(&[("prompt", "consent")]), Some(&ada)).await);
}

async fn consent_for_single_claims_names_their_scope(database: Database) {
    let scene = scene_with(database, ConsentPolicy::FirstTime).await;
    let ada = scene.sign_in().await;
    let page = wanted(scene.ask(&web(&[("claims", r#"{"userinfo":{"phone_number":null}}"#)]), Some(&ada)).await);
    assert_eq!(page.scope, Scope::of(&["openid", "phone"]));
}
