//! Ids that are subjects of tokens.

use crate::racing::all;
use crate::support::Database;
use crate::support::samples::{add_client, add_tenant, add_user, client, user};
use portcullis::oauth::{ClientId, UserId};
use portcullis::storage::SubjectKind::{self, Client, User};

on_both_engines!(ky_06_an_id_is_a_users_or_a_clients_for_ever, ky_06_of_many_who_claim_at_once_one_kind_wins);

async fn claim(database: &Database, id: &'static str, kind: SubjectKind) -> bool {
    written!(database, (), tx => tx.claim_subject(id, kind).await).await.unwrap()
}

async fn ky_06_an_id_is_a_users_or_a_clients_for_ever(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    assert!(claim(&database, "one", Client).await);
    assert!(claim(&database, "ONE", Client).await, "clients may differ by case alone");
    assert!(!claim(&database, "One", User).await);
    assert!(claim(&database, "Two", User).await && claim(&database, "two", User).await);
    assert!(!claim(&database, "TWO", Client).await);
    add_client(&database, &client(&tenant, "one")).await;
    add_user(&database, &user(&tenant, "two", "two@example.com")).await.unwrap();
    let (one, two) = (ClientId::new("one"), UserId::new("two"));
    assert!(written!(database, (one), tx => tx.delete_client(&one).await).await.unwrap());
    assert!(written!(database, (two), tx => tx.delete_user(&two).await).await.unwrap());
    assert!(!claim(&database, "one", User).await && !claim(&database, "two", Client).await);
}

async fn ky_06_of_many_who_claim_at_once_one_kind_wins(database: Database) {
    for id in ["a", "b", "c", "d"] {
        let told = all(24, |number| {
            let database = database.clone();
            async move {
                let kind = if number % 2 == 0 { User } else { Client };
                (kind, claim(&database, id, kind).await)
            }
        })
        .await;
        let won = told.iter().find(|(_, kept)| *kept).expect("one of them").0;
        assert!(told.iter().all(|(kind, kept)| *kept == (*kind == won)), "{told:?}");
    }
}
