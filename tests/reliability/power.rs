//! REL-02: the power goes. What was synced is there, of the rest any part may be. The server opens what is left, and
//! everything that was acknowledged before the cut is in it.

use crate::support::checker::check;
use crate::support::disk::{Cut, Disk};
use crate::support::world::STRICT;
use crate::support::{Dice, Load, Node, Place, World, figure, rounds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_02_a_power_cut_loses_nothing_that_was_acknowledged() {
    let place = Place::new(None);
    let world = World::open(&place, 1, STRICT).await;
    world.nodes[0].signal("TERM");
    world.nodes[0].wait().await;
    let Some(mut disk) = Disk::under(&place) else { return figure("REL-02", "no C compiler: nothing was tried") };
    let settings = Disk::settings(&place);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).chain([STRICT[0]]).collect();
    let node = Node::launch(&place, &world.public_url, world.address, &settings);
    node.ready().await;
    let (dice, count) = (Dice::new(), rounds(9, 500));
    let (mut acknowledged, mut unsynced) = (0, 0);
    let load = Load::start(&world);
    for round in 0..count {
        world.underway(5).await;
        let before = world.ledger.close();
        assert!(before.troubles.is_empty(), "{:#?}\n{}", before.troubles, place.logs());
        acknowledged += before.counts.yes;
        // All that was acknowledged is written by now. The cut comes anywhere in what is written next.
        disk.catch_up(usize::MAX);
        world.underway(2).await;
        disk.catch_up(usize::try_from(dice.between(0, 24)).expect("a count"));
        unsynced += usize::from(disk.unsynced() > 0);
        // What changed between the ledger's page and the cut may be either way.
        let mut book = before;
        book.doubt(&world.ledger.book());
        let copy = place.another(None);
        disk.cut([Cut::Nothing, Cut::SomeSectors, Cut::Everything][round % 3], &dice, &copy);
        check(&world.again_at(&copy, book).await).await;
    }
    load.stop().await;
    let text = format!(
        "{count} cuts, {unsynced} with something unsynced, {acknowledged} acknowledged: all opened, all sound, 0 lost"
    );
    figure("REL-02", &text);
}
