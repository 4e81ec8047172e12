//! A node that waits while another migrates: alive, not ready, and it says why.

use crate::support::node::PATIENCE;
use crate::support::{Node, Place};
use sqlx::Connection as _;
use std::time::Instant;

on_postgres!(a_node_that_waits_for_a_migration_says_so_and_is_alive);

async fn a_node_that_waits_for_a_migration_says_so_and_is_alive(place: Place) {
    let mut migrating = sqlx::PgConnection::connect(&place.database_url).await.expect("a PostgreSQL server");
    let lock = "SELECT pg_advisory_lock(8101820098873224300)";
    sqlx::query(lock).execute(&mut migrating).await.expect("the lock of migrations");
    let address = Place::free_address();
    let node = Node::launch(&place, &format!("http://localhost:{}", address.port()), address, &[]);
    let (door, began) = (node.door(), Instant::now());
    let waiting = loop {
        if let Some(answer) = door.get("/readyz").await {
            break answer;
        }
        assert!(began.elapsed() < PATIENCE, "nobody answers:\n{}", place.logs());
    };
    assert_eq!(
        (waiting.status, waiting.body.as_str()),
        (503, "not ready: the server is starting, and migrates its database if need be")
    );
    assert!(!waiting.header("retry-after").is_empty());
    assert!(door.get("/healthz").await.is_some_and(|answer| answer.status == 200), "supervisors leave it alone");
    for path in ["/login", "/identity/connect/token", "/portal"] {
        let answer = door.get(path).await.expect("an answer");
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{path}");
    }
    migrating.close().await.expect("an end");
    node.ready().await;
}
