//! Two changes of the same thing that meet: the first has done its work and is not committed yet when the second begins. What
//! the second does stands on what the first has left.

use crate::scene::{ADA, Scene, fields, visit, web};
use crate::support::Location;
use crate::support::NOW;
use crate::support::meeting::meet;
use crate::support::places::opened;
use crate::support::samples::{add_role, role};
use portcullis::flows::AuthorizeOutcome;
use portcullis::flows::admin::{AdminError, Administrator, AuditFilter, Leak, RoleChange, RoleError, SecretChange};
use portcullis::oauth::{ClientId, ClientSecret, TenantId, UserClaims, UserId};
use std::sync::Arc;

on_both_empty!(
    an_edit_that_meets_a_leak_does_not_switch_the_secret_on_again,
    a_secret_that_is_being_removed_is_neither_changed_nor_said_to_be,
    of_two_changes_made_on_the_same_role_the_second_is_stale,
    of_two_preferences_put_in_place_of_the_same_the_second_is_stale,
    what_was_changed_since_it_was_seen_is_not_removed,
    tk_45_no_code_is_given_in_a_session_that_is_ending,
    a_profile_that_was_typed_over_another_address_is_not_saved,
);

async fn scene_at(location: &Location) -> Arc<Scene> {
    Arc::new(Scene::set(opened(location).await).await)
}

fn by() -> Administrator {
    Administrator::operator(TenantId::new("acme"), None)
}

fn web_app() -> ClientId {
    ClientId::new("web")
}

async fn secret_of(scene: &Scene) -> Option<ClientSecret> {
    scene.database.read().await.unwrap().secrets_of(&web_app()).await.unwrap().pop()
}

/// How often the audit log tells of this.
async fn told(scene: &Scene, action: &str) -> usize {
    let rows = scene.provider.list_audit(&by(), &AuditFilter::default(), 0, 100).await.unwrap();
    rows.iter().filter(|row| row.action == action).count()
}

async fn an_edit_that_meets_a_leak_does_not_switch_the_secret_on_again(location: Location) {
    let scene = scene_at(&location).await;
    let off = ClientSecret { enabled: false, ..secret_of(&scene).await.unwrap() };
    let node = Arc::clone(&scene);
    let edit = async move {
        let change = SecretChange { description: Some("renamed".to_owned()), ..SecretChange::default() };
        node.provider.change_secret(&by(), &web_app(), 1, change).await
    };
    let leak = meet(
        &location,
        &scene.database,
        move |tx| {
            let off = off.clone();
            Box::pin(async move {
                tx.lock_client(by().tenant_id(), &web_app()).await?;
                tx.update_secret(&web_app(), &off).await.map(drop)
            })
        },
        edit,
    );
    assert!(!leak.await.unwrap().enabled);
    let stored = secret_of(&scene).await.unwrap();
    assert_eq!((stored.enabled, stored.description.as_str()), (false, "renamed"));
}

async fn a_secret_that_is_being_removed_is_neither_changed_nor_said_to_be(location: Location) {
    let scene = scene_at(&location).await;
    let node = Arc::clone(&scene);
    let edit = async move {
        let change = SecretChange { description: Some("renamed".to_owned()), ..SecretChange::default() };
        let changed = node.provider.change_secret(&by(), &web_app(), 1, change).await;
        let leak = Leak::default();
        (changed, node.provider.secret_leaked(&by(), &web_app(), 1, leak).await)
    };
    let removal = meet(
        &location,
        &scene.database,
        move |tx| {
            Box::pin(async move {
                tx.lock_client(by().tenant_id(), &web_app()).await?;
                tx.delete_secret(&web_app(), 1).await.map(drop)
            })
        },
        edit,
    );
    let (changed, leaked) = removal.await;
    assert!(matches!(changed, Err(AdminError::NotFound("secret"))), "{changed:?}");
    assert!(matches!(leaked, Err(AdminError::NotFound("secret"))), "{leaked:?}");
    assert_eq!((told(&scene, "secret.changed").await, told(&scene, "secret.leaked").await), (0, 0));
}

async fn of_two_changes_made_on_the_same_role_the_second_is_stale(location: Location) {
    let scene = scene_at(&location).await;
    let seen = role(by().tenant_id(), "auditors", None);
    add_role(&scene.database, by().tenant_id(), "auditors", None).await;
    let mut first = seen.clone();
    "the first".clone_into(&mut first.description);
    let (node, made_on) = (Arc::clone(&scene), seen.clone());
    let second = async move {
        let (id, description) = (made_on.id.clone(), Some("the second".to_owned()));
        let change = RoleChange { made_on: Some(made_on.clone()), description, ..RoleChange::default() };
        let changed = node.provider.change_role(&by(), &id, change).await;
        (changed, node.provider.remove_role(&by(), &id, Some(made_on)).await)
    };
    let change = meet(
        &location,
        &scene.database,
        move |tx| {
            let first = first.clone();
            Box::pin(async move { tx.update_role(&first).await.map(drop) })
        },
        second,
    );
    let (changed, removed) = change.await;
    assert!(matches!(changed, Err(RoleError::Admin(AdminError::Stale))), "{changed:?}");
    assert!(matches!(removed, Err(RoleError::Admin(AdminError::Stale))), "{removed:?}");
    let roles = scene.database.read().await.unwrap().list_roles(by().tenant_id()).await.unwrap();
    assert_eq!(roles.into_iter().find(|role| role.id == seen.id).unwrap().description, "the first");
}

