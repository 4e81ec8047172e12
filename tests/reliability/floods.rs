//! Floods: connections that trickle, requests that are too big, more connections than there are files, passwords by the
//! thousand. Whoever behaves is served meanwhile, and memory stays what it was.

use crate::support::door::Answer;
use crate::support::effort::percentile;
use crate::support::world::STRICT;
use crate::support::{Door, Heard, Node, Person, Place, World, figure, rounds};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Kilobytes that the process has in memory.
fn memory(node: &Node) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.pid())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

/// Seconds of processor time that the process has used.
fn processor(node: &Node) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", node.pid())).expect("a process");
    let fields: Vec<_> = stat.rsplit_once(')').expect("a name").1.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u32>().expect("a number");
    f64::from(ticks(11) + ticks(12)) / 100.0
}

/// How long tokens take, so many times; each must be given.
async fn tokens(world: &World, times: usize) -> Vec<Duration> {
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        let heard = world.daemons[0].token(&world.door()).await;
        assert!(matches!(heard, Heard::Yes(_)), "{heard:?}");
        took.push(began.elapsed());
    }
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_18_connections_that_trickle_are_cut_and_hold_nobody_up() {
    let place = Place::new(None);
    let timeout = [STRICT, &[("PORTCULLIS_SERVER__HEADER_TIMEOUT", "3s")]].concat();
    let world = World::open(&place, 1, &timeout).await;
    let (count, node) = (rounds(300, 5_000), &world.nodes[0]);
    let (mut quiet, before, began) = (tokens(&world, 100).await, memory(node), Instant::now());
    let mut trickles = tokio::task::JoinSet::new();
    for number in 0..count {
        let mut stream = TcpStream::connect(world.address).await.expect("a connection");
        // Half of them trickle a head, half of them a body.
        let opening = if number % 2 == 0 {
            "GET / HTTP/1.1\r\n".to_owned()
        } else {
            let host = world.public_url.trim_start_matches("http://");
            format!("POST /identity/connect/token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9000\r\n\r\n")
        };
        trickles.spawn(async move {
            let _ = stream.write_all(opening.as_bytes()).await;
            let mut answer = [0; 64];
            loop {
                tokio::select! {
                    read = stream.read(&mut answer) => if matches!(read, Ok(0) | Err(_)) { return },
                    () = tokio::time::sleep(Duration::from_millis(500)) => {
                        if stream.write_all(b"a").await.is_err() {
                            return;
                        }
                    }
                }
            }
        });
    }
    let mut busy = tokens(&world, 100).await;
    let each = memory(node).saturating_sub(before) / count.max(1) as u64;
    let patience = Duration::from_mins(1);
    while tokio::time::timeout(patience, trickles.join_next()).await.expect("REL-18: a trickle is never cut").is_some()
    {
    }
    tokens(&world, 1).await;
    let (before, during) = (percentile(&mut quiet, 99), percentile(&mut busy, 99));
    let took = began.elapsed().as_secs_f64();
    figure(
        "REL-18",
        &format!(
            "{count} trickles, all cut after {took:.0} s, {each} kB each; p99 {before:.1?} before, {during:.1?} meanwhile"
        ),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_19_what_is_too_big_is_refused_and_leaves_no_memory_behind() {
    let place = Place::new(None);
    let world = World::open(&place, 1, STRICT).await;
    let (door, node, count) = (world.door(), &world.nodes[0], rounds(60, 2_500));
    let form = "application/x-www-form-urlencoded";
    let token = |body: String| {
        door.request(reqwest::Method::POST, "/identity/connect/token").header("content-type", form).body(body)
    };
    let bodies = [
        ("a=".to_owned() + &"b".repeat(900_000)),
        "a&".repeat(20_000),
        "a=1&".repeat(200),
        format!("grant_type={}", "%00".repeat(20_000)),
    ];
    let mut before = 0;
    for round in 0..=count {
        for body in &bodies {
            // The server may have hung up before all was sent.
            let answer = door.send(token(body.clone())).await;
            assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)), "TP-05, DS-05");
        }
        let long = door.request(reqwest::Method::GET, "/login").header("x-long", "a".repeat(100_000));
        let many = (0..200).fold(door.request(reqwest::Method::GET, "/login"), |request, number| {
            request.header(format!("x-{number}"), "a")
        });
        let far = door.request(reqwest::Method::GET, &format!("/login?a={}", "b".repeat(20_000)));
        for request in [long, many, far] {
            let answer = door.send(request).await;
            assert!(answer.is_none_or(|answer| matches!(answer.status, 414 | 431)), "TP-03, TP-04");
        }
        if round == count / 4 {
            before = memory(node);
        }
    }
    let grown = memory(node).saturating_sub(before) / 1024;
    assert!(grown < 50, "REL-19: {grown} MB");
    tokens(&world, 1).await;
    figure("REL-19", &format!("{} requests that are too big: memory grew by {grown} MB", 7 * (count + 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_20_more_connections_than_files_do_not_end_the_server() {
    let place = Place::new(None);
    let world = World::open(&place, 1, STRICT).await;
    let (count, node) = (rounds(600, 15_000), &world.nodes[0]);
    let limit =
        std::process::Command::new("prlimit").args(["--pid", &node.pid().to_string(), "--nofile=200:200"]).status();
    assert!(limit.is_ok_and(|status| status.success()), "prlimit runs");
    let (mut held, used) = (Vec::new(), processor(node));
    for _ in 0..count {
        // Those that are not taken wait, in a queue that may be full.
        if let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_millis(5), TcpStream::connect(world.address)).await
        {
            held.push(stream);
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(node.ended().is_none(), "REL-20: it ended:\n{}", place.logs());
    let used = processor(node) - used;
    let held_count = held.len();
    drop(held);
    let began = Instant::now();
    while node.door().get("/readyz").await.is_none_or(|answer| answer.status != 200) {
        assert!(began.elapsed() < Duration::from_secs(30), "REL-20: it does not come back");
    }
    let back = began.elapsed().as_secs_f64();
    figure(
        "REL-20",
        &format!(
            "{count} connections, {held_count} held, 200 files: {used:.1} s of processor, served again after {back:.2} s"
        ),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_21_ds_04_a_flood_of_passwords_holds_no_token_up_and_takes_no_memory() {
    let place = Place::new(None);
    let unthrottled = [
        STRICT,
        &[
            ("PORTCULLIS_LOGIN__THROTTLE__ADDRESS", "1000000"),
            ("PORTCULLIS_LOGIN__THROTTLE__PAIR", "1000000"),
            ("PORTCULLIS_LOGIN__THROTTLE__ACCOUNT", "1000000"),
        ],
    ]
    .concat();
    let world = World::open(&place, 1, &unthrottled).await;
    // Each of the hundred guesses at least once.
    let (node, each) = (&world.nodes[0], (rounds(300, 5_000) / 100).max(1));
    let count = 100 * each;
    let (mut quiet, before) = (tokens(&world, 50).await, memory(node));
    let mut guessers = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let door = world.door();
        guessers.spawn(async move { guess(&door, each).await });
    }
    let mut busy = tokens(&world, 50).await;
    let most = memory(node);
    let mut told = std::collections::BTreeMap::<u16, usize>::new();
    while let Some(answers) = guessers.join_next().await {
        for status in answers.expect("no guesser panics") {
            *told.entry(status).or_default() += 1;
        }
    }
    assert!(told.keys().all(|status| matches!(status, 422 | 429 | 503)), "REL-21: {told:?}");
    let answered: usize = told.values().sum();
    assert!(answered * 10 >= count * 9 && told.contains_key(&422), "REL-21: {answered} of {count} answered: {told:?}");
    let grown = most.saturating_sub(before) / 1024;
    assert!(grown < 150, "REL-21: {grown} MB");
    tokens(&world, 1).await;
    let (before, during) = (percentile(&mut quiet, 99), percentile(&mut busy, 99));
    figure(
        "REL-21",
        &format!(
            "{count} wrong passwords, 100 at once: {told:?}, memory grew by {grown} MB; p99 of a token {before:.1?} before, {during:.1?} meanwhile"
        ),
    );
}

async fn guess(door: &Door, times: usize) -> Vec<u16> {
    let (person, mut told) = (Person::new(door), Vec::new());
    for _ in 0..times {
        let Some(page) = person.open("/login").await else { continue };
        let status = |answer: Answer| answer.status;
        told.extend(person.send_password(&page, "not the right password").await.map(status));
    }
    told
}
