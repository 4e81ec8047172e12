//! REL-09, REL-11: connections to PostgreSQL that carry nothing any more though nobody has closed them, and a PostgreSQL
//! that has stopped taking writes. No node goes on with what it knew before, or says that it is ready when it is not.

use crate::support::node::PATIENCE;
use crate::support::place::run_postgres;
use crate::support::world::STRICT;
use crate::support::{App, Door, Heard, Node, Place, Proxy, World, figure};
use std::time::{Duration, Instant};

on_postgres!(
    rel_09_a_node_whose_connections_have_gone_silent_hears_of_changes_by_new_ones,
    rel_11_a_database_that_takes_no_writes_any_more_makes_no_node_ready
);

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

async fn gets_tokens(daemon: &App, door: &Door) -> bool {
    matches!(daemon.token(door).await, Heard::Yes(_))
}

async fn status_of(node: &Node) -> u16 {
    node.door().get("/readyz").await.map_or(0, |answer| answer.status)
}

async fn rel_09_a_node_whose_connections_have_gone_silent_hears_of_changes_by_new_ones(place: Place) {
    let database = Proxy::start(&[place.database_address()]).await;
    let world = World::open_by(&place, &place.by_way_of(database.address), 1, STRICT).await;
    let (daemon, door) = (&world.daemons[0], world.nodes[0].door());
    assert!(gets_tokens(daemon, &door).await);
    database.silence_all();
    place.run(&["client", "disable", &daemon.id]);
    let took = until("the client is disabled", async || !gets_tokens(daemon, &door).await).await;
    // A look that hears nothing for a second, and the next one; far less than the minutes that TCP would take.
    assert!(took < Duration::from_secs(20), "{took:?}");
    let app = world.web();
    until("somebody gets a code", async || world.person.code(app).await.is_ok()).await;
    assert_eq!(status_of(&world.nodes[0]).await, 200);
    figure("REL-09", &format!("all connections silent: a change was heard of after {:.1} s", took.as_secs_f64()));
}

async fn rel_11_a_database_that_takes_no_writes_any_more_makes_no_node_ready(place: Place) {
    let world = World::open(&place, 2, STRICT).await;
    let name = place.database_url.rsplit('/').next().expect("a name").to_owned();
    let read_only = async |word: &str| {
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {word}");
        // What a failover does: the connections end, and whoever answers the next ones is another.
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        );
        let admin = std::env::var("TEST_POSTGRES_URL").expect("PostgreSQL");
        run_postgres(&admin, &format!("{sql}; {end}")).await;
    };
    read_only("on").await;
    for node in &world.nodes {
        until("a node says that it is not ready", async || status_of(node).await == 503).await;
    }
    assert!(world.person.code(world.web()).await.is_err(), "no node reads what may be old");
    read_only("off").await;
    for node in &world.nodes {
        until("a node is ready again", async || status_of(node).await == 200).await;
    }
    assert!(world.person.code(world.web()).await.is_ok());
}
