//! REL-06: the SQLite file is damaged, its log is left over or taken away, or it is of a newer version. Nobody is served from
//! a file that SQLite can tell is damaged; what it can mend it mends; what is missing is told of.

use crate::support::checker::check;
use crate::support::world::STRICT;
use crate::support::{Dice, Heard, Load, Node, Place, World, figure, rounds};
use std::path::PathBuf;

/// A store with a load's rows in it; its server was killed, and its log may hold changes that the file has not.
async fn killed() -> World {
    let world = World::open(&Place::new(None), 1, STRICT).await;
    let load = Load::start(&world);
    world.underway(60).await;
    world.nodes[0].kill();
    load.stop().await;
    world
}

fn part(place: &Place, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", place.file().display()))
}

/// A start that must not be: how the server ends, and what it says.
async fn refused(node: &Node, place: &Place, code: i32, word: &str) {
    node.start();
    let ended = node.wait().await;
    let told = place.whole_log();
    let last = told.lines().rev().find(|line| line.contains("error: ")).unwrap_or_default();
    assert!(ended.code() == Some(code) && last.contains(word), "REL-06: {ended}: {last}\n{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_06_a_log_that_is_left_over_is_replayed_and_a_stale_index_of_it_does_no_harm() {
    let world = killed().await;
    assert!(std::fs::metadata(part(&world.place, "-wal")).is_ok_and(|log| log.len() > 0));
    // An index of something else altogether.
    std::fs::write(part(&world.place, "-shm"), vec![0x5a; 32 * 1024]).expect("a file is written");
    world.nodes[0].start();
    world.nodes[0].ready().await;
    let counts = check(&world).await.counts;
    assert!(!world.place.whole_log().contains("is not there"), "{}", world.place.logs());
    figure("REL-06", &format!("a log left over and a stale index of it: 0 lost; {counts:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_06_a_log_that_was_taken_away_is_told_of_and_the_rest_is_sound() {
    let world = killed().await;
    std::fs::remove_file(part(&world.place, "-wal")).expect("a log");
    world.nodes[0].start();
    world.nodes[0].ready().await;
    assert!(
        world.place.whole_log().contains("the log of its last changes (-wal) is not there"),
        "{}",
        world.place.logs()
    );
    assert_eq!(world.place.texts("PRAGMA integrity_check").await, ["ok"], "I6");
    let heard = world.daemons[0].token(&world.door()).await;
    assert!(matches!(heard, Heard::Yes(_)), "{heard:?}");
    // After a stop in order nothing is missing, log or no log.
    world.nodes[0].signal("TERM");
    world.nodes[0].wait().await;
    let told = world.place.whole_log().matches("is not there").count();
    world.nodes[0].start();
    world.nodes[0].ready().await;
    assert_eq!(world.place.whole_log().matches("is not there").count(), told, "{}", world.place.logs());
    figure("REL-06", "a log taken away: told of at the start, the rest is sound");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_06_a_file_of_a_newer_version_or_of_something_else_is_refused() {
    let world = killed().await;
    let place = &world.place;
    let newer = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 SELECT 9999, 'from the future', installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1;
                 INSERT INTO instance (name, value) VALUES ('schema_must_know', '9999')
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    place.execute(newer).await;
    refused(&world.nodes[0], place, 7, "made by a newer version").await;
    std::fs::write(place.file(), "Dear diary, ".repeat(1_000)).expect("a file is written");
    refused(&world.nodes[0], place, 8, "file is not a database").await;
    figure("REL-06", "a file of a newer version, and one that is no database: refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_06_nobody_is_served_from_a_file_that_is_seen_to_be_damaged() {
    let world = killed().await;
    let (place, node, dice, count) = (&world.place, &world.nodes[0], Dice::new(), rounds(8, 500));
    // All in one file, and nothing beside it.
    place.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let whole = std::fs::read(place.file()).expect("a file");
    let (mut found, mut not_seen) = (0, 0);
    for round in 0..count {
        let mut bytes = whole.clone();
        for _ in 0..if round % 2 == 0 { dice.between(1, 100) } else { 1 } {
            let at = usize::try_from(dice.between(0, bytes.len() as u64)).expect("a place");
            bytes[at] ^= 1 << dice.between(0, 8);
        }
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(part(place, end));
        }
        std::fs::write(place.file(), &bytes).expect("a file is written");
        let sound = is_sound(place).await;
        node.start();
        let (door, began) = (node.door(), std::time::Instant::now());
        let ended = loop {
            if let Some(ended) = node.ended() {
                break Some(ended);
            }
            if door.get("/readyz").await.is_some_and(|answer| answer.status == 200) {
                break None;
            }
            assert!(began.elapsed() < crate::support::node::PATIENCE, "neither:\n{}", place.logs());
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        if let Some(ended) = ended {
            found += 1;
            let told = place.whole_log().matches("error: ").count();
            assert!(ended.code().is_some_and(|code| code > 0) && told == found, "REL-06: {ended}\n{}", place.logs());
        } else {
            not_seen += 1;
            assert!(sound, "REL-06: served from a file that is seen to be damaged\n{}", place.logs());
            node.kill();
        }
    }
    figure(
        "REL-06",
        &format!(
            "{count} files with flipped bits: {found} refused, {not_seen} not seen to be damaged by SQLite either"
        ),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_06_a_log_with_flipped_bits_is_followed_as_far_as_it_is_whole() {
    let world = killed().await;
    let (place, node, dice, count) = (&world.place, &world.nodes[0], Dice::new(), rounds(3, 100));
    let whole = ["", "-wal"].map(|end| (end, std::fs::read(part(place, end)).expect("a file")));
    for _ in 0..count {
        let _ = std::fs::remove_file(part(place, "-shm"));
        for (end, bytes) in &whole {
            let mut bytes = bytes.clone();
            for _ in 0..if *end == "-wal" { dice.between(1, 100) } else { 0 } {
                let at = usize::try_from(dice.between(0, bytes.len() as u64)).expect("a place");
                bytes[at] ^= 1 << dice.between(0, 8);
            }
            std::fs::write(part(place, end), bytes).expect("a file is written");
        }
        node.start();
        node.ready().await;
        assert_eq!(place.texts("PRAGMA integrity_check").await, ["ok"], "I6");
        let heard = world.daemons[0].token(&world.door()).await;
        assert!(matches!(heard, Heard::Yes(_)), "{heard:?}\n{}", place.logs());
        node.kill();
    }
    figure("REL-06", &format!("{count} logs with flipped bits: followed up to the first, and sound"));
}

async fn is_sound(place: &Place) -> bool {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file()).read_only(true).immutable(true);
    let Ok(mut connection) = options.connect().await else { return false };
    let checked = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)").fetch_one(&mut connection).await;
    let _ = connection.close().await;
    checked.is_ok_and(|word| word == "ok")
}
