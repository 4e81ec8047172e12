//! REL-22: SIGTERM under load. What has begun is answered, the process ends in time and in order.

use crate::support::checker::check;
use crate::support::effort::percentile;
use crate::support::load::a_while;
use crate::support::world::STRICT;
use crate::support::{Dice, Load, Place, World, figure, rounds};
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

on_both_engines!(rel_22_a_request_that_has_begun_is_answered_after_sigterm);

/// Connections that have sent half a request when the signal comes.
const HALF: usize = 8;

async fn rel_22_a_request_that_has_begun_is_answered_after_sigterm(place: Place) {
    let world = World::open(&place, 1, STRICT).await;
    let (node, dice, count, mut took) = (&world.nodes[0], Dice::new(), rounds(3, 100), Vec::new());
    for _ in 0..count {
        let load = Load::start(&world);
        world.underway(5).await;
        let mut halves = Vec::new();
        for _ in 0..HALF {
            halves.push(begin(&world).await);
        }
        a_while(&dice, 5, 200).await;
        let began = Instant::now();
        node.signal("TERM");
        a_while(&dice, 1, 100).await;
        for (stream, rest) in &mut halves {
            let answer = finish(stream, rest).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "REL-22: {answer:?}\n{}", place.logs());
        }
        load.stop().await;
        let status = node.wait().await;
        took.push(began.elapsed());
        assert_eq!(status.code(), Some(0), "{}", place.logs());
        if place.is_sqlite() {
            let wal = std::fs::metadata(format!("{}-wal", place.file().display())).map_or(0, |file| file.len());
            assert_eq!(wal, 0, "the log is folded into the file");
        }
        node.start();
        node.ready().await;
        check(&world).await;
    }
    let p99 = percentile(&mut took, 99).as_secs_f64();
    figure(
        "REL-22",
        &format!("{count} stops under load: 0 requests that had begun were dropped, ended in {p99:.2} s (p99)"),
    );
}

/// Sends the head of a token request and half of its body.
async fn begin(world: &World) -> (TcpStream, String) {
    let daemon = &world.daemons[1];
    let body = format!("grant_type=client_credentials&client_id={}&client_secret={}", daemon.id, daemon.secret);
    let host = world.public_url.trim_start_matches("http://");
    let head = format!(
        "POST /identity/connect/token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(world.address).await.expect("a connection");
    let (half, rest) = body.split_at(20);
    stream.write_all(format!("{head}{half}").as_bytes()).await.expect("half a request");
    (stream, rest.to_owned())
}

async fn finish(stream: &mut TcpStream, rest: &str) -> String {
    let mut answer = String::new();
    let _ = stream.write_all(rest.as_bytes()).await;
    let _ = stream.read_to_string(&mut answer).await;
    answer
}
