//! Tenants, facts about the installation, revisions and the nonces of forms.

use crate::support::samples::{add_client, add_secret, add_tenant, client, secret};
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::TenantId;
use portcullis::storage::Tenant;

on_both_engines!(
    the_database_answers,
    a_tenant_comes_back_as_it_was_stored,
    an_alias_is_unique,
    a_fact_is_kept_once,
    one_of_many_racers_keeps_a_fact,
    revisions_move_with_each_change_of_a_client_and_not_with_its_use,
    a_change_that_is_undone_moves_no_revision,
    a_nonce_is_spent_once_and_tells_what_it_made,
    a_nonce_of_a_change_that_failed_is_not_spent,
);

async fn the_database_answers(database: Database) {
    database.ping().await.unwrap();
}

async fn a_tenant_comes_back_as_it_was_stored(database: Database) {
    let tenant = Tenant {
        id: TenantId::new("t"),
        name: "The company".to_owned(),
        alias: "short".to_owned(),
        created_at: NOW,
        updated_at: NOW.plus(1),
    };
    written!(database, (tenant), tx => tx.insert_tenant(&tenant).await).await.unwrap();
    let earlier = Tenant { id: TenantId::new("u"), alias: "u".to_owned(), created_at: NOW.plus(-1), ..tenant.clone() };
    written!(database, (earlier), tx => tx.insert_tenant(&earlier).await).await.unwrap();
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_tenant(&tenant.id).await.unwrap().as_ref(), Some(&tenant));
    assert_eq!(reader.find_tenant(&TenantId::new("none")).await.unwrap(), None);
    assert_eq!(reader.list_tenants().await.unwrap(), [earlier, tenant]);
}

async fn an_alias_is_unique(database: Database) {
    add_tenant(&database, "acme").await;
    let again = Tenant {
        id: TenantId::new("another"),
        name: "Another".to_owned(),
        alias: "acme".to_owned(),
        created_at: NOW,
        updated_at: NOW,
    };
    let refused = written!(database, (again), tx => tx.insert_tenant(&again).await).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}

async fn a_fact_is_kept_once(database: Database) {
    assert!(written!(database, (), tx => tx.keep_instance_fact("salt", "one").await).await.unwrap());
    assert!(!written!(database, (), tx => tx.keep_instance_fact("salt", "two").await).await.unwrap());
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.instance_fact("salt").await.unwrap().as_deref(), Some("one"));
    assert_eq!(reader.instance_fact("pepper").await.unwrap(), None);
}

async fn one_of_many_racers_keeps_a_fact(database: Database) {
    let told = crate::racing::all(24, |number| {
        let (database, value) = (database.clone(), number.to_string());
        async move {
            let kept = written!(database, (value), tx => tx.keep_instance_fact("salt", &value).await).await.unwrap();
            let found = database.read().await.unwrap().instance_fact("salt").await.unwrap().unwrap();
            (kept, value, found)
        }
    });
    let told = told.await;
    let winners: Vec<_> = told.iter().filter(|(kept, ..)| *kept).collect();
    assert_eq!(winners.len(), 1);
    assert!(told.iter().all(|(.., found)| *found == winners[0].1));
}

async fn revision(database: &Database, topic: &str) -> i64 {
    let revisions = database.revisions().await.unwrap();
    revisions.into_iter().find(|(name, _)| name == topic).expect("the topic").1
}

async fn revisions_move_with_each_change_of_a_client_and_not_with_its_use(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    let (id, one) = (app.id.clone(), secret(1, 1));
    let keys = revision(&database, "keys").await;
    let mut seen = vec![revision(&database, "clients").await];
    add_client(&database, &app).await;
    seen.push(revision(&database, "clients").await);
    written!(database, (app), tx => tx.update_client(&app, NOW).await).await.unwrap();
    seen.push(revision(&database, "clients").await);
    add_secret(&database, &id, &one).await;
    seen.push(revision(&database, "clients").await);
    written!(database, (id, one), tx => tx.update_secret(&id, &one).await).await.unwrap();
    seen.push(revision(&database, "clients").await);

    written!(database, (id), tx => tx.note_secret_use(&id, 1, NOW, "192.0.2.1").await).await.unwrap();
    assert_eq!(revision(&database, "clients").await, seen[4], "a use is no change");

    written!(database, (id), tx => tx.delete_secret(&id, 1).await).await.unwrap();
    seen.push(revision(&database, "clients").await);
    written!(database, (id), tx => tx.delete_client(&id).await).await.unwrap();
    seen.push(revision(&database, "clients").await);
    assert!(seen.is_sorted_by(|before, after| before < after), "{seen:?}");
    assert_eq!(revision(&database, "keys").await, keys, "clients are not keys");
}

async fn a_change_that_is_undone_moves_no_revision(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    let before = revision(&database, "clients").await;
    let undone = written!(database, (app), tx => {
        tx.insert_client(&app).await?;
        Err::<(), _>(StorageError::Other("changed our mind".to_owned()))
    });
    assert!(undone.await.is_err());
    assert_eq!(revision(&database, "clients").await, before);
}

async fn a_nonce_is_spent_once_and_tells_what_it_made(database: Database) {
    let told = crate::racing::all(24, |number| {
        let (database, made) = (database.clone(), format!("app-{number}"));
        async move { written!(database, (made), tx => tx.spend_nonce("nonce", &made, NOW).await).await.unwrap() }
    });
    let told = told.await;
    assert_eq!(told.iter().filter(|spent| **spent).count(), 1);
    let winner = told.iter().position(|spent| *spent).unwrap();
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_nonce("nonce").await.unwrap(), Some(format!("app-{winner}")));
    assert_eq!(reader.find_nonce("other").await.unwrap(), None);
}

async fn a_nonce_of_a_change_that_failed_is_not_spent(database: Database) {
    let undone = written!(database, (), tx => {
        assert!(tx.spend_nonce("nonce", "app", NOW).await?);
        Err::<(), _>(StorageError::Other("changed our mind".to_owned()))
    });
    assert!(undone.await.is_err());
    assert!(written!(database, (), tx => tx.spend_nonce("nonce", "app", NOW).await).await.unwrap());
}
