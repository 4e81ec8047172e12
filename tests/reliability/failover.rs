//! REL-10: PostgreSQL dies, and a synchronous standby takes its place. Nothing that was acknowledged is lost, and no node
//! needs to be started anew.

use crate::support::checker::check;
use crate::support::cluster::Cluster;
use crate::support::effort::percentile;
use crate::support::world::STRICT;
use crate::support::{Load, Place, Proxy, World, figure, rounds};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_10_a_failover_to_a_synchronous_standby_loses_nothing() {
    let Some(mut primary) = Cluster::start() else { return };
    let way = Proxy::start(&[primary.address()]).await;
    let place = Place::new(Some(primary.url())).by_way_of(way.address);
    let world = World::open(&place, 2, STRICT).await;
    let (count, mut took) = (rounds(1, 50), Vec::new());
    for _ in 0..count {
        let standby = primary.standby().await;
        let load = Load::start(&world);
        world.underway(20).await;
        primary.control(&["stop", "-m", "immediate"]);
        let began = Instant::now();
        standby.control(&["promote"]);
        way.turn_to(standby.address());
        world.underway(20).await;
        took.push(began.elapsed());
        load.stop().await;
        for node in &world.nodes {
            node.ready().await;
        }
        check(&world).await;
        primary = standby;
    }
    let p99 = percentile(&mut took, 99).as_secs_f64();
    figure(
        "REL-10",
        &format!("{count} failovers to a synchronous standby, 0 lost; tokens again after {p99:.2} s (p99)"),
    );
}
