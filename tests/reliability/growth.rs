//! REL-25: many rows that are alive. A code and a refresh take as long as on an empty database.
//!
//! `PORTCULLIS_RELIABILITY_ROUNDS=10000000` asks for that many refresh tokens.

use crate::support::checker::check;
use crate::support::effort::{is_long, percentile};
use crate::support::world::STRICT;
use crate::support::{Heard, Place, Tokens, World, figure, rounds};
use std::time::{Duration, Instant};

on_both_engines!(rel_25_rows_that_pile_up_slow_nobody_down);

/// A user for each hundred refresh tokens, each token with a grant of its own, and a session for each ten.
async fn pile_up(world: &World, rows: usize) {
    let place = &world.place;
    let series = |rows: usize| {
        if place.is_sqlite() {
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n)"
            )
        } else {
            format!("(SELECT i FROM generate_series(1, {rows}) AS i)")
        }
    };
    let bytes = |what: &str| {
        if place.is_sqlite() {
            format!("CAST('{what}' || i AS BLOB)")
        } else {
            format!("convert_to('{what}' || i, 'UTF8')")
        }
    };
    let (yes, users, sessions) = (if place.is_sqlite() { "1" } else { "TRUE" }, rows / 100, rows / 10);
    let sql = format!(
        "INSERT INTO users (id, tenant_id, email, email_key, name, name_key, claims, enabled, created_at, updated_at, version)
           SELECT 'user' || i, '{tenant}', 'e' || i, 'e' || i, 'n', 'n', '{{}}', {yes}, 1000, 1000, 1 FROM {of_users} AS x;
         INSERT INTO grants (id, tenant_id, client_id, user_id, sid, scope, claims, auth_time, offline, created_at, ends_at)
           SELECT 'grant' || i, '{tenant}', '{client}', 'user' || (1 + i % {users}), 's' || i, 'openid offline_access',
                  '{{}}', 1000, {yes}, 1000, 9000000000 + i FROM {of_tokens} AS x;
         INSERT INTO refresh_tokens (hash, grant_id, issued_at, expires_at)
           SELECT {hash}, 'grant' || i, 1000, 9000000000 + i FROM {of_tokens} AS x;
         INSERT INTO web_sessions (id_hash, sid, user_id, data, created_at, last_seen_at, expires_at, user_agent, address)
           SELECT {id}, 's' || i, 'user' || (1 + i % {users}), '{{}}', 1000, 1000, 9000000000 + i, '', ''
           FROM {of_sessions} AS x;",
        tenant = world.tenant,
        client = world.apps[0].id,
        of_users = series(users),
        of_tokens = series(rows),
        of_sessions = series(sessions),
        hash = bytes("token"),
        id = bytes("session"),
    );
    place.execute(&sql).await;
    // What an engine does by itself after a while.
    place.execute("ANALYZE").await;
}

async fn rel_25_rows_that_pile_up_slow_nobody_down(place: Place) {
    let world = World::open(&place, 1, STRICT).await;
    let (rows, turns) = (rounds(20_000, 1_000_000).max(1_000), if is_long() { 400 } else { 40 });
    let before = measured(&world, turns).await;
    pile_up(&world, rows).await;
    let after = measured(&world, turns).await;
    check(&world).await;
    let engine = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let text = format!(
        "{engine}: {rows} refresh tokens and grants, {} sessions: a code {:.1?} before, {:.1?} after; a refresh {:.1?}, {:.1?} (median)",
        rows / 10,
        before.0,
        after.0,
        before.1,
        after.1
    );
    figure("REL-25", &text);
}

/// How long a code and its tokens take, and a refresh.
async fn measured(world: &World, turns: usize) -> (Duration, Duration) {
    let (mut codes, mut refreshes, door) = (Vec::new(), Vec::new(), world.door());
    for _ in 0..turns {
        let began = Instant::now();
        let code = world.code(world.web()).await;
        let Heard::Yes(answer) = world.web().redeem(&door, &code).await else { panic!("a code is refused") };
        codes.push(began.elapsed());
        let began = Instant::now();
        let heard = world.web().refresh(&door, &Tokens::of(&answer).refresh).await;
        assert!(matches!(heard, Heard::Yes(_)), "{heard:?}");
        refreshes.push(began.elapsed());
    }
    (percentile(&mut codes, 50), percentile(&mut refreshes, 50))
}
