//! REL-08: PostgreSQL is restarted under load, politely and not. Only 503 while it is away, everything again when it is
//! back, and nothing lost.

use crate::support::checker::check;
use crate::support::cluster::Cluster;
use crate::support::effort::percentile;
use crate::support::world::STRICT;
use crate::support::{Load, Place, World, figure, rounds};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_08_a_restart_of_postgresql_under_load_loses_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    let place = Place::new(Some(cluster.url()));
    let world = World::open(&place, 2, STRICT).await;
    let (count, mut back) = (rounds(4, 100), Vec::new());
    for round in 0..count {
        let load = Load::start(&world);
        world.underway(10).await;
        cluster.restart(if round % 2 == 0 { "fast" } else { "immediate" });
        let began = Instant::now();
        // Well again: as many yeses in a row as there are connections, and no 503.
        let mut in_a_row = 0;
        while in_a_row < 20 {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not come back:\n{}", place.logs());
            let answer = world.door().get("/readyz").await;
            in_a_row = if answer.is_some_and(|answer| answer.status == 200) { in_a_row + 1 } else { 0 };
        }
        back.push(began.elapsed());
        world.underway(10).await;
        load.stop().await;
        check(&world).await;
    }
    let p99 = percentile(&mut back, 99).as_secs_f64();
    figure(
        "REL-08",
        &format!("{count} restarts, 0 lost, 0 answers of 500; well again {p99:.2} s after it was back (p99)"),
    );
}
