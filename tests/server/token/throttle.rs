//! A flood of wrong secrets is slowed down; the right one is let in all the same, at once and on every node.

use crate::support::raw::WriteLock;
use crate::support::server::Node;
use crate::support::{Daemon, TestServer};
use portcullis::oauth::admin_fields::SecretEnd;

on_both_engines!(
    lg_17_a_flood_of_wrong_secrets_has_to_wait_and_the_right_one_does_not,
    lg_22_the_flood_is_known_on_every_node,
    lg_23_a_flood_at_once_is_counted_and_then_costs_no_write,
    lg_23_whoever_has_to_wait_makes_no_node_look_for_changes,
    tk_12_unknown_clients_are_slowed_down_alike,
);

/// Failures after which this client has to wait.
const LIMIT: usize = 100;

async fn fail(daemon: &Daemon, times: usize) {
    let wrong = daemon.with_secret("wrong");
    for _ in 0..times {
        wrong.token_post(&[]).await.assert_refused("invalid_client");
    }
}

/// Is asked for patience; says for how long.
async fn waits(daemon: &Daemon) -> i64 {
    let answer = daemon.with_secret("wrong").token_basic(&[]).await;
    assert_eq!((answer.status, answer.member("error").as_str()), (429, "temporarily_unavailable"));
    assert_eq!(answer.member("error_code"), "PC-2301");
    answer.header("retry-after").parse().expect("seconds")
}

async fn lg_17_a_flood_of_wrong_secrets_has_to_wait_and_the_right_one_does_not(server: TestServer) {
    let (daemon, other) = (server.daemon("nightly-import").await, server.daemon("nightly-export").await);
    fail(&daemon, LIMIT).await;
    let wait = waits(&daemon).await;
    assert!((1..=300).contains(&wait), "{wait}");
    daemon.token().await;
    other.with_secret("wrong").token_post(&[]).await.assert_refused("invalid_client");
    server.clock().advance(wait);
    fail(&daemon, 1).await;
}

async fn lg_22_the_flood_is_known_on_every_node(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let second: Node = server.second_node().await;
    fail(&daemon, LIMIT / 2).await;
    fail(&daemon.at(&second), LIMIT / 2).await;
    waits(&daemon).await;
    waits(&daemon.at(&second)).await;
    daemon.at(&second).token().await;
}

async fn lg_23_a_flood_at_once_is_counted_and_then_costs_no_write(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let wrong = daemon.with_secret("wrong");
    let told = futures_util::future::join_all((0..LIMIT + 40).map(|_| wrong.token_post(&[]))).await;
    assert_eq!(told.iter().filter(|answer| answer.status == 401).count(), LIMIT);
    let lock = WriteLock::take(&server.place().location).await;
    for _ in 0..20 {
        waits(&daemon).await;
    }
    lock.release().await;
}

async fn lg_23_whoever_has_to_wait_makes_no_node_look_for_changes(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let second = server.second_node().await;
    fail(&daemon.at(&second), LIMIT).await;
    waits(&daemon.at(&second)).await;
    let (_, value) = operator.add_secret(&daemon, SecretEnd::Never).await;
    let fresh = daemon.with_secret(&value).at(&second);
    assert_eq!(fresh.token_post(&[]).await.status, 429, "the second node has not heard of it, and does not ask");
    second.look_for_changes().await;
    fresh.token().await;
}

async fn tk_12_unknown_clients_are_slowed_down_alike(server: TestServer) {
    let unknown = Daemon::new(&server.http(), "no-such-client", "wrong");
    fail(&unknown, LIMIT).await;
    waits(&unknown).await;
}
