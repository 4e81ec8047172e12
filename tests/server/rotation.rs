//! Rotation of the signing keys, as those who verify tokens see it.

use crate::support::server::{Node, signed_with};
use crate::support::{Daemon, TestServer};
use portcullis::oauth::audit::Origin;
use portcullis::oauth::{ClientType, KeyId, SigningAlgorithm};
use std::collections::BTreeSet;

on_both_engines!(
    ky_12_a_new_key_is_published_for_the_cache_time_before_it_signs,
    ky_11_what_was_signed_before_a_rotation_verifies_until_it_is_over,
    ky_12_two_nodes_that_rotate_at_once_make_one_key,
    a_key_is_announced_and_let_sign_by_hand,
    a_revoked_key_is_gone_at_once_and_another_signs,
);

const DAY: i64 = 86_400;
const TURN: i64 = 90 * DAY;
const PATH: &str = "/identity/.well-known/openid-configuration/jwks";

/// The ids of the keys that a node publishes.
async fn published(node: &Node) -> BTreeSet<String> {
    let answer = node.http().get(PATH).await.json();
    let keys = answer["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

fn signer(token: &str) -> String {
    jsonwebtoken::decode_header(token).expect("a header").kid.expect("a name of a key")
}

/// The job, once.
async fn rotate(server: &TestServer) {
    server.provider().rotate_signing_keys().await.expect("a rotation");
}

/// A client whose tokens are signed with an algorithm whose keys are quickly made.
async fn daemon(server: &TestServer) -> Daemon {
    let settings = signed_with(SigningAlgorithm::Es256);
    server.operator().await.register(ClientType::ClientCredentials, "nightly-import", settings).await
}

async fn ky_12_a_new_key_is_published_for_the_cache_time_before_it_signs(server: TestServer) {
    let (daemon, node) = (daemon(&server).await, server.node());
    let (first, old) = (published(&node).await, signer(&daemon.token().await));
    server.clock().advance(TURN - DAY - 1);
    rotate(&server).await;
    assert_eq!(published(&node).await, first, "one second early");

    server.clock().advance(1);
    rotate(&server).await;
    let announced = published(&node).await;
    assert!(announced.is_superset(&first));
    assert_eq!(announced.len(), 6, "each algorithm has its next key");
    for seconds in [0, DAY - 1] {
        server.clock().advance(seconds);
        rotate(&server).await;
        assert_eq!(signer(&daemon.token().await), old, "after {seconds} s");
        assert_eq!(published(&node).await, announced);
    }
    server.clock().advance(1);
    rotate(&server).await;
    let new = signer(&daemon.token().await);
    assert_ne!(new, old);
    assert!(announced.contains(&new), "whoever fetched the keys a day ago can verify it");
}

async fn ky_11_what_was_signed_before_a_rotation_verifies_until_it_is_over(server: TestServer) {
    let (daemon, node, api) = (daemon(&server).await, server.node(), server.resource_server());
    server.clock().advance(TURN - DAY);
    rotate(&server).await;
    server.clock().advance(DAY);
    let token = daemon.token().await;
    let old = signer(&token);
    rotate(&server).await;
    assert_ne!(signer(&daemon.token().await), old);
    server.clock().advance(3_599);
    rotate(&server).await;
    api.verify(&token).await.expect("a token in its last second");

    server.clock().advance(3_600);
    rotate(&server).await;
    assert!(published(&node).await.contains(&old), "clocks differ and caches are slow: an hour more");
    server.clock().advance(1);
    rotate(&server).await;
    assert!(!published(&node).await.contains(&old));
    assert_eq!(published(&node).await.len(), 3);
}

async fn ky_12_two_nodes_that_rotate_at_once_make_one_key(server: TestServer) {
    let (one, other) = (server.node(), server.second_node().await);
    for (wait, count) in [(TURN - DAY, 6), (DAY, 6), (7_200, 3)] {
        server.clock().advance(wait);
        let jobs = [one.clone(), other.clone(), one.clone(), other.clone()]
            .map(|node| tokio::spawn(async move { node.provider().rotate_signing_keys().await.expect("a rotation") }));
        for job in jobs {
            job.await.expect("an end");
        }
        one.look_for_changes().await;
        other.look_for_changes().await;
        assert_eq!(published(&one).await.len(), count, "after {wait} s");
        assert_eq!(published(&one).await, published(&other).await);
        let keys = one.provider().list_signing_keys().await.expect("keys");
        assert_eq!(keys.iter().filter(|key| key.state == "active").count(), 3, "one for each algorithm");
    }
}

async fn a_key_is_announced_and_let_sign_by_hand(server: TestServer) {
    let (daemon, node) = (daemon(&server).await, server.node());
    let (by, kind) = (Origin::operator(None), Some(SigningAlgorithm::Es256));
    let token = daemon.token().await;
    let old = signer(&token);
    let announced = node.provider().announce_signing_keys(&by, kind).await.expect("a key");
    assert_eq!(announced.len(), 1);
    assert_eq!(announced[0].activates_at, node.provider().now().plus(DAY));
    assert_eq!(node.provider().announce_signing_keys(&by, kind).await.expect("a key"), announced, "it is kept");
    rotate(&server).await;
    assert_eq!(signer(&daemon.token().await), old);

    let key = node.provider().activate_signing_key(&by, &announced[0].id).await.expect("a change");
    assert_eq!((key.state.as_str(), key.activates_at), ("active", node.provider().now()));
    assert_eq!(signer(&daemon.token().await), key.id.as_str());
    server.resource_server().verify(&token).await.expect("a token from before");
    let refused = node.provider().activate_signing_key(&by, &KeyId::new(old)).await.expect_err("a retired key");
    assert!(refused.to_string().contains("retired"), "{refused}");
}

async fn a_revoked_key_is_gone_at_once_and_another_signs(server: TestServer) {
    let (daemon, one, other) = (daemon(&server).await, server.node(), server.second_node().await);
    let (by, api) = (Origin::operator(None), server.resource_server());
    let token = daemon.token().await;
    let old = KeyId::new(signer(&token));
    other.provider().revoke_signing_key(&by, &old).await.expect("a change");
    one.look_for_changes().await;
    for node in [&one, &other] {
        assert!(!published(node).await.contains(old.as_str()));
        assert_eq!(published(node).await.len(), 3);
    }
    api.verify(&token).await.expect_err("a token of a revoked key");
    let next = daemon.token().await;
    api.verify(&next).await.expect("a token of the key that took over");
    other.provider().revoke_signing_key(&by, &old).await.expect_err("a key that is gone");
}
