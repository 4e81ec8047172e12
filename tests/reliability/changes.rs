//! What is changed at one node is in force at all within a second, whether or not the database tells of it.

use crate::support::effort::percentile;
use crate::support::world::STRICT;
use crate::support::{App, Door, Heard, Place, World, figure, rounds};
use std::time::{Duration, Instant};

on_postgres!(a_change_is_in_force_on_every_node_within_a_second);

async fn a_change_is_in_force_on_every_node_within_a_second(place: Place) {
    let world = World::open(&place, 3, STRICT).await;
    let (daemon, count, mut took) = (&world.daemons[0], rounds(3, 100), Vec::new());
    let doors: Vec<Door> = world.nodes.iter().map(crate::support::Node::door).collect();
    for _ in 0..count {
        for (change, works) in [("disable", false), ("enable", true)] {
            for door in &doors {
                daemon.token(door).await;
            }
            place.run(&["client", change, &daemon.id]);
            took.push(everywhere(&doors, daemon, works).await);
        }
        let added = place.run(&["secret", "add", &daemon.id]);
        let (value, number) = (added["Secret"].as_str().expect("a secret"), added["Id"].to_string());
        let with_it = daemon.with_secret(value);
        took.push(everywhere(&doors, &with_it, true).await);
        place.run(&["secret", "revoke", &daemon.id, &number, "--yes"]);
        took.push(everywhere(&doors, &with_it, false).await);
    }
    let worst = percentile(&mut took, 100);
    assert!(worst < Duration::from_secs(1), "{worst:?}");
    let median = percentile(&mut took, 50).as_secs_f64() * 1e3;
    let text = format!(
        "{} changes on 3 nodes: in force everywhere after {median:.0} ms (median), {worst:?} (worst)",
        took.len()
    );
    figure("TK-43", &text);
}

/// Waits until all nodes let the daemon in, or none does; says how long that took from here.
async fn everywhere(doors: &[Door], daemon: &App, works: bool) -> Duration {
    let began = Instant::now();
    for door in doors {
        while matches!(daemon.token(door).await, Heard::Yes(_)) != works {
            assert!(began.elapsed() < crate::support::node::PATIENCE, "it never hears of it");
        }
    }
    began.elapsed()
}
