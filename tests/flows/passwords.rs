//! A password that is changed, and a user who is disabled: what was given before is over. The clock stands still in these
//! tests, so that no time tells what came first.

use crate::scene::{ADA, Scene, fields, refused, visit, web};
use crate::support::places::opened;
use crate::support::{Database, Location, NOW, StorageError};
use portcullis::flows::admin::{Administrator, UserChange};
use portcullis::flows::{
    AuthorizeOutcome, LinkError, LoginError, LoginOrigin, OwnPasswordError, SignIn, SignedIn, TokenLifetimes,
};
use portcullis::keys::PasswordHasher;
use portcullis::oauth::{TenantId, TokenRefusal, UserId};
use portcullis::redacted::Redacted;
use portcullis::storage::LinkPurpose;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

on_both_engines!(
    rt_19_what_was_given_in_the_second_of_the_change_ends_with_the_old_password,
    a_link_for_a_new_password_ends_what_apps_were_granted,
    whoever_has_chosen_a_password_meanwhile_is_not_invited,
    the_owners_name_is_no_password_by_a_link_either,
    rt_15_what_a_disabled_user_had_granted_does_not_come_back,
);

on_both_empty!(lg_24_sign_ins_with_the_old_password_that_meet_its_change_come_to_nothing);

const OLD: &str = "twelve-green-otters-nap";
const NEW: &str = "eleven-silent-herons-wade";

fn secret(text: &str) -> Redacted<String> {
    Redacted::new(text.to_owned())
}

fn browser() -> LoginOrigin {
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let (user_agent, reference) = ("a browser".to_owned(), "7K2Q-9M4D".to_owned());
    LoginOrigin { address, user_agent, reference, device: None, browser: None }
}

/// Gives Ada the old password.
async fn give_password(database: &Database) {
    let (ada, hash) = (UserId::new(ADA), PasswordHasher::new(1).hash(secret(OLD)).await.unwrap());
    written!(database, (ada, hash), tx => tx.set_password(&ada, &hash, NOW).await).await.unwrap();
}

async fn sign_in(scene: &Scene, password: &str) -> Result<SignIn, LoginError> {
    let sign_in = scene.provider.sign_in("ada@example.com", secret(password), false, &browser()).await?;
    scene.begin(&sign_in).await;
    Ok(sign_in)
}

async fn who(scene: &Scene, sign_in: &SignIn) -> Option<SignedIn> {
    scene.provider.signed_in(sign_in.clone()).await.unwrap()
}

async fn code(scene: &Scene, sign_in: &SignIn) -> String {
    scene.granted(&web(&[("scope", "openid offline_access")]), sign_in).await["code"].clone()
}

async fn refresh_token(scene: &Scene, sign_in: &SignIn) -> String {
    let code = code(scene, sign_in).await;
    scene.exchange(&code).await.unwrap().refresh_token.unwrap()
}

/// Whether the sign-in is good for anything: a page, or a code without a page.
async fn is_alive(scene: &Scene, sign_in: &SignIn) -> bool {
    let signed_in = who(scene, sign_in).await.is_some();
    let outcome = scene.provider.authorize(&web(&[]), &[], &visit(Some(sign_in))).await.unwrap();
    let granted = !matches!(outcome, AuthorizeOutcome::Login { .. });
    assert_eq!(signed_in, granted, "pages and codes agree");
    granted
}

async fn rt_19_what_was_given_in_the_second_of_the_change_ends_with_the_old_password(database: Database) {
    let scene = Scene::set(database.clone()).await;
    give_password(&database).await;
    let (one, other) = (sign_in(&scene, OLD).await.unwrap(), sign_in(&scene, OLD).await.unwrap());
    let (refresh, unspent) = (refresh_token(&scene, &other).await, code(&scene, &other).await);
    let me = who(&scene, &one).await.unwrap();
    let new = scene.provider.change_own_password(&me, secret(OLD), secret(NEW), &browser()).await.unwrap();
    scene.begin(&new).await;

    assert_eq!(refused(scene.refresh(&refresh).await), TokenRefusal::GrantRevoked);
    assert_eq!(refused(scene.exchange(&unspent).await), TokenRefusal::GrantRevoked);
    for old in [&one, &other] {
        assert!(!is_alive(&scene, old).await);
        let silent = fields(&scene.ask(&web(&[("prompt", "none")]), Some(old)).await);
        assert_eq!(silent["error"], "login_required");
    }
    assert!(matches!(sign_in(&scene, OLD).await, Err(LoginError::Refused)));

    assert!(is_alive(&scene, &new).await, "whoever changed it stays signed in");
    let refresh = refresh_token(&scene, &new).await;
    assert!(scene.refresh(&refresh).await.is_ok(), "what is granted from now on is good, in the same second too");
    assert!(is_alive(&scene, &sign_in(&scene, NEW).await.unwrap()).await);

    let late =
        scene.provider.change_own_password(&me, secret(OLD), secret("ten-patient-cranes-rest"), &browser()).await;
    assert!(matches!(late, Err(OwnPasswordError::Current(LoginError::Refused))));
}

