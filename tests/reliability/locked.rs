//! REL-05: another process holds the lock of the SQLite file. For less than the busy time-out writes are slow, for longer
//! they are 503; what only reads goes on.

use crate::support::checker::check;
use crate::support::world::STRICT;
use crate::support::{Heard, Load, Place, World, figure, rounds};
use sqlx::Connection as _;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_05_a_locked_file_makes_writes_slow_then_503_and_loses_nothing() {
    let place = Place::new(None);
    let world = World::open(&place, 1, STRICT).await;
    for _ in 0..rounds(1, 20) {
        // The first write to meet the lock may be a job's own, and what apps write stands behind it: at twelve seconds two
        // have given up, each after its five.
        for held in [1, 4, 12] {
            let load = Load::start(&world);
            world.underway(10).await;
            let mut lock = place.open_file().await;
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut lock).await.expect("the lock");
            // A token of a client whose secret is known needs no write.
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(held) {
                let heard = world.daemons[0].token(&world.door()).await;
                assert!(matches!(heard, Heard::Yes(_)), "{heard:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            sqlx::raw_sql("ROLLBACK").execute(&mut lock).await.expect("an end");
            lock.close().await.expect("an end");
            world.underway(10).await;
            load.stop().await;
            let counts = check(&world).await.counts;
            assert_eq!(counts.later > 0, held > 5, "locked for {held} s, the busy time-out is 5 s: {counts:?}");
            figure("REL-05", &format!("locked for {held} s: {counts:?}"));
        }
    }
}
