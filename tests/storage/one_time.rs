//! What works once: the set-up code and links.

use crate::support::samples::{add_ada, hash};
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::{TokenHash, UnixTime, UserId};
use portcullis::storage::{CodeTry, LinkPurpose};

on_both_engines!(
    the_right_code_works_once,
    a_code_is_dead_after_ten_wrong_tries,
    the_tenth_try_may_still_be_right,
    a_code_that_is_over_or_replaced_or_was_never_made_is_dead_or_wrong,
    one_of_many_racers_spends_the_code,
    a_link_is_looked_at_without_spending_it,
    exactly_one_of_many_racers_spends_a_link,
    a_link_that_is_over_is_not_spent,
    all_links_of_a_user_end_together,
    links_for_another_password_end_without_the_invitation,
);

const RIGHT: u8 = 1;
const WRONG: u8 = 2;

async fn put_code(database: &Database, number: u8, expires_at: UnixTime) {
    let hash = hash(number);
    database.write(move |tx| Box::pin(async move { tx.put_setup_code(&hash, NOW, expires_at).await })).await.unwrap();
}

async fn try_code(database: &Database, number: u8, now: UnixTime) -> CodeTry {
    let hash = hash(number);
    let tried: Result<_, StorageError> =
        database.write(move |tx| Box::pin(async move { tx.try_setup_code(&hash, now).await })).await;
    tried.unwrap()
}

async fn the_right_code_works_once(database: Database) {
    put_code(&database, RIGHT, NOW.plus(60)).await;
    assert_eq!(try_code(&database, WRONG, NOW).await, CodeTry::Wrong);
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Right);
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Dead);
}

async fn a_code_is_dead_after_ten_wrong_tries(database: Database) {
    put_code(&database, RIGHT, NOW.plus(60)).await;
    for _ in 0..10 {
        assert_eq!(try_code(&database, WRONG, NOW).await, CodeTry::Wrong);
    }
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Dead);
    put_code(&database, RIGHT, NOW.plus(60)).await;
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Right, "a new code has its own tries");
}

async fn the_tenth_try_may_still_be_right(database: Database) {
    put_code(&database, RIGHT, NOW.plus(60)).await;
    for _ in 0..9 {
        assert_eq!(try_code(&database, WRONG, NOW).await, CodeTry::Wrong);
    }
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Right);
}

async fn a_code_that_is_over_or_replaced_or_was_never_made_is_dead_or_wrong(database: Database) {
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Dead, "never made");
    put_code(&database, RIGHT, NOW.plus(60)).await;
    assert_eq!(try_code(&database, RIGHT, NOW.plus(60)).await, CodeTry::Dead, "over");
    put_code(&database, 3, NOW.plus(60)).await;
    assert_eq!(try_code(&database, RIGHT, NOW).await, CodeTry::Wrong, "replaced");
    assert_eq!(try_code(&database, 3, NOW).await, CodeTry::Right);
}

async fn one_of_many_racers_spends_the_code(database: Database) {
    put_code(&database, RIGHT, NOW.plus(60)).await;
    let told = crate::racing::all(24, |_| {
        let database = database.clone();
        async move { try_code(&database, RIGHT, NOW).await }
    });
    let told = told.await;
    assert_eq!(told.iter().filter(|tried| **tried == CodeTry::Right).count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|tried| **tried == CodeTry::Dead).count(), 23, "{told:?}");
}

async fn put_link(database: &Database, number: u8, user: &UserId, purpose: LinkPurpose) {
    let (hash, end) = (hash(number), NOW.plus(60));
    written!(database, (user), tx => tx.insert_link(&hash, &user, purpose, NOW, end).await).await.unwrap();
}

async fn spend(database: &Database, hash: TokenHash, now: UnixTime) -> Option<UserId> {
    let spent: Result<_, StorageError> =
        database.write(move |tx| Box::pin(async move { tx.spend_link(&hash, now).await })).await;
    spent.unwrap()
}

async fn look(database: &Database, number: u8, now: UnixTime) -> Option<UserId> {
    database.read().await.unwrap().find_link(&hash(number), now).await.unwrap()
}

async fn a_link_is_looked_at_without_spending_it(database: Database) {
    let ada = add_ada(&database).await;
    put_link(&database, 1, &ada, LinkPurpose::Invitation).await;
    for _ in 0..2 {
        assert_eq!(look(&database, 1, NOW).await.as_ref(), Some(&ada));
    }
    assert_eq!(look(&database, 2, NOW).await, None);
    assert_eq!(spend(&database, hash(1), NOW).await, Some(ada));
    assert_eq!(look(&database, 1, NOW).await, None);
}

async fn exactly_one_of_many_racers_spends_a_link(database: Database) {
    let ada = add_ada(&database).await;
    put_link(&database, 1, &ada, LinkPurpose::Reset).await;
    let told = crate::racing::all(24, |_| {
        let database = database.clone();
        async move { spend(&database, hash(1), NOW).await }
    });
    let winners: Vec<_> = told.await.into_iter().flatten().collect();
    assert_eq!(winners, [ada]);
}

async fn a_link_that_is_over_is_not_spent(database: Database) {
    let ada = add_ada(&database).await;
    put_link(&database, 1, &ada, LinkPurpose::Reset).await;
    assert_eq!(look(&database, 1, NOW.plus(60)).await, None);
    assert_eq!(spend(&database, hash(1), NOW.plus(60)).await, None);
    assert_eq!(spend(&database, hash(1), NOW.plus(59)).await, Some(ada));
}

async fn all_links_of_a_user_end_together(database: Database) {
    let ada = add_ada(&database).await;
    put_link(&database, 1, &ada, LinkPurpose::Reset).await;
    put_link(&database, 2, &ada, LinkPurpose::Invitation).await;
    written!(database, (ada), tx => tx.delete_links_of(&ada).await).await.unwrap();
    assert_eq!((look(&database, 1, NOW).await, look(&database, 2, NOW).await), (None, None));
}

async fn links_for_another_password_end_without_the_invitation(database: Database) {
    let ada = add_ada(&database).await;
    put_link(&database, 1, &ada, LinkPurpose::Reset).await;
    put_link(&database, 2, &ada, LinkPurpose::Invitation).await;
    written!(database, (ada), tx => tx.delete_reset_links_of(&ada).await).await.unwrap();
    assert_eq!((look(&database, 1, NOW).await, look(&database, 2, NOW).await), (None, Some(ada)));
}
