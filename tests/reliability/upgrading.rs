//! REL-17: nodes are replaced one by one under load, by the next release and back. Nobody notices. Who
//! may run on which schema is in `newer.rs`.

use crate::support::checker::check;
use crate::support::world::STRICT;
use crate::support::{Load, Node, Place, World, figure, rounds};

on_postgres!(
    rel_17_nodes_are_replaced_one_by_one_under_load_and_nobody_notices,
    rel_17_a_release_is_not_skipped_while_nodes_run_that_cannot_live_with_it
);

/// A balancer that asks for `/readyz` hears of the end while the node still answers.
const DELAY: (&str, &str) = ("PORTCULLIS_SERVER__SHUTDOWN_DELAY", "1s");

async fn rel_17_nodes_are_replaced_one_by_one_under_load_and_nobody_notices(place: Place) {
    let world = World::open(&place, 3, &[STRICT, &[DELAY]].concat()).await;
    let mut acknowledged = 0;
    for _ in 0..rounds(1, 20) {
        // Forward, and back again, which is possible until the upgrade is finished.
        for ahead in [1, 0] {
            let load = Load::start(&world);
            world.underway(20).await;
            for node in &world.nodes {
                replace(&world, node, ahead).await;
                world.underway(20).await;
            }
            load.stop().await;
            let counts = world.ledger.book().counts;
            assert_eq!((counts.later, counts.nothing), (0, 0), "REL-17: somebody noticed\n{}", place.logs());
            acknowledged += check(&world).await.counts.yes;
        }
    }
    let (exit, sentence) = place.say(0, &["migrate", "--finish"]);
    assert!(exit == 5 && sentence.contains("release after this one"), "{sentence}");
    let (exit, sentence) = place.say(1, &["migrate", "--finish"]);
    assert!(exit == 5 && sentence.contains("nodes of another version still run"), "{sentence}");
    for node in &world.nodes {
        replace(&world, node, 1).await;
    }
    let (exit, sentence) = place.say(1, &["migrate", "--finish"]);
    assert_eq!(exit, 0, "{sentence}");
    let (exit, sentence) = place.say(0, &["client", "list"]);
    assert!(exit == 7 && sentence.contains("has been finished"), "{sentence}");
    check(&world).await;
    figure(
        "REL-17",
        &format!("3 nodes replaced one by one, to the next release and back: {acknowledged} acknowledged, 0 failed"),
    );
}

/// Stops a node as an operator does, and starts the program of another release in its place.
async fn replace(world: &World, node: &Node, ahead: usize) {
    let proxy = world.proxy.as_ref().expect("a balancer");
    node.signal("TERM");
    while node.door().get("/readyz").await.is_some_and(|answer| answer.status == 200) {}
    proxy.take_out(node.address);
    let status = node.wait().await;
    assert_eq!(status.code(), Some(0), "{}", world.place.logs());
    node.upgrade(ahead);
    node.start();
    node.ready().await;
    proxy.put_back(node.address);
}

async fn rel_17_a_release_is_not_skipped_while_nodes_run_that_cannot_live_with_it(place: Place) {
    place.set_up();
    let address = Place::free_address();
    let node = Node::launch(&place, &format!("http://localhost:{}", address.port()), address, &[]);
    node.ready().await;
    while place.number("SELECT count(*) FROM nodes").await == 0 {}
    let (exit, sentence) = place.say(2, &["migrate"]);
    assert!(exit == 7 && sentence.contains("Stop them all first"), "{sentence}");
    node.signal("TERM");
    node.wait().await;
    let (exit, sentence) = place.say(2, &["migrate"]);
    assert_eq!(exit, 0, "{sentence}");
}
