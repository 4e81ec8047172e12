//! What becomes of requests: pages, answers, and the way through sign-in and back.

use crate::scene::{ADA, Scene, VERIFIER, claims_of, fields, spa, visit, web};
use crate::support::Database;
use portcullis::flows::{AuthorizeOutcome, SignIn};
use portcullis::oauth::claims::half_hash;
use portcullis::oauth::{PageRefusal, ResponseType, TenantId, UserId};

on_both_engines!(
    a_signed_in_browser_gets_a_code_at_once,
    a_stranger_signs_in_and_comes_back_to_the_same_request,
    prompt_none_never_shows_a_page,
    prompt_login_and_max_age_are_met_by_a_new_password_only,
    az_39_a_sign_in_that_was_there_does_not_count_as_the_new_one,
    an_account_is_chosen_before_the_answer,
    az_40_a_hint_names_the_user_or_the_request_fails,
    a_resource_that_is_not_ours_is_refused_before_anybody_is_asked,
    hybrid_answers_hold_what_their_type_says,
    az_05_a_uri_of_another_client_ends_on_a_page,
    az_62_and_63_disabled_clients_and_users_get_nothing,
    a_user_of_another_tenant_may_not_use_the_client,
    az_67_two_requests_of_one_browser_do_not_mix,
    what_was_sealed_elsewhere_is_not_opened,
);

async fn a_signed_in_browser_gets_a_code_at_once(database: Database) {
    let scene = Scene::set(database).await;
    let answer = scene.granted(&spa(&[]), &scene.sign_in().await).await;
    assert_eq!(answer.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("st", crate::scene::ISSUER));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &answer["code"]),
        ("redirect_uri", "https://spa.example/cb"),
        ("client_id", "spa"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = scene.token(&form).await.unwrap();
    assert!(tokens.refresh_token.is_none());
    let id_token = claims_of(&tokens.id_token.unwrap());
    assert_eq!(id_token["sub"], ADA);
    assert_eq!(id_token["tid"], "acme", "for clients of the API");
    assert_eq!(id_token["at_hash"], half_hash(&tokens.access_token));
    assert_eq!(id_token.get("nonce"), None);
    let access_token = claims_of(&tokens.access_token);
    assert_eq!((&access_token["tid"], &access_token["scope"]), (&"acme".into(), &"ocsapi openid".into()));
    assert_eq!(access_token["roles"], serde_json::json!(["member"]));
}

/// The sealed request of a sign-in page.
fn login(outcome: AuthorizeOutcome) -> String {
    let AuthorizeOutcome::Login { sealed, .. } = outcome else { panic!("no sign-in page: {outcome:?}") };
    sealed
}

async fn a_stranger_signs_in_and_comes_back_to_the_same_request(database: Database) {
    let scene = Scene::set(database).await;
    let outcome = scene.ask(&spa(&[("login_hint", "ada@example.com")]), None).await;
    let AuthorizeOutcome::Login { sealed, client, login_hint } = outcome else { panic!("a sign-in page") };
    assert_eq!((client.name.as_str(), login_hint.as_deref()), ("Client spa", Some("ada@example.com")));
    let waiting = scene.provider.waiting_client(&sealed, None).await.unwrap().unwrap();
    assert_eq!((waiting.client.id.as_str(), waiting.email.as_deref()), ("spa", Some("ada@example.com")));
    assert!(!waiting.again, "nobody is there who could prove it again");
    login(scene.resume(&sealed, None).await);
    scene.wait(86_400);
    let answer = fields(&scene.resume(&sealed, Some(&scene.sign_in().await)).await);
    assert_eq!(answer["state"], "st", "a page left open for a day ends in the app");
    let again = fields(&scene.resume(&sealed, Some(&scene.sign_in().await)).await);
    assert_ne!(again["code"], answer["code"], "and so does the Back button, with a code of its own");
}

