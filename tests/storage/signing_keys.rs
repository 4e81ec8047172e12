//! Signing keys.

use crate::support::{Database, NOW};
use portcullis::oauth::KeyId;
use portcullis::storage::KeyRow;

on_both_engines!(
    keys_come_back_as_they_were_stored_the_oldest_first,
    racers_for_a_slot_add_exactly_one_key,
    a_key_moves_on_only_from_the_state_it_is_in,
    a_key_moves_the_revision,
);

fn key(id: &str, slot: &str) -> KeyRow {
    KeyRow {
        id: KeyId::new(id),
        slot: slot.to_owned(),
        algorithm: "RS256".to_owned(),
        state: "announced".to_owned(),
        private_key: (0..=255).collect(),
        public_jwk: r#"{"kty":"RSA"}"#.to_owned(),
        created_at: NOW,
        activates_at: NOW.plus(60),
        retires_at: None,
    }
}

async fn add(database: &Database, key: &KeyRow) -> bool {
    written!(database, (key), tx => tx.insert_signing_key(&key).await).await.unwrap()
}

async fn keys(database: &Database) -> Vec<KeyRow> {
    database.read().await.unwrap().list_signing_keys().await.unwrap()
}

async fn keys_come_back_as_they_were_stored_the_oldest_first(database: Database) {
    let young = key("a", "RS256:2");
    let old = KeyRow { created_at: NOW.plus(-1), retires_at: Some(NOW), ..key("b", "RS256:1") };
    assert!(add(&database, &young).await);
    assert!(add(&database, &old).await);
    assert_eq!(keys(&database).await, [old, young]);
}

async fn racers_for_a_slot_add_exactly_one_key(database: Database) {
    let told = crate::racing::all(24, |number| {
        let database = database.clone();
        async move { add(&database, &key(&format!("k{number}"), "RS256:1")).await }
    });
    let told = told.await;
    assert_eq!(told.iter().filter(|added| **added).count(), 1);
    let winner = told.iter().position(|added| *added).unwrap();
    assert_eq!(keys(&database).await, [key(&format!("k{winner}"), "RS256:1")]);
    assert!(!add(&database, &key(&format!("k{winner}"), "RS256:2")).await, "an id is taken once, too");
}

async fn a_key_moves_on_only_from_the_state_it_is_in(database: Database) {
    let first = key("a", "RS256:1");
    add(&database, &first).await;
    let id = first.id.clone();
    let told = crate::racing::all(24, |_| {
        let (database, id) = (database.clone(), id.clone());
        async move {
            let moved = written!(database, (id), tx => tx.move_signing_key(&id, "announced", "active", None).await);
            moved.await.unwrap()
        }
    });
    assert_eq!(told.await.iter().filter(|moved| **moved).count(), 1);
    assert_eq!(keys(&database).await, [KeyRow { state: "active".to_owned(), ..first.clone() }]);

    let end = Some(NOW.plus(90));
    assert!(written!(database, (id), tx => tx.move_signing_key(&id, "active", "retired", end).await).await.unwrap());
    assert!(written!(database, (id), tx => tx.move_signing_key(&id, "retired", "archived", None).await).await.unwrap());
    assert_eq!(keys(&database).await, [KeyRow { state: "archived".to_owned(), retires_at: end, ..first }]);
}

async fn a_key_moves_the_revision(database: Database) {
    let before = database.revisions().await.unwrap();
    add(&database, &key("a", "RS256:1")).await;
    let after = database.revisions().await.unwrap();
    for (topic, revision) in before {
        let now = after.iter().find(|(name, _)| *name == topic).unwrap().1;
        assert_eq!(now - revision, i64::from(topic == "keys"), "{topic}");
    }
}
