//! What only one node should do at a time.

use crate::support::{Database, NOW, UnixTime};

on_both_engines!(one_holds_a_lease_until_it_ends_or_goes_on, of_many_at_once_one_gets_a_lease);

async fn hold(database: &Database, holder: &'static str, now: UnixTime) -> bool {
    written!(database, (), tx => tx.hold_lease("sweep", holder, now, now.plus(60)).await).await.unwrap()
}

async fn one_holds_a_lease_until_it_ends_or_goes_on(database: Database) {
    assert!(hold(&database, "a", NOW).await);
    assert!(!hold(&database, "b", NOW.plus(59)).await);
    assert!(hold(&database, "a", NOW.plus(59)).await, "it goes on");
    assert!(!hold(&database, "b", NOW.plus(118)).await);
    assert!(hold(&database, "b", NOW.plus(119)).await, "it has ended");
    assert!(!hold(&database, "a", NOW.plus(119)).await);
}

async fn of_many_at_once_one_gets_a_lease(database: Database) {
    let all = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|holder| hold(&database, holder, NOW));
    let got = futures_util::future::join_all(all).await.into_iter().filter(|got| *got).count();
    assert_eq!(got, 1);
}
