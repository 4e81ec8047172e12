//! Counters of failed sign-ins.

use crate::support::{Database, NOW, UnixTime};

on_both_engines!(
    parallel_failures_are_counted_exactly,
    a_count_begins_anew_when_its_time_is_over,
    keys_are_counted_apart_and_forgotten_alone,
    a_failure_is_taken_back_and_never_below_nothing,
);

async fn fail(database: &Database, key: &str, since: UnixTime, now: UnixTime) -> i64 {
    let key = key.to_owned();
    written!(database, (key), tx => tx.count_failure(&key, since, now).await).await.unwrap()
}

async fn failures(database: &Database, key: &str, since: UnixTime) -> Option<(i64, UnixTime)> {
    database.read().await.unwrap().failures(key, since).await.unwrap()
}

async fn parallel_failures_are_counted_exactly(database: Database) {
    let told = crate::racing::all(24, |_| {
        let database = database.clone();
        async move { fail(&database, "ada", NOW.plus(-900), NOW).await }
    });
    let mut told = told.await;
    told.sort_unstable();
    assert_eq!(told, (1..=24).collect::<Vec<_>>());
    assert_eq!(failures(&database, "ada", NOW.plus(-900)).await, Some((24, NOW)));
}

async fn a_count_begins_anew_when_its_time_is_over(database: Database) {
    let window = 900;
    let fail = |seconds| {
        let database = database.clone();
        async move { fail(&database, "ada", NOW.plus(seconds - window), NOW.plus(seconds)).await }
    };
    assert_eq!((fail(0).await, fail(1).await, fail(899).await), (1, 2, 3));
    assert_eq!(
        failures(&database, "ada", NOW.plus(-1)).await,
        Some((3, NOW)),
        "a window begins with its first failure"
    );
    assert_eq!(failures(&database, "ada", NOW).await, None);
    assert_eq!((fail(900).await, fail(901).await), (1, 2));
    assert_eq!(failures(&database, "ada", NOW).await, Some((2, NOW.plus(900))));
}

async fn keys_are_counted_apart_and_forgotten_alone(database: Database) {
    let since = NOW.plus(-900);
    assert_eq!(fail(&database, "ada", since, NOW).await, 1);
    assert_eq!(fail(&database, "bob", since, NOW).await, 1);
    written!(database, (), tx => tx.forget_failures("ada").await).await.unwrap();
    assert_eq!(failures(&database, "ada", since).await, None);
    assert_eq!(failures(&database, "bob", since).await, Some((1, NOW)));
}

async fn a_failure_is_taken_back_and_never_below_nothing(database: Database) {
    let since = NOW.plus(-900);
    fail(&database, "ada", since, NOW).await;
    for _ in 0..2 {
        written!(database, (), tx => tx.uncount_failure("ada").await).await.unwrap();
    }
    assert_eq!(failures(&database, "ada", since).await, Some((0, NOW)));
    assert_eq!(fail(&database, "ada", since, NOW).await, 1);
}
