//! Secrets of clients.

use crate::support::samples::{add_client, add_secret, add_tenant, client, found, secret};
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::{Client, ClientId, ClientSecret};

on_both_engines!(
    a_secret_comes_back_as_it_was_stored_the_newest_first,
    ids_count_up_and_are_never_used_again,
    racers_for_an_id_get_one_each,
    a_change_keeps_hash_and_hint,
    a_secret_is_removed_once,
    a_use_is_noted_on_the_secret_and_on_the_client_and_never_goes_back,
    two_clients_cannot_have_one_secret,
    only_enabled_secrets_of_enabled_clients_are_told_of_before_they_end,
);

async fn app(database: &Database) -> ClientId {
    let tenant = add_tenant(database, "acme").await;
    let app = client(&tenant, "app");
    add_client(database, &app).await;
    app.id
}

async fn secrets(database: &Database, client: &ClientId) -> Vec<ClientSecret> {
    database.read().await.unwrap().secrets_of(client).await.unwrap()
}

async fn next_id(database: &Database, client: &ClientId) -> Option<i32> {
    written!(database, (client), tx => tx.next_secret_id(&client).await).await.unwrap()
}

async fn a_secret_comes_back_as_it_was_stored_the_newest_first(database: Database) {
    let app = app(&database).await;
    let one = secret(1, 1);
    let two =
        ClientSecret { enabled: false, expires_at: Some(NOW.plus(60)), description: String::new(), ..secret(2, 2) };
    add_secret(&database, &app, &one).await;
    add_secret(&database, &app, &two).await;
    assert_eq!(secrets(&database, &app).await, [two, one]);
}

async fn ids_count_up_and_are_never_used_again(database: Database) {
    let app = app(&database).await;
    for expected in 1..=3 {
        let id = next_id(&database, &app).await.unwrap();
        assert_eq!(id, expected);
        add_secret(&database, &app, &secret(id, 9)).await;
        assert!(written!(database, (app), tx => tx.delete_secret(&app, id).await).await.unwrap());
    }
    assert_eq!(next_id(&database, &ClientId::new("nobody")).await, None);
}

async fn racers_for_an_id_get_one_each(database: Database) {
    let app = app(&database).await;
    let race = crate::racing::all(24, |_| {
        let (database, app) = (database.clone(), app.clone());
        async move { next_id(&database, &app).await.unwrap() }
    });
    let mut ids = race.await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=24).collect::<Vec<_>>());
}

async fn a_change_keeps_hash_and_hint(database: Database) {
    let app = app(&database).await;
    let old = secret(1, 1);
    add_secret(&database, &app, &old).await;
    let asked = ClientSecret {
        hash: secret(1, 2).hash,
        hint: "zzzz".to_owned(),
        description: "Changed".to_owned(),
        enabled: false,
        expires_at: Some(NOW),
        ..old.clone()
    };
    assert!(written!(database, (app, asked), tx => tx.update_secret(&app, &asked).await).await.unwrap());
    let expected = ClientSecret { hash: old.hash, hint: old.hint, ..asked };
    assert_eq!(secrets(&database, &app).await, [expected]);
    let missing = secret(2, 3);
    assert!(!written!(database, (app, missing), tx => tx.update_secret(&app, &missing).await).await.unwrap());
}

async fn a_secret_is_removed_once(database: Database) {
    let app = app(&database).await;
    add_secret(&database, &app, &secret(1, 1)).await;
    assert!(written!(database, (app), tx => tx.delete_secret(&app, 1).await).await.unwrap());
    assert!(!written!(database, (app), tx => tx.delete_secret(&app, 1).await).await.unwrap());
    assert_eq!(secrets(&database, &app).await, []);
}

async fn a_use_is_noted_on_the_secret_and_on_the_client_and_never_goes_back(database: Database) {
    let app = app(&database).await;
    add_secret(&database, &app, &secret(1, 1)).await;
    add_secret(&database, &app, &secret(2, 2)).await;
    let (first, second) = (NOW.plus(60), NOW.plus(120));
    written!(database, (app), tx => tx.note_secret_use(&app, 2, second, "2001:db8::1").await).await.unwrap();
    written!(database, (app), tx => tx.note_secret_use(&app, 1, first, "192.0.2.1").await).await.unwrap();
    let [two, one] = <[ClientSecret; 2]>::try_from(secrets(&database, &app).await).unwrap();
    assert_eq!((one.last_used_at, one.last_used_from.as_deref()), (Some(first), Some("192.0.2.1")));
    assert_eq!((two.last_used_at, two.last_used_from.as_deref()), (Some(second), Some("2001:db8::1")));
    assert_eq!(found(&database, &app).await.unwrap().last_used_at, Some(second));
}

async fn two_clients_cannot_have_one_secret(database: Database) {
    let app = app(&database).await;
    let tenant = found(&database, &app).await.unwrap().tenant_id;
    let other = client(&tenant, "other");
    add_client(&database, &other).await;
    add_secret(&database, &app, &secret(1, 1)).await;
    let (id, same) = (other.id, secret(1, 1));
    let refused = written!(database, (id, same), tx => tx.insert_secret(&id, &same).await).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}

async fn only_enabled_secrets_of_enabled_clients_are_told_of_before_they_end(database: Database) {
    let app = app(&database).await;
    let tenant = found(&database, &app).await.unwrap().tenant_id;
    let asleep = Client { enabled: false, ..client(&tenant, "asleep") };
    add_client(&database, &asleep).await;
    let ending =
        |number: u8, end: i64| ClientSecret { expires_at: Some(NOW.plus(end)), ..secret(i32::from(number), number) };
    add_secret(&database, &app, &ending(1, 60)).await;
    add_secret(&database, &app, &ClientSecret { enabled: false, ..ending(2, 30) }).await;
    add_secret(&database, &asleep.id, &ending(3, 30)).await;
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.count_secrets_ending(NOW, NOW.plus(90)).await.unwrap(), 1);
    assert_eq!(reader.next_secrets_ending(NOW, NOW.plus(90), 5).await.unwrap().len(), 1);
    assert_eq!(reader.next_secret_end(NOW).await.unwrap(), Some(NOW.plus(60)));
}