async fn prompt_none_never_shows_a_page(database: Database) {
    let scene = Scene::set(database).await;
    let silent = spa(&[("prompt", "none")]);
    assert_eq!(fields(&scene.ask(&silent, None).await)["error"], "login_required");
    let sign_in = scene.sign_in().await;
    assert!(fields(&scene.ask(&silent, Some(&sign_in)).await).contains_key("code"));
    scene.wait(100);
    let strict = spa(&[("prompt", "none"), ("max_age", "99")]);
    assert_eq!(fields(&scene.ask(&strict, Some(&sign_in)).await)["error"], "login_required");
    let hybrid = web(&[("prompt", "none"), ("response_type", "code id_token")]);
    let AuthorizeOutcome::Return { response, .. } = scene.ask(&hybrid, None).await else { panic!("an answer") };
    let portcullis::oauth::ReturnResponse::Redirect(url) = response else { panic!("a redirect") };
    assert!(url.starts_with("https://web.example/cb#error=login_required&"), "{url}");
}

async fn prompt_login_and_max_age_are_met_by_a_new_password_only(database: Database) {
    let scene = Scene::set(database).await;
    let old = scene.sign_in().await;
    scene.wait(2);
    for change in [("prompt", "login"), ("max_age", "1"), ("max_age", "0")] {
        let sealed = login(scene.ask(&web(&[change]), Some(&old)).await);
        login(scene.resume(&sealed, Some(&old)).await);
        scene.wait(3);
        let new = scene.sign_in().await;
        let answer = fields(&scene.resume(&sealed, Some(&new)).await);
        let tokens = scene.exchange(&answer["code"]).await.unwrap();
        assert_eq!(claims_of(&tokens.id_token.unwrap())["auth_time"], new.auth_time.0, "{change:?}");
    }
    let patient = web(&[("max_age", "10000")]);
    let answer = scene.granted(&patient, &old).await;
    let tokens = scene.exchange(&answer["code"]).await.unwrap();
    assert_eq!(claims_of(&tokens.id_token.unwrap())["auth_time"], old.auth_time.0);
}

async fn az_39_a_sign_in_that_was_there_does_not_count_as_the_new_one(database: Database) {
    let scene = Scene::set(database).await;
    let old = scene.sign_in().await;
    let sealed = login(scene.ask(&web(&[("prompt", "login")]), Some(&old)).await);
    login(scene.resume(&sealed, Some(&old)).await);
    assert!(
        fields(&scene.resume(&sealed, Some(&scene.sign_in().await)).await).contains_key("code"),
        "in the same second"
    );
}

async fn an_account_is_chosen_before_the_answer(database: Database) {
    let scene = Scene::set(database).await;
    let old = scene.sign_in().await;
    scene.wait(5);
    let outcome = scene.ask(&web(&[("prompt", "select_account")]), Some(&old)).await;
    let AuthorizeOutcome::SelectAccount { sealed, user, .. } = outcome else { panic!("a page") };
    assert_eq!(user.email, "ada@example.com");
    assert!(matches!(scene.resume(&sealed, Some(&old)).await, AuthorizeOutcome::SelectAccount { .. }));
    let chosen = scene.provider.choose_account(&sealed, &visit(Some(&old))).await.unwrap();
    assert!(fields(&chosen).contains_key("code"));
    let another = scene.resume(&sealed, Some(&scene.sign_in().await)).await;
    assert!(fields(&another).contains_key("code"), "signing in anew is a choice too");
}

