//! Roles, and who holds them.

use crate::support::samples::{add_client, add_role, add_tenant, add_user, client, found, role, user};
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::{BuiltInRole, Client, Role, RoleId, UserId};
use portcullis::redacted::Redacted;
use portcullis::storage::NewUser;

on_both_engines!(
    roles_come_back_by_name,
    a_name_is_unique_in_its_tenant_in_any_case,
    roles_of_a_user_are_replaced_as_a_whole,
    administrators_are_counted_while_they_can_sign_in,
    a_role_that_is_gone_is_told_apart_from_other_troubles,
    there_is_an_administrator_only_once_somebody_holds_the_role,
    a_role_is_removed_while_it_is_held,
    a_built_in_role_stays,
);

async fn roles(database: &Database, user: &UserId) -> Vec<RoleId> {
    let roles = database.read().await.unwrap().roles_of_user(user).await.unwrap();
    roles.into_iter().map(|role| role.id).collect()
}

async fn give(database: &Database, user: &UserId, roles: &[RoleId]) {
    let roles = roles.to_vec();
    written!(database, (user, roles), tx => tx.set_user_roles(&user, &roles).await).await.unwrap();
}

async fn roles_come_back_by_name(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    let own = Role { name: "beta".to_owned(), ..role(&tenant, "r1", None) };
    let built_in = Role { name: "Alpha".to_owned(), ..role(&tenant, "r2", Some(BuiltInRole::Viewer)) };
    let foreign = role(&other, "r3", None);
    for role in [&own, &built_in, &foreign] {
        written!(database, (role), tx => tx.insert_role(&role, NOW).await).await.unwrap();
    }
    assert_eq!(database.read().await.unwrap().list_roles(&tenant).await.unwrap(), [built_in, own]);
}

async fn a_name_is_unique_in_its_tenant_in_any_case(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    add_role(&database, &tenant, "r1", None).await;
    let again = Role { name: "ROLE R1".to_owned(), ..role(&tenant, "r2", None) };
    let refused = written!(database, (again), tx => tx.insert_role(&again, NOW).await).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    let elsewhere = Role { tenant_id: other, ..again };
    written!(database, (elsewhere), tx => tx.insert_role(&elsewhere, NOW).await).await.unwrap();
}

async fn roles_of_a_user_are_replaced_as_a_whole(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let (one, two) = (add_role(&database, &tenant, "r1", None).await, add_role(&database, &tenant, "r2", None).await);
    let (ada, bob) = (user(&tenant, "ada", "ada@example.com"), user(&tenant, "bob", "bob@example.com"));
    for user in [&ada, &bob] {
        add_user(&database, user).await.unwrap();
        give(&database, &user.id, &[one.clone(), one.clone()]).await;
    }
    give(&database, &ada.id, std::slice::from_ref(&two)).await;
    assert_eq!(roles(&database, &ada.id).await, [two]);
    assert_eq!(roles(&database, &bob.id).await, [one]);
    give(&database, &ada.id, &[]).await;
    assert_eq!(roles(&database, &ada.id).await, []);
}

async fn administrators_are_counted_while_they_can_sign_in(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    let kind = BuiltInRole::Administrator;
    let here = add_role(&database, &tenant, "r1", Some(kind)).await;
    let there = add_role(&database, &other, "r2", Some(kind)).await;
    let viewers = add_role(&database, &tenant, "r3", Some(BuiltInRole::Viewer)).await;
    let holders =
        [("ada", &tenant, &here), ("bob", &tenant, &here), ("cyd", &other, &there), ("dan", &tenant, &viewers)];
    for (id, tenant, role) in holders {
        let password_hash = Some(Redacted::new("a hash".to_owned()));
        let user = NewUser { password_hash, ..user(tenant, id, &format!("{id}@example.com")) };
        add_user(&database, &user).await.unwrap();
        give(&database, &user.id, std::slice::from_ref(role)).await;
    }
    let eve = user(&tenant, "eve", "eve@example.com");
    add_user(&database, &eve).await.unwrap();
    give(&database, &eve.id, std::slice::from_ref(&here)).await;
    let count = || async { database.read().await.unwrap().count_users_with(&tenant, kind).await.unwrap() };
    assert_eq!(count().await, 2, "whoever was only invited cannot sign in");
    let bob = UserId::new("bob");
    assert!(written!(database, (bob), tx => tx.set_user_enabled(&bob, false, NOW).await).await.unwrap());
    assert_eq!(count().await, 1);
}

async fn a_role_that_is_gone_is_told_apart_from_other_troubles(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let ada = user(&tenant, "ada", "ada@example.com");
    add_user(&database, &ada).await.unwrap();
    let (id, gone) = (ada.id.clone(), vec![RoleId::new("gone")]);
    let refused = written!(database, (id, gone), tx => tx.set_user_roles(&id, &gone).await).await;
    assert!(matches!(refused, Err(StorageError::Gone(_))), "{refused:?}");
    let app = Client { role_ids: gone, ..client(&tenant, "app") };
    let refused = written!(database, (app), tx => tx.insert_client(&app).await).await;
    assert!(matches!(refused, Err(StorageError::Gone(_))), "{refused:?}");
}

async fn there_is_an_administrator_only_once_somebody_holds_the_role(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let role = add_role(&database, &tenant, "r1", Some(BuiltInRole::Administrator)).await;
    let ada = user(&tenant, "ada", "ada@example.com");
    add_user(&database, &ada).await.unwrap();
    assert!(!database.read().await.unwrap().has_administrator().await.unwrap());
    give(&database, &ada.id, &[role]).await;
    assert!(database.read().await.unwrap().has_administrator().await.unwrap());
}

async fn a_role_is_removed_while_it_is_held(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let (gone, kept) = (add_role(&database, &tenant, "r1", None).await, add_role(&database, &tenant, "r2", None).await);
    let app = Client { role_ids: vec![gone.clone(), kept.clone()], ..client(&tenant, "app") };
    add_client(&database, &app).await;
    let ada = user(&tenant, "ada", "ada@example.com");
    add_user(&database, &ada).await.unwrap();
    give(&database, &ada.id, &[gone.clone(), kept.clone()]).await;
    assert!(written!(database, (gone), tx => tx.delete_role(&gone).await).await.unwrap());
    assert!(!written!(database, (gone), tx => tx.delete_role(&gone).await).await.unwrap());
    assert_eq!(found(&database, &app.id).await.unwrap().role_ids, std::slice::from_ref(&kept));
    assert_eq!(roles(&database, &ada.id).await, [kept]);
}

async fn a_built_in_role_stays(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let member = add_role(&database, &tenant, "r1", Some(BuiltInRole::Member)).await;
    assert!(!written!(database, (member), tx => tx.delete_role(&member).await).await.unwrap());
    assert_eq!(database.read().await.unwrap().list_roles(&tenant).await.unwrap().len(), 1);
}
