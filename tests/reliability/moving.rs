//! REL-33: no stickiness, and a node dies in the middle of a login: nobody has to begin again.

use crate::support::person::code_in;
use crate::support::world::STRICT;
use crate::support::{App, Dice, Heard, Person, Place, World, figure, rounds};

on_postgres!(rel_33_a_login_goes_on_at_another_node_when_its_own_dies);

async fn rel_33_a_login_goes_on_at_another_node_when_its_own_dies(place: Place) {
    let settings = [STRICT, &[("PORTCULLIS_LOGIN__THROTTLE__ADDRESS", "100000")]].concat();
    let world = World::open(&place, 3, &settings).await;
    let (dice, count, mut deaths) = (Dice::new(), rounds(12, 10_000), 0);
    for round in 0..count {
        let victim = &world.nodes[round % world.nodes.len()];
        // Half of the logins lose a node, between two of their three steps.
        let when = dice.between(0, 4);
        let die_at = |step| {
            if step == when {
                victim.kill();
            }
        };
        log_in(&world, world.web(), die_at).await;
        assert!(victim.ended().is_none(), "it ended by itself:\n{}", place.logs());
        if when < 2 {
            victim.start();
            victim.ready().await;
            deaths += 1;
        }
    }
    figure("REL-33", &format!("{count} logins on 3 nodes without stickiness, {deaths} of them lost a node: 0 failed"));
}

async fn log_in(world: &World, app: &App, die: impl Fn(u64)) {
    let person = Person::new(&world.door());
    let page = follow(&person, &app.authorize_path()).await;
    die(0);
    let answer = person.send_login(&page).await.expect("an answer");
    assert_eq!(answer.status, 303, "REL-33: {}", answer.body);
    die(1);
    let arrived = follow(&person, answer.header("location")).await;
    let code = code_in(arrived.header("location")).unwrap_or_else(|| panic!("REL-33: {arrived:?}"));
    let heard = app.redeem(&world.door(), &code).await;
    assert!(matches!(heard, Heard::Yes(_)), "REL-33: {heard:?}\n{}", world.place.logs());
}

/// Goes on as long as it stays here.
async fn follow(person: &Person, path: &str) -> crate::support::door::Answer {
    let mut path = path.to_owned();
    for _ in 0..6 {
        let answer = person.open(&path).await.expect("an answer");
        let to = answer.header("location").to_owned();
        if answer.status != 303 || !to.starts_with('/') {
            return answer;
        }
        path = to;
    }
    panic!("it leads in a circle: {path}");
}
