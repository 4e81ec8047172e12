//! REL-07: clients that hang up in the middle, with a slow database behind. A write that has begun goes on to its end, and
//! no connection is left in a transaction.

use crate::support::checker::check;
use crate::support::world::STRICT;
use crate::support::{App, Dice, Door, Load, Place, Proxy, World, figure, rounds};
use std::sync::Arc;
use std::time::Duration;

on_postgres!(rel_07_clients_that_hang_up_leave_no_transaction_open_and_lose_nothing);

async fn rel_07_clients_that_hang_up_leave_no_transaction_open_and_lose_nothing(place: Place) {
    let slow = Proxy::start(&[place.database_address()]).await;
    let world = World::open_by(&place, &place.by_way_of(slow.address), 1, STRICT).await;
    let (dice, count) = (Arc::new(Dice::new()), rounds(152, 100_000));
    slow.delay(Duration::from_millis(10));
    let load = Load::start(&world);
    let mut hurried = tokio::task::JoinSet::new();
    for worker in 0..8 {
        let (door, app, dice) = (world.door(), world.apps[worker % 2].clone(), Arc::clone(&dice));
        let person = world.person.at(&door);
        hurried.spawn(async move {
            let mut tried = 0_usize;
            for _ in 0..count / 8 {
                // A redemption that is dropped anywhere between its first byte and its answer.
                if let Ok(code) = person.code(&app).await {
                    let redeemed = redeem(door.clone(), app.clone(), code);
                    let _ = tokio::time::timeout(dice.millis(1, 150), redeemed).await;
                    tried += 1;
                }
                let authorize = app.authorize_path();
                let _ = tokio::time::timeout(dice.millis(1, 100), person.open(&authorize)).await;
            }
            tried
        });
    }
    let mut tried = 0;
    while let Some(ended) = hurried.join_next().await {
        tried += ended.expect("no worker panics");
    }
    assert!(tried >= count / 8, "REL-07: hardly a code was had: {tried} of {count}\n{}", place.logs());
    load.stop().await;
    slow.delay(Duration::ZERO);
    let book = check(&world).await;
    assert!(book.counts.later == 0 && book.counts.nothing == 0, "the pool has shrunk: {:?}", book.counts);
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND state LIKE 'idle in transaction%'";
    assert_eq!(place.number(open).await, 0, "REL-07");
    let ready = futures_util::future::join_all((0..20).map(|_| async { world.door().get("/readyz").await })).await;
    assert!(ready.iter().all(|answer| answer.as_ref().is_some_and(|answer| answer.status == 200)));
    figure("REL-07", &format!("{tried} redemptions cut by their clients, 0 idle in transaction, 0 lost"));
}

async fn redeem(door: Door, app: App, code: String) {
    let _ = app.redeem(&door, &code).await;
}
