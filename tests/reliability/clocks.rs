//! REL-13: a clock that jumps.

use crate::support::clock::{set, world};
use crate::support::{Heard, Person, Place, Tokens, figure};

on_both_engines!(rel_13_a_clock_that_jumps_revives_nothing_and_ends_no_server);
const HOUR: i64 = 3_600;

async fn rel_13_a_clock_that_jumps_revives_nothing_and_ends_no_server(place: Place) {
    let Some(world) = world(&place, 1).await else { return };
    let (app, door, node) = (world.web(), world.nodes[0].door(), &world.nodes[0]);
    let code = world.person.code(app).await.expect("a code");
    let Heard::Yes(answer) = app.redeem(&door, &code).await else { panic!("no tokens") };
    let used = Tokens::of(&answer);
    let Heard::Yes(answer) = app.refresh(&door, &used.refresh).await else { panic!("no tokens") };
    let revoked = Tokens::of(&answer);
    assert!(matches!(app.revoke(&door, &revoked.refresh).await, Heard::Yes(_)));
    let left = world.person.code(app).await.expect("a code");
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()).expect("not long");

    for off in [-2 * HOUR, 2 * HOUR, 25 * HOUR, -now, 10 * 365 * 24 * HOUR] {
        set(&place, node, off);
        for heard in [
            app.redeem(&door, &code).await,
            app.refresh(&door, &used.refresh).await,
            app.refresh(&door, &revoked.refresh).await,
        ] {
            assert!(matches!(heard, Heard::No(_)), "REL-13, {off} s: what is over comes back: {heard:?}");
        }
        let person = world.person.code(app).await;
        if off > 0 {
            assert!(matches!(app.redeem(&door, &left).await, Heard::No(_)), "REL-13, {off} s: a code lives on");
        }
        // They last a day.
        assert!(off <= 24 * HOUR || person.is_err(), "REL-13, {off} s: a session lives on");
        let daemon = world.daemons[0].token(&door).await;
        // In ten years the secret has ended.
        assert!(matches!(daemon, Heard::Yes(_) | Heard::No(_)), "REL-13, {off} s: {daemon:?}");
        let page = Person::new(&door).open("/login").await.expect("a page");
        assert_eq!(page.status, 200, "REL-13, {off} s");
        assert!(node.ended().is_none() && !place.whole_log().contains("panicked"), "{}", place.logs());
    }
    let engine = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    figure(
        "REL-13",
        &format!(
            "{engine}: two hours back and forth, a day on, 1970, ten years on: nothing revived, no panic, no 500"
        ),
    );
}
