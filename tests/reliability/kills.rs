//! REL-01: SIGKILL under load, at any moment. What was acknowledged is there after the restart, and nothing works twice.

use crate::support::checker::check;
use crate::support::effort::percentile;
use crate::support::load::a_while;
use crate::support::world::STRICT;
use crate::support::{Dice, Load, Place, World, figure, rounds};

on_both_engines!(rel_01_a_kill_under_load_loses_nothing_that_was_acknowledged);

async fn rel_01_a_kill_under_load_loses_nothing_that_was_acknowledged(place: Place) {
    let world = World::open(&place, 1, STRICT).await;
    let (node, dice, count) = (&world.nodes[0], Dice::new(), rounds(6, 1_000));
    let (mut ready, mut acknowledged) = (Vec::new(), 0);
    for _ in 0..count {
        let load = Load::start(&world);
        world.underway(1).await;
        a_while(&dice, 50, 800).await;
        node.kill();
        load.stop().await;
        node.start();
        ready.push(node.ready().await);
        acknowledged += check(&world).await.counts.yes;
    }
    let engine = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let p99 = percentile(&mut ready, 99).as_secs_f64();
    let text = format!(
        "{engine}: {count} kills, {acknowledged} acknowledged, 0 lost, 0 doubles, ready again in {p99:.2} s (p99)"
    );
    figure("REL-01", &text);
}
