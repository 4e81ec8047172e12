//! REL-34: a proxy repeats each token request within 50 ms. One answer gives tokens; the repetition is refused, or, for a
//! client with a secret within the retry window, gives the same successor and no second branch.

use crate::support::{Dice, Door, Heard, Place, Tokens, World, figure, rounds};
use std::time::Duration;

on_both_engines!(rel_34_a_request_that_is_delivered_twice_counts_once);

async fn rel_34_a_request_that_is_delivered_twice_counts_once(place: Place) {
    let world = World::open(&place, if place.is_sqlite() { 1 } else { 3 }, &[]).await;
    let (app, dice, count) = (world.web(), Dice::new(), rounds(15, 10_000));
    for _ in 0..count {
        let code = world.code(app).await;
        let won = twice(&world, &dice, async |door: Door| app.redeem(&door, &code).await).await;
        assert_eq!(won.len(), 1, "REL-34");
        let code = world.code(app).await;
        let Heard::Yes(answer) = app.redeem(&world.door(), &code).await else { panic!("a code is refused") };
        let first = Tokens::of(&answer);
        let won = twice(&world, &dice, async |door: Door| app.refresh(&door, &first.refresh).await).await;
        assert!(won.len() == 2 && won[0].refresh == won[1].refresh, "REL-34: {won:?}");
        let next = app.refresh(&world.door(), &won[0].refresh).await;
        assert!(matches!(next, Heard::Yes(_)), "the family survives a repetition: {next:?}");
    }
    figure(
        "REL-34",
        &format!("{count} codes and {count} refreshes delivered twice within 50 ms: 0 doubles, 0 families lost"),
    );
}

async fn twice(world: &World, dice: &Dice, ask: impl AsyncFn(Door) -> Heard) -> Vec<Tokens> {
    let late = async |by: Duration| {
        tokio::time::sleep(by).await;
        ask(world.door()).await
    };
    let (one, two) = futures_util::future::join(late(Duration::ZERO), late(dice.millis(0, 50))).await;
    let tokens = |heard| match heard {
        Heard::Yes(answer) => Some(Tokens::of(&answer)),
        Heard::No(answer) if answer.member("error") == "invalid_grant" => None,
        other => panic!("REL-34: {other:?}"),
    };
    [one, two].into_iter().filter_map(tokens).collect()
}