async fn a_link_for_a_new_password_ends_what_apps_were_granted(database: Database) {
    let scene = Scene::set(database.clone()).await;
    give_password(&database).await;
    let old = sign_in(&scene, OLD).await.unwrap();
    let (refresh, unspent) = (refresh_token(&scene, &old).await, code(&scene, &old).await);
    let by = Administrator::operator(TenantId::new("acme"), None);
    let user = scene.provider.user(&by, &UserId::new(ADA)).await.unwrap();
    let link = scene.provider.make_unmailed_link(&user, LinkPurpose::Reset, 1_800, by.origin()).await.unwrap();
    let token = link.url.expose().rsplit('=').next().unwrap().to_owned();
    scene.provider.set_password_by_link(&token, secret(NEW), "192.0.2.1", "7K2Q-9M4D").await.unwrap();
    assert_eq!(refused(scene.refresh(&refresh).await), TokenRefusal::GrantRevoked);
    assert_eq!(refused(scene.exchange(&unspent).await), TokenRefusal::GrantRevoked);
    assert!(!is_alive(&scene, &old).await);
    assert!(is_alive(&scene, &sign_in(&scene, NEW).await.unwrap()).await);
}

async fn whoever_has_chosen_a_password_meanwhile_is_not_invited(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let by = Administrator::operator(TenantId::new("acme"), None);
    let user = scene.provider.user(&by, &UserId::new(ADA)).await.unwrap();
    give_password(&database).await;
    let made = scene.provider.make_unmailed_link(&user, LinkPurpose::Invitation, 1_800, by.origin()).await;
    assert!(matches!(made, Err(StorageError::Gone(_))), "{made:?}");
    assert!(database.read().await.unwrap().find_invitation(&user.id).await.unwrap().is_none());
}

async fn the_owners_name_is_no_password_by_a_link_either(database: Database) {
    let scene = Scene::set(database.clone()).await;
    let by = Administrator::operator(TenantId::new("acme"), None);
    let mut user = scene.provider.user(&by, &UserId::new(ADA)).await.unwrap();
    "Countess Lovelace".clone_into(&mut user.name);
    written!(database, (user), tx => tx.update_user(&user, NOW).await).await.unwrap();
    let link = scene.provider.make_unmailed_link(&user, LinkPurpose::Reset, 1_800, by.origin()).await.unwrap();
    let token = link.url.expose().rsplit('=').next().unwrap().to_owned();
    let name = secret("countess-lovelace");
    let told = scene.provider.set_password_by_link(&token, name, "192.0.2.1", "7K2Q-9M4D").await;
    assert!(matches!(told, Err(LinkError::Password(_))), "{told:?}");
}

async fn rt_15_what_a_disabled_user_had_granted_does_not_come_back(database: Database) {
    let scene = Scene::set(database.clone()).await;
    give_password(&database).await;
    let old = sign_in(&scene, OLD).await.unwrap();
    let code = code(&scene, &old).await;
    let tokens = scene.exchange(&code).await.unwrap();
    let by = Administrator::operator(TenantId::new("acme"), None);
    for enabled in [false, true] {
        let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
        scene.provider.change_user(&by, &UserId::new(ADA), change).await.unwrap();
        assert!(!is_alive(&scene, &old).await, "{enabled}");
        assert!(!scene.is_alive(&tokens.access_token).await, "{enabled}");
        let refresh = tokens.refresh_token.as_deref().unwrap();
        assert_eq!(refused(scene.refresh(refresh).await), TokenRefusal::GrantRevoked, "{enabled}");
    }
    assert!(is_alive(&scene, &sign_in(&scene, OLD).await.unwrap()).await, "the password is good again");
}

async fn lg_24_sign_ins_with_the_old_password_that_meet_its_change_come_to_nothing(location: Location) {
    let database = opened(&location).await;
    Scene::set(database.clone()).await;
    give_password(&database).await;
    let nodes = [
        Arc::new(Scene::on(opened(&location).await, TokenLifetimes::default()).await),
        Arc::new(Scene::on(opened(&location).await, TokenLifetimes::default()).await),
    ];
    let me = who(&nodes[0], &sign_in(&nodes[0], OLD).await.unwrap()).await.unwrap();
    let racers: Vec<_> = (0..6)
        .map(|number| {
            let node = Arc::clone(&nodes[number % 2]);
            tokio::spawn(async move {
                let signed_in = sign_in(&node, OLD).await.ok()?;
                // Some have got a code before the change is made.
                let outcome = node.provider.authorize(&web(&[]), &[], &visit(Some(&signed_in))).await.unwrap();
                let granted = matches!(outcome, AuthorizeOutcome::Return { .. });
                Some((granted.then(|| fields(&outcome)["code"].clone()), signed_in))
            })
        })
        .collect();
    let new = nodes[1].provider.change_own_password(&me, secret(OLD), secret(NEW), &browser()).await.unwrap();
    nodes[1].begin(&new).await;
    for racer in racers {
        let Some((code, signed_in)) = racer.await.unwrap() else { continue };
        assert!(!is_alive(&nodes[0], &signed_in).await);
        if let Some(code) = code {
            let refusal = refused(nodes[0].exchange(&code).await);
            assert!(matches!(refusal, TokenRefusal::GrantRevoked | TokenRefusal::PasswordChanged), "{refusal:?}");
        }
    }
    assert!(is_alive(&nodes[0], &new).await);
}
