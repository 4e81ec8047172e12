//! REL-15: signing keys rotate under load, on three nodes. Whoever has fetched the keys when the next one was announced
//! never meets a token that they cannot verify.

use crate::support::checker::{check, is_signed, published_keys};
use crate::support::world::STRICT;
use crate::support::{Load, Place, World, figure, rounds};
use std::time::{Duration, Instant};

on_postgres!(rel_15_keys_rotate_under_load_and_every_token_verifies);

async fn rel_15_keys_rotate_under_load_and_every_token_verifies(place: Place) {
    let world = World::open(&place, 3, STRICT).await;
    let (count, mut verified) = (rounds(3, 100), 0);
    for _ in 0..count {
        let load = Load::start(&world);
        let announced = place.run(&["keys", "rotate", "--alg", "RS256"]);
        let kid = announced["keys"][0]["Id"].as_str().unwrap_or_else(|| panic!("{announced}")).to_owned();
        // Every node publishes it within a second.
        let began = Instant::now();
        for node in &world.nodes {
            while published_keys(&node.door()).await.find(&kid).is_none() {
                assert!(began.elapsed() < Duration::from_secs(20), "it is not published everywhere");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        let fetched = published_keys(&world.door()).await;
        place.run(&["keys", "activate", &kid, "--yes"]);
        // Until each node has signed with it.
        for node in &world.nodes {
            while !signs_with(&world, node.door(), &kid).await {
                assert!(began.elapsed() < Duration::from_secs(20), "it does not sign everywhere");
            }
        }
        load.stop().await;
        let book = check(&world).await;
        verified += book.access_tokens.len();
        for token in &book.access_tokens {
            assert!(is_signed(&fetched, token), "REL-15: the key was not known before it signed");
        }
    }
    figure("REL-15", &format!("{count} rotations on 3 nodes, {verified} tokens, 0 failures to verify"));
}

async fn signs_with(world: &World, door: crate::support::Door, kid: &str) -> bool {
    let answer = world.ledger.hear("client_credentials", world.daemons[0].token(&door).await);
    let token = answer.map(|answer| answer.member("access_token")).unwrap_or_default();
    jsonwebtoken::decode_header(&token).is_ok_and(|header| header.kid.as_deref() == Some(kid))
}