async fn of_two_preferences_put_in_place_of_the_same_the_second_is_stale(location: Location) {
    let scene = scene_at(&location).await;
    let node = Arc::clone(&scene);
    let second = async move {
        let (seen, body) = (Some("{}".to_owned()), r#"{"by":"second"}"#.to_owned());
        node.provider.replace_preferences(&by(), &UserId::new(ADA), seen, body).await
    };
    let first = meet(
        &location,
        &scene.database,
        move |tx| {
            Box::pin(async move {
                tx.lock_user(by().tenant_id(), &UserId::new(ADA)).await?;
                tx.put_preferences(&UserId::new(ADA), r#"{"by":"first"}"#).await
            })
        },
        second,
    );
    let second = first.await;
    assert!(matches!(second, Err(AdminError::Stale)), "{second:?}");
    let kept = scene.database.read().await.unwrap().find_preferences(&UserId::new(ADA)).await.unwrap();
    assert_eq!(kept.as_deref(), Some(r#"{"by":"first"}"#));
}

async fn what_was_changed_since_it_was_seen_is_not_removed(location: Location) {
    let scene = scene_at(&location).await;
    let mut reader = scene.database.read().await.unwrap();
    let mut client = reader.find_client(&web_app()).await.unwrap().unwrap();
    let mut user = reader.find_user(&UserId::new(ADA)).await.unwrap().unwrap();
    drop(reader);
    let secret = secret_of(&scene).await.unwrap();
    "changed".clone_into(&mut client.name);
    "changed".clone_into(&mut user.name);
    let (node, seen, secret_seen) = (Arc::clone(&scene), (client.version, user.version), secret.clone());
    let removals = async move {
        let (by, client) = (by(), web_app());
        (
            node.provider.remove_client(&by, &client, Some(seen.0)).await,
            node.provider.remove_user(&by, &UserId::new(ADA), Some(seen.1)).await,
            node.provider.remove_secret(&by, &client, 1, Some(secret_seen)).await,
        )
    };
    let changes = meet(
        &location,
        &scene.database,
        move |tx| {
            let (client, user) = (client.clone(), user.clone());
            let secret = ClientSecret { description: "changed".to_owned(), ..secret.clone() };
            Box::pin(async move {
                tx.update_client(&client, NOW).await?;
                tx.update_secret(&client.id, &secret).await?;
                tx.update_user(&user, NOW).await.map(drop)
            })
        },
        removals,
    );
    let (client, user, secret) = changes.await;
    assert!(matches!(client, Err(AdminError::Stale)), "{client:?}");
    assert!(matches!(user, Err(AdminError::Stale)), "{user:?}");
    assert!(matches!(secret, Err(AdminError::Stale)), "{secret:?}");
    assert!(scene.provider.remove_client(&by(), &web_app(), Some(2)).await.is_ok(), "what was seen last is removed");
}

async fn tk_45_no_code_is_given_in_a_session_that_is_ending(location: Location) {
    let scene = scene_at(&location).await;
    for silent in [false, true] {
        let sign_in = scene.sign_in().await;
        let (node, mine) = (Arc::clone(&scene), sign_in.clone());
        let ask = async move {
            let prompt = if silent { &[("prompt", "none")][..] } else { &[] };
            node.provider.authorize(&web(prompt), &[], &visit(Some(&mine))).await.unwrap()
        };
        let sign_out = meet(
            &location,
            &scene.database,
            move |tx| {
                let (user, sid) = (sign_in.user_id.clone(), sign_in.sid.clone());
                Box::pin(async move {
                    tx.delete_session_called(&user, &sid).await?;
                    tx.revoke_grants_of_session(&sid, NOW).await.map(drop)
                })
            },
            ask,
        );
        let outcome = sign_out.await;
        if silent {
            assert_eq!(fields(&outcome)["error"], "login_required");
        } else {
            assert!(matches!(outcome, AuthorizeOutcome::Login { .. }), "{outcome:?}");
        }
    }
}

async fn a_profile_that_was_typed_over_another_address_is_not_saved(location: Location) {
    let scene = scene_at(&location).await;
    let me = scene.provider.signed_in(scene.sign_in().await).await.unwrap().unwrap();
    let mut moved = me.user.clone();
    "ada@example.org".clone_into(&mut moved.email);
    "{}".clone_into(&mut moved.claims);
    let node = Arc::clone(&scene);
    let typed = async move {
        let claims = UserClaims::from_stored(&me.user.claims);
        node.provider.change_own_profile(&me, "Ada L.", &claims, &me.origin("192.0.2.1", "7K2Q-9M4D")).await
    };
    let change = meet(
        &location,
        &scene.database,
        move |tx| {
            let moved = moved.clone();
            Box::pin(async move { tx.update_user(&moved, NOW).await.map(drop) })
        },
        typed,
    );
    let saved = change.await;
    assert!(matches!(saved, Err(AdminError::Stale)), "{saved:?}");
    let user = scene.provider.user(&by(), &UserId::new(ADA)).await.unwrap();
    assert_eq!((user.email.as_str(), user.claims.as_str()), ("ada@example.org", "{}"), "nobody verified the new one");
    assert_eq!(told(&scene, "user.profile_changed").await, 0);
}
