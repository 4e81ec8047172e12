//! REL-12: sixteen at once with one code or one refresh token, on three nodes behind a proxy that takes turns, and on
//! SQLite in one process. One gets tokens, the others hear `invalid_grant`, nobody hears of trouble.

use crate::support::effort::figure;
use crate::support::world::STRICT;
use crate::support::{App, Door, Heard, Place, Tokens, World, rounds};
use std::collections::BTreeSet;
use std::time::Instant;

on_both_engines!(
    rel_12_one_code_gives_tokens_to_one_of_sixteen,
    rel_12_one_refresh_token_has_one_successor,
    rel_12_a_retry_gets_the_same_successor
);

const RACERS: usize = 16;

async fn world(place: &Place, settings: &[(&str, &str)]) -> World {
    World::open(place, if place.is_sqlite() { 1 } else { 3 }, settings).await
}

/// A door for each racer, each with a connection of its own: behind the proxy they stand at all nodes.
async fn racers(world: &World) -> Vec<Door> {
    let doors: Vec<_> = (0..RACERS).map(|_| Door::to(world.address, &world.public_url)).collect();
    for door in &doors {
        assert!(door.get("/healthz").await.is_some_and(|answer| answer.status == 200));
    }
    doors
}

/// All ask at once; the tokens of those who got some.
async fn race<F>(doors: &[Door], ask: impl Fn(Door) -> F) -> Vec<Tokens>
where
    F: Future<Output = Heard> + Send + 'static,
{
    let running: Vec<_> = doors.iter().map(|door| tokio::spawn(ask(door.clone()))).collect();
    let mut won = Vec::new();
    for racer in running {
        match racer.await.expect("no racer panics") {
            Heard::Yes(answer) => won.push(Tokens::of(&answer)),
            Heard::No(answer) => assert_eq!(answer.member("error"), "invalid_grant", "{}", answer.body),
            other => panic!("neither tokens nor invalid_grant: {other:?}"),
        }
    }
    won
}

async fn race_code(doors: &[Door], app: &App, code: &str) -> Vec<Tokens> {
    race(doors, |door| {
        let (app, code) = (app.clone(), code.to_owned());
        async move { app.redeem(&door, &code).await }
    })
    .await
}

async fn race_refresh(doors: &[Door], app: &App, token: &str) -> Vec<Tokens> {
    race(doors, |door| {
        let (app, token) = (app.clone(), token.to_owned());
        async move { app.refresh(&door, &token).await }
    })
    .await
}

async fn first_tokens(world: &World, app: &App, door: &Door) -> Tokens {
    let code = world.code(app).await;
    match app.redeem(door, &code).await {
        Heard::Yes(answer) => Tokens::of(&answer),
        other => panic!("{other:?}"),
    }
}

fn told(what: &str, count: usize, began: Instant) {
    figure("REL-12", &format!("{what}: {count} races of {RACERS}, 0 doubles, {:.0} s", began.elapsed().as_secs_f64()));
}

async fn rel_12_one_code_gives_tokens_to_one_of_sixteen(place: Place) {
    let world = world(&place, STRICT).await;
    let (doors, began, count) = (racers(&world).await, Instant::now(), rounds(25, 100_000));
    for round in 0..count {
        let app = &world.apps[round % 2];
        let code = world.code(app).await;
        let won = race_code(&doors, app, &code).await;
        assert_eq!(won.len(), 1, "REL-12");
        // All but one came too late, and the first of them has ended what the winner got.
        let again = app.refresh(&doors[round % RACERS], &won[0].refresh).await;
        assert!(matches!(again, Heard::No(_)), "{again:?}");
    }
    told("codes", count, began);
}

async fn rel_12_one_refresh_token_has_one_successor(place: Place) {
    let world = world(&place, STRICT).await;
    let (doors, began, count) = (racers(&world).await, Instant::now(), rounds(25, 100_000));
    for round in 0..count {
        let app = &world.apps[round % 2];
        let first = first_tokens(&world, app, &doors[0]).await;
        let won = race_refresh(&doors, app, &first.refresh).await;
        assert_eq!(won.len(), 1, "REL-12");
        let again = app.refresh(&doors[round % RACERS], &won[0].refresh).await;
        assert!(matches!(again, Heard::No(_)), "{again:?}");
    }
    told("refresh tokens", count, began);
}

async fn rel_12_a_retry_gets_the_same_successor(place: Place) {
    let world = world(&place, &[]).await;
    let (app, doors, began, count) = (world.web(), racers(&world).await, Instant::now(), rounds(25, 20_000));
    let mut tokens = first_tokens(&world, app, &doors[0]).await;
    for _ in 0..count {
        let won = race_refresh(&doors, app, &tokens.refresh).await;
        let branches: BTreeSet<_> = won.iter().map(|tokens| &tokens.refresh).collect();
        assert_eq!((won.len(), branches.len()), (RACERS, 1), "REL-12: one branch, and everybody is on it");
        tokens = won[0].clone();
    }
    told("refresh tokens within the retry window", count, began);
}
