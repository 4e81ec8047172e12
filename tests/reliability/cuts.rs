//! REL-09: the connection to PostgreSQL is cut between COMMIT and its answer, or anywhere. What was committed counts as
//! done though nobody was told, and nothing is done twice.

use crate::support::checker::check;
use crate::support::load::a_while;
use crate::support::node::PATIENCE;
use crate::support::world::STRICT;
use crate::support::{Dice, Heard, Load, Place, Proxy, World, figure, rounds};
use std::time::Instant;

on_postgres!(
    rel_09_a_code_whose_commit_was_never_answered_is_spent,
    rel_09_connections_that_are_cut_anywhere_lose_nothing
);

async fn rel_09_a_code_whose_commit_was_never_answered_is_spent(place: Place) {
    let database = Proxy::start(&[place.database_address()]).await;
    let world = World::open_by(&place, &place.by_way_of(database.address), 1, STRICT).await;
    let (app, door, count, mut cut) = (world.web(), world.door(), rounds(15, 20_000), 0);
    for _ in 0..count {
        let code = world.code(app).await;
        database.cut_next_commit();
        let heard = app.redeem(&door, &code).await;
        // Now and then it is a job that commits first, and is cut.
        assert!(matches!(heard, Heard::Later | Heard::Yes(_)), "{heard:?}");
        cut += usize::from(matches!(heard, Heard::Later));
        // Connections that died with it are found dead one by one.
        let began = Instant::now();
        let again = loop {
            match app.redeem(&door, &code).await {
                Heard::Later => assert!(began.elapsed() < PATIENCE, "REL-09: only ever later\n{}", place.logs()),
                other => break other,
            }
        };
        assert!(matches!(&again, Heard::No(answer) if answer.member("error") == "invalid_grant"), "REL-09: {again:?}");
    }
    assert!(cut > count / 2 && database.cuts() >= count, "{cut} of {count}");
    figure("REL-09", &format!("{cut} cuts between COMMIT and its answer: 0 codes redeemed twice"));
}

async fn rel_09_connections_that_are_cut_anywhere_lose_nothing(place: Place) {
    let database = Proxy::start(&[place.database_address()]).await;
    let world = World::open_by(&place, &place.by_way_of(database.address), 1, STRICT).await;
    let (dice, count) = (Dice::new(), rounds(20, 2_000));
    let load = Load::start(&world);
    for _ in 0..count {
        world.underway(3).await;
        a_while(&dice, 1, 60).await;
        database.cut_all();
    }
    load.stop().await;
    for node in &world.nodes {
        node.ready().await;
    }
    let counts = check(&world).await.counts;
    figure("REL-09", &format!("{count} times all connections cut under load: 0 lost; {counts:?}"));
}
