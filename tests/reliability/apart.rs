//! REL-13: nodes whose clocks are apart.

use crate::support::clock::{set, world};
use crate::support::{App, Door, Heard, Person, Place, Tokens, figure};
use reqwest::Method;

on_postgres!(rel_13_nodes_half_a_minute_apart_take_what_the_other_has_given);

async fn tokens(app: &App, person: &Person, door: &Door) -> Tokens {
    let code = person.at(door).code(app).await.expect("a code");
    match app.redeem(door, &code).await {
        Heard::Yes(answer) => Tokens::of(&answer),
        other => panic!("REL-13: {other:?}"),
    }
}

async fn userinfo(door: &Door, tokens: &Tokens) -> u16 {
    let request = door.request(Method::GET, "/identity/connect/userinfo").bearer_auth(&tokens.access);
    door.send(request).await.expect("an answer").status
}

async fn rel_13_nodes_half_a_minute_apart_take_what_the_other_has_given(place: Place) {
    let Some(world) = world(&place, 2).await else { return };
    let (app, doors) = (world.web(), [world.nodes[0].door(), world.nodes[1].door()]);
    for (off, here, there) in [(30, 0, 1), (30, 1, 0), (-30, 0, 1), (-30, 1, 0)] {
        set(&place, &world.nodes[1], off);
        let given = tokens(app, &world.person, &doors[here]).await;
        assert_eq!(userinfo(&doors[there], &given).await, 200, "REL-13: a token, {off} s");
        let code = world.person.at(&doors[here]).code(app).await.expect("a code");
        let heard = app.redeem(&doors[there], &code).await;
        assert!(matches!(heard, Heard::Yes(_)), "REL-13: a code, {off} s: {heard:?}");
        let heard = app.refresh(&doors[there], &given.refresh).await;
        assert!(matches!(heard, Heard::Yes(_)), "REL-13: a refresh token, {off} s: {heard:?}");
    }
    figure("REL-13", "nodes 30 s apart: tokens, codes, refresh tokens and sessions of each work at the other");
}