async fn az_40_a_hint_names_the_user_or_the_request_fails(database: Database) {
    let scene = Scene::set(database).await;
    let sign_in = scene.sign_in().await;
    let hint = scene.tokens().await.id_token.unwrap();
    scene.wait(1_000);
    let silent = |hint: &str| web(&[("prompt", "none"), ("id_token_hint", hint)]);
    let answer = fields(&scene.ask(&silent(&hint), Some(&sign_in)).await);
    assert!(answer.contains_key("code"), "an expired hint is good: {answer:?}");
    let bob = SignIn { user_id: UserId::new("bob"), tenant_id: TenantId::new("globex"), ..scene.sign_in().await };
    assert_eq!(fields(&scene.ask(&silent(&hint), Some(&bob)).await)["error"], "login_required");
    let sealed = login(scene.ask(&web(&[("id_token_hint", &hint)]), Some(&bob)).await);
    scene.wait(1);
    let new_bob = SignIn { auth_time: scene.now(), sid: scene.sign_in().await.sid, ..bob };
    assert_eq!(fields(&scene.resume(&sealed, Some(&new_bob)).await)["error"], "login_required");
    let mut forged = hint.clone();
    forged.replace_range(hint.len() - 8.., "AAAAAAAA");
    let access_token = scene.tokens().await.access_token;
    for bad in [forged.as_str(), "garbage", &access_token] {
        assert_eq!(fields(&scene.ask(&silent(bad), Some(&sign_in)).await)["error"], "login_required");
        let loud = fields(&scene.ask(&web(&[("id_token_hint", bad)]), Some(&sign_in)).await);
        assert_eq!(loud["error"], "invalid_request");
    }
    let rows = [
        (r#"{"id_token":{"sub":{"value":"somebody"}}}"#, false),
        (r#"{"id_token":{"sub":{"values":["somebody","ada"]}}}"#, true),
        (r#"{"id_token":{"sub":{"values":["somebody","anybody"]}}}"#, false),
        (r#"{"id_token":{"sub":{"value":1}}}"#, false),
        (r#"{"id_token":{"sub":{"values":[1]}}}"#, false),
        (r#"{"id_token":{"sub":null},"userinfo":{"sub":{"value":"somebody"}}}"#, false),
        (r#"{"id_token":{"sub":{"value":"ada"}},"userinfo":{"sub":{"value":"somebody"}}}"#, false),
        (r#"{"id_token":{"sub":{"value":"ada"}},"userinfo":{"sub":{"values":["somebody","ada"]}}}"#, true),
    ];
    for (claims, granted) in rows {
        for hint in ["", hint.as_str()] {
            let asked = web(&[("claims", claims), ("prompt", "none"), ("id_token_hint", hint)]);
            let answer = fields(&scene.ask(&asked, Some(&sign_in)).await);
            let told = (answer.contains_key("code"), answer.get("error").map(String::as_str));
            assert_eq!(told, (granted, (!granted).then_some("login_required")), "{claims} {hint}");
        }
    }
    let nobody = web(&[("claims", r#"{"id_token":{"sub":{"value":"somebody"}}}"#), ("id_token_hint", &hint)]);
    assert_eq!(fields(&scene.ask(&nobody, None).await)["error"], "login_required", "no password leads there");
}

async fn a_resource_that_is_not_ours_is_refused_before_anybody_is_asked(database: Database) {
    let scene = Scene::set(database).await;
    let foreign = web(&[("resource", "https://evil.example/")]);
    assert_eq!(fields(&scene.ask(&foreign, None).await)["error"], "invalid_target");
    let own = web(&[("resource", "https://id.example/api")]);
    assert!(scene.granted(&own, &scene.sign_in().await).await.contains_key("code"));
}

async fn hybrid_answers_hold_what_their_type_says(database: Database) {
    let scene = Scene::set(database).await;
    let sign_in = scene.sign_in().await;
    for kind in ResponseType::ALL {
        for mode in ["", "form_post"] {
            let request = web(&[("response_type", kind.as_str()), ("response_mode", mode)]);
            let answer = scene.granted(&request, &sign_in).await;
            assert_eq!(answer.contains_key("id_token"), kind.has_id_token(), "{kind:?}");
            assert_eq!(answer.contains_key("access_token"), kind.has_access_token(), "{kind:?}");
            if let Some(id_token) = answer.get("id_token").map(|token| claims_of(token)) {
                assert_eq!(id_token["c_hash"], half_hash(&answer["code"]));
                assert_eq!(id_token["nonce"], "no");
                assert_eq!(id_token["aud"], "web");
                let at_hash = answer.get("access_token").map(|token| half_hash(token));
                assert_eq!(id_token.get("at_hash").and_then(|hash| hash.as_str()), at_hash.as_deref());
            }
            if let Some(access_token) = answer.get("access_token") {
                assert_eq!((answer["token_type"].as_str(), answer["expires_in"].as_str()), ("Bearer", "3600"));
                assert!(scene.is_alive(access_token).await);
            }
            let tokens = scene.exchange(&answer["code"]).await.unwrap();
            let id_token = claims_of(&tokens.id_token.unwrap());
            assert_eq!((&id_token["nonce"], &id_token["sub"]), (&"no".into(), &ADA.into()));
            assert_eq!(id_token.get("tid"), None, "nobody asked");
        }
    }
}

fn page(outcome: &AuthorizeOutcome) -> PageRefusal {
    let AuthorizeOutcome::Page(problem) = outcome else { panic!("no page: {outcome:?}") };
    problem.refusal
}

async fn az_05_a_uri_of_another_client_ends_on_a_page(database: Database) {
    let scene = Scene::set(database).await;
    let sign_in = scene.sign_in().await;
    let outcome = scene.ask(&web(&[("redirect_uri", "https://spa.example/cb")]), Some(&sign_in)).await;
    assert_eq!(page(&outcome), PageRefusal::RedirectUriNotAllowed);
    let AuthorizeOutcome::Page(problem) = outcome else { panic!("a page") };
    assert_eq!(problem.sent_url.as_deref(), Some("https://spa.example/cb"));
    assert_eq!(problem.client.unwrap().name, "Client web");
    let daemon = web(&[("client_id", "daemon")]);
    assert_eq!(page(&scene.ask(&daemon, Some(&sign_in)).await), PageRefusal::RedirectUriNotAllowed);
    for unknown in ["nobody", "WEB", " web"] {
        assert_eq!(page(&scene.ask(&web(&[("client_id", unknown)]), None).await), PageRefusal::UnknownClient);
    }
}

async fn az_62_and_63_disabled_clients_and_users_get_nothing(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let sign_in = scene.sign_in().await;
    let ada = UserId::new(ADA);
    let set = |enabled| written!(database, (ada), tx => tx.set_user_enabled(&ada, enabled, crate::support::NOW).await);
    set(false).await.unwrap();
    login(scene.ask(&web(&[]), Some(&sign_in)).await);
    let silent = fields(&scene.ask(&web(&[("prompt", "none")]), Some(&sign_in)).await);
    assert_eq!(silent["error"], "login_required");
    set(true).await.unwrap();
    let mut client = crate::support::samples::found(&database, &portcullis::oauth::ClientId::new("web")).await.unwrap();
    client.enabled = false;
    written!(database, (client), tx => tx.update_client(&client, crate::support::NOW).await).await.unwrap();
    scene.provider.look_for_changes().await.unwrap();
    let outcome = scene.ask(&web(&[]), Some(&sign_in)).await;
    assert_eq!(page(&outcome), PageRefusal::UnknownClient, "no different from one that never was");
    let AuthorizeOutcome::Page(problem) = outcome else { panic!("a page") };
    assert_eq!(problem.client, None);
}

async fn a_user_of_another_tenant_may_not_use_the_client(database: Database) {
    let scene = Scene::set(database).await;
    let bob = SignIn { user_id: UserId::new("bob"), tenant_id: TenantId::new("globex"), ..scene.sign_in().await };
    let sealed = login(scene.ask(&web(&[]), Some(&bob)).await);
    let again = SignIn { sid: scene.sign_in().await.sid, ..bob };
    assert_eq!(fields(&scene.resume(&sealed, Some(&again)).await)["error"], "access_denied");
}

async fn az_67_two_requests_of_one_browser_do_not_mix(database: Database) {
    let scene = Scene::set(database).await;
    let one = login(scene.ask(&web(&[("state", "one"), ("nonce", "n1")]), None).await);
    let two = login(scene.ask(&spa(&[("state", "two")]), None).await);
    let sign_in = scene.sign_in().await;
    let second = fields(&scene.resume(&two, Some(&sign_in)).await);
    let first = fields(&scene.resume(&one, Some(&sign_in)).await);
    assert_eq!((first["state"].as_str(), second["state"].as_str()), ("one", "two"));
    let tokens = scene.exchange(&first["code"]).await.unwrap();
    assert_eq!(claims_of(&tokens.id_token.unwrap())["nonce"], "n1");
}

async fn what_was_sealed_elsewhere_is_not_opened(database: Database) {
    let scene = Scene::set(database).await;
    let sealed = login(scene.ask(&web(&[]), None).await);
    let cut = &sealed[..sealed.len() - 1];
    let page_of_ours = scene.provider.seal(&portcullis::flows::Destination::Page("/portal".to_owned()));
    for bad in ["", "garbage", cut, &page_of_ours] {
        assert_eq!(page(&scene.resume(bad, Some(&scene.sign_in().await)).await), PageRefusal::DamagedLink, "{bad}");
    }
}
