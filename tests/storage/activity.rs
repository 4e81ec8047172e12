//! What clients were seen to do, their counts, and the uses of their secrets.

use crate::support::samples::{add_client, add_secret, add_tenant, client, secret};
use crate::support::{Database, NOW};
use portcullis::oauth::{Activity, ActivityKind, ClientId, ReasonCode, TenantId, TokenCount, UnixTime};
use portcullis::storage::{SecretUse, StoredLogo};

on_both_engines!(
    what_is_seen_again_in_a_slot_counts_up_one_row,
    rows_of_strangers_and_others_are_trimmed_apart,
    counts_add_up_for_the_client_and_its_tenant,
    uses_of_a_secret_add_up_and_go_with_it,
    what_is_gone_is_passed_over,
    a_logo_is_replaced_and_removed,
);

fn seen(at: i64, reason: Option<u16>) -> Activity {
    Activity {
        kind: ActivityKind::ClientToken,
        reason: reason.map(ReasonCode),
        proven: reason.is_none(),
        detail: "secret …7dA".to_owned(),
        address: "192.0.2.1".to_owned(),
        agent: "curl/8".to_owned(),
        reference: format!("ref {at}"),
        first_at: NOW.plus(at),
        last_at: NOW.plus(at),
        times: 2,
    }
}

async fn app(database: &Database) -> (TenantId, ClientId) {
    let tenant = add_tenant(database, "acme").await;
    let app = client(&tenant, "app");
    add_client(database, &app).await;
    (tenant, app.id)
}

async fn note(database: &Database, client: &ClientId, slot: i64, seen: &Activity) {
    let seen = seen.clone();
    written!(database, (client, seen), tx => tx.note_activity(&client, slot, &seen).await).await.unwrap();
}

async fn all(database: &Database, client: &ClientId) -> Vec<Activity> {
    database.read().await.unwrap().activity_of(client, UnixTime(0), 1_000).await.unwrap()
}

async fn what_is_seen_again_in_a_slot_counts_up_one_row(database: Database) {
    let (_, app) = app(&database).await;
    note(&database, &app, 0, &seen(5, None)).await;
    note(&database, &app, 0, &seen(9, None)).await;
    note(&database, &app, 600, &seen(601, None)).await;
    note(&database, &app, 0, &seen(7, Some(2203))).await;
    let rows: Vec<_> = all(&database, &app).await;
    let shown: Vec<_> = rows.iter().map(|row| (row.last_at.since(NOW), row.first_at.since(NOW), row.times)).collect();
    assert_eq!(shown, [(601, 601, 2), (9, 5, 4), (7, 7, 2)]);
    assert_eq!(rows[1], Activity { reference: "ref 9".to_owned(), first_at: NOW.plus(5), times: 4, ..seen(9, None) });
    let late = database.read().await.unwrap().activity_of(&app, NOW.plus(9), 1).await.unwrap();
    assert_eq!(late.len(), 1, "no more than asked for");
}

async fn rows_of_strangers_and_others_are_trimmed_apart(database: Database) {
    let (_, app) = app(&database).await;
    for at in 0..4 {
        note(&database, &app, at, &seen(at, None)).await;
        note(&database, &app, at, &seen(at, Some(2202))).await;
    }
    let trim = async |proven, keep| {
        let app = app.clone();
        written!(database, (app), tx => tx.trim_activity(&app, proven, keep).await).await.unwrap()
    };
    assert_eq!(trim(false, 1).await, 3);
    assert_eq!(trim(true, 3).await, 1);
    assert_eq!(trim(true, 100).await, 0);
    let left: Vec<_> = all(&database, &app).await.iter().map(|row| (row.last_at.since(NOW), row.proven)).collect();
    assert_eq!(left.len(), 4);
    assert!(left.contains(&(3, false)) && left.contains(&(1, true)) && !left.contains(&(0, true)), "{left:?}");
}

async fn counts_add_up_for_the_client_and_its_tenant(database: Database) {
    let (tenant, app) = app(&database).await;
    let count = |hour: i64, issued, refused| TokenCount { hour: UnixTime(hour), issued, refused };
    for each in [count(0, 1, 2), count(3_600, 5, 0), count(0, 10, 20)] {
        written!(&database, (tenant, app), tx => {
            tx.count_tokens_of_client(&app, &each).await?;
            tx.count_tokens_of_tenant(&tenant, &each).await
        })
        .await
        .unwrap();
    }
    let mut reader = database.read().await.unwrap();
    let expected = [count(0, 11, 22), count(3_600, 5, 0)];
    assert_eq!(reader.token_counts_of_client(&app, UnixTime(0)).await.unwrap(), expected);
    assert_eq!(reader.token_counts_of_tenant(&tenant, UnixTime(0)).await.unwrap(), expected);
    assert_eq!(reader.token_counts_of_client(&app, UnixTime(1)).await.unwrap(), expected[1..]);
}

async fn uses_of_a_secret_add_up_and_go_with_it(database: Database) {
    let (_, app) = app(&database).await;
    add_secret(&database, &app, &secret(1, 1)).await;
    let used = |address: &str, at: i64| SecretUse {
        secret_id: 1,
        day: UnixTime(0),
        address: address.to_owned(),
        uses: 3,
        last_at: UnixTime(at),
    };
    for each in [used("x", 50), used("y", 60), used("x", 40)] {
        written!(&database, (app, each), tx => tx.count_secret_uses(&app, &each).await).await.unwrap();
    }
    let stored = || async { database.read().await.unwrap().secret_uses_of(&app, UnixTime(0), 10).await.unwrap() };
    assert_eq!(stored().await, [used("y", 60), SecretUse { uses: 6, ..used("x", 50) }]);
    written!(&database, (app), tx => tx.delete_secret(&app, 1).await).await.unwrap();
    assert_eq!(stored().await, []);
}

async fn what_is_gone_is_passed_over(database: Database) {
    let nobody = ClientId::new("nobody");
    note(&database, &nobody, 0, &seen(1, None)).await;
    let used = SecretUse { secret_id: 1, day: UnixTime(0), address: String::new(), uses: 1, last_at: NOW };
    let count = TokenCount { hour: UnixTime(0), issued: 1, refused: 0 };
    written!(&database, (nobody, used), tx => {
        tx.count_secret_uses(&nobody, &used).await?;
        tx.count_tokens_of_client(&nobody, &count).await
    })
    .await
    .unwrap();
    assert_eq!(all(&database, &nobody).await, []);
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.secret_uses_of(&nobody, UnixTime(0), 10).await.unwrap(), []);
    assert_eq!(reader.token_counts_of_client(&nobody, UnixTime(0)).await.unwrap(), []);
}

async fn a_logo_is_replaced_and_removed(database: Database) {
    let (_, app) = app(&database).await;
    let logo =
        |hash: &str| StoredLogo { media_type: "image/png".to_owned(), hash: hash.to_owned(), bytes: vec![0, 255, 7] };
    for each in [logo("a"), logo("b")] {
        written!(&database, (app, each), tx => tx.put_logo(&app, &each).await).await.unwrap();
    }
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_logo(&app).await.unwrap(), Some(logo("b")));
    assert_eq!(reader.logo_hash(&app).await.unwrap().as_deref(), Some("b"));
    drop(reader);
    for there in [true, false] {
        assert_eq!(written!(&database, (app), tx => tx.delete_logo(&app).await).await.unwrap(), there);
    }
}
