//! REL-24: a mountain of rows that are over is taken away while requests go on.

use crate::support::checker::check;
use crate::support::effort::{is_long, percentile};
use crate::support::node::PATIENCE;
use crate::support::world::STRICT;
use crate::support::{Load, Place, World, figure};
use std::time::{Duration, Instant};

on_both_engines!(rel_24_a_mountain_of_old_rows_goes_while_requests_are_served);

/// Rows of each of three kinds: grants, a refresh token of each, counters.
fn rows() -> usize {
    if is_long() { 1_000_000 / 3 } else { 6_000 }
}

fn series(place: &Place) -> String {
    if place.is_sqlite() {
        format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)",
            rows()
        )
    } else {
        format!("(SELECT i FROM generate_series(1, {}) AS i)", rows())
    }
}

/// Rows that ended long ago.
async fn pile_up(world: &World) {
    let (place, series) = (&world.place, series(&world.place));
    let bytes = if place.is_sqlite() { "CAST('r' || i AS BLOB)" } else { "convert_to('r' || i, 'UTF8')" };
    let no = if place.is_sqlite() { "1" } else { "TRUE" };
    let (client, user) = (&world.apps[0].id, &place.texts("SELECT id FROM users").await[0]);
    place
        .execute(&format!(
            "INSERT INTO grants (id, tenant_id, client_id, user_id, sid, scope, claims, auth_time, offline, created_at, ends_at)
               SELECT 'old' || i, '{tenant}', '{client}', '{user}', 's' || i, 'openid', '{{}}', 1000, {no}, 1000, 2000 + i
               FROM {series} AS x;
             INSERT INTO refresh_tokens (hash, grant_id, issued_at, expires_at, consumed_at)
               SELECT {bytes}, 'old' || i, 1000, 1500, 1200 FROM {series} AS x;
             INSERT INTO throttles (key, failures, started_at, last_at)
               SELECT 'old' || i, 1, 1000, 1000 + i FROM {series} AS x;",
            tenant = world.tenant,
        ))
        .await;
}

const LEFT: &str = "SELECT (SELECT count(*) FROM grants WHERE ends_at < 10000000)
    + (SELECT count(*) FROM refresh_tokens WHERE issued_at = 1000) + (SELECT count(*) FROM throttles WHERE started_at = 1000)";

async fn rel_24_a_mountain_of_old_rows_goes_while_requests_are_served(place: Place) {
    let world = World::open(&place, if place.is_sqlite() { 1 } else { 3 }, STRICT).await;
    let load = Load::start(&world);
    world.underway(20).await;
    let mut quiet = answers(&world, 60).await;
    load.stop().await;
    pile_up(&world).await;
    // The sweep begins with the server, and then every five minutes.
    for node in &world.nodes {
        node.kill();
    }
    // The one that swept before is gone: as if its lease had ended by now.
    place.execute("DELETE FROM leases").await;
    for node in &world.nodes {
        node.start();
        node.ready().await;
    }
    let (load, began, mut busy) = (Load::start(&world), Instant::now(), Vec::new());
    let patience = if is_long() { PATIENCE * 60 } else { PATIENCE };
    while place.number(LEFT).await > 0 {
        assert!(began.elapsed() < patience, "REL-24: {} rows are left\n{}", place.number(LEFT).await, place.logs());
        busy.extend(answers(&world, 20).await);
    }
    let took = began.elapsed().as_secs_f64();
    load.stop().await;
    check(&world).await;
    let (before, during) = (percentile(&mut quiet, 99), percentile(&mut busy, 99));
    let text =
        format!("{} rows gone in {took:.1} s; p99 of a code {before:.1?} before, {during:.1?} meanwhile", 3 * rows());
    figure("REL-24", &text);
}

/// How long a code takes, so many times.
async fn answers(world: &World, times: usize) -> Vec<Duration> {
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        world.code(world.web()).await;
        took.push(began.elapsed());
    }
    took
}
