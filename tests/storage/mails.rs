//! Mails that wait to be sent.

use crate::support::{Database, NOW, UnixTime};
use portcullis::storage::{Leftover, NewMail, TakenRow};

on_both_engines!(
    a_mail_is_taken_by_one_until_its_lease_ends,
    of_many_that_take_at_once_each_gets_another_mail,
    there_are_never_more_than_so_many,
    what_has_ended_is_swept,
);

fn mail(id: &str) -> NewMail {
    let (sealed, what) = ("sealed".to_owned(), "reset".to_owned());
    NewMail { id: id.to_owned(), sealed, what, ends_at: NOW.plus(1_800) }
}

async fn put(database: &Database, id: &str, now: UnixTime) -> bool {
    let mail = mail(id);
    written!(database, (mail), tx => tx.insert_mail(&mail, now, 8).await).await.unwrap()
}

async fn take(database: &Database, now: UnixTime) -> Option<TakenRow> {
    written!(database, (), tx => tx.take_mail(now, now.plus(60)).await).await.unwrap()
}

async fn taken(database: &Database, now: UnixTime) -> Option<(String, i64)> {
    take(database, now).await.map(|row| (row.id, row.tries))
}

async fn a_mail_is_taken_by_one_until_its_lease_ends(database: Database) {
    assert_eq!(taken(&database, NOW).await, None);
    assert!(put(&database, "a", NOW).await && put(&database, "b", NOW.plus(1)).await);
    assert_eq!(database.read().await.unwrap().waiting_mails().await.unwrap(), (2, Some(NOW)));
    assert_eq!(database.read().await.unwrap().next_mail_due().await.unwrap(), Some(NOW));
    let first = take(&database, NOW.plus(1)).await.unwrap();
    let expected = TakenRow {
        id: "a".to_owned(),
        sealed: "sealed".to_owned(),
        what: "reset".to_owned(),
        ends_at: NOW.plus(1_800),
        tries: 1,
    };
    assert_eq!(first, expected);
    assert_eq!(taken(&database, NOW.plus(1)).await, Some(("b".to_owned(), 1)));
    assert_eq!(taken(&database, NOW.plus(60)).await, None);
    assert_eq!(taken(&database, NOW.plus(61)).await.map(|(_, tries)| tries), Some(2), "its lease has ended");
    assert_eq!(taken(&database, NOW.plus(61)).await.map(|(_, tries)| tries), Some(2));
    // Whoever took it first is too late to put it off.
    let put_off = async |tries, until: UnixTime| {
        written!(database, (), tx => tx.put_mail_off("a", tries, until).await).await.unwrap();
    };
    put_off(1, NOW).await;
    assert_eq!(taken(&database, NOW.plus(62)).await, None);
    put_off(2, NOW.plus(70)).await;
    assert_eq!(taken(&database, NOW.plus(70)).await, Some(("a".to_owned(), 3)));
    let delete = async || written!(database, (), tx => tx.delete_mail("a").await).await.unwrap();
    assert!(delete().await && !delete().await);
    assert_eq!(database.read().await.unwrap().waiting_mails().await.unwrap(), (1, Some(NOW.plus(1))));
}

async fn of_many_that_take_at_once_each_gets_another_mail(database: Database) {
    for id in ["a", "b", "c", "d"] {
        assert!(put(&database, id, NOW).await);
    }
    let mut ids = Vec::new();
    // One that was not fast enough gets none, and asks again.
    while database.read().await.unwrap().next_mail_due().await.unwrap() == Some(NOW) {
        let all = futures_util::future::join_all((0..6).map(|_| taken(&database, NOW))).await;
        ids.extend(all.into_iter().flatten().map(|(id, _)| id));
    }
    ids.sort();
    assert_eq!(ids, ["a", "b", "c", "d"]);
}

async fn there_are_never_more_than_so_many(database: Database) {
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        assert!(put(&database, id, NOW).await);
    }
    assert!(!put(&database, "i", NOW).await);
    assert_eq!(database.read().await.unwrap().waiting_mails().await.unwrap().0, 8);
}

async fn what_has_ended_is_swept(database: Database) {
    assert!(put(&database, "a", NOW).await);
    let sweep = async |before: UnixTime| {
        written!(database, (), tx => tx.sweep(Leftover::Mails, before, 500).await).await.unwrap()
    };
    assert_eq!(sweep(NOW.plus(1_800)).await, 0);
    assert_eq!(sweep(NOW.plus(1_801)).await, 1);
}
