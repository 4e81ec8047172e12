//! REL-03, REL-04: the disk is full, broken, or may only be read. What changes something is answered 503, what only reads
//! goes on, nothing is acknowledged that is not kept, and all is well again when the disk is, without a restart.

use crate::support::checker::check;
use crate::support::disk::Disk;
use crate::support::node::PATIENCE;
use crate::support::world::STRICT;
use crate::support::{Heard, Load, Node, Place, Tokens, World, figure, rounds};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Errors of the operating system, by number: I/O error, no space left, read-only file system.
const ERRORS: [(u32, &str); 3] = [(5, "I/O error"), (28, "no space"), (30, "read-only")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_04_a_disk_that_takes_nothing_is_503_and_all_is_well_when_it_does_again() {
    let place = Place::new(None);
    let world = World::open(&place, 1, STRICT).await;
    world.nodes[0].signal("TERM");
    world.nodes[0].wait().await;
    let Some(disk) = Disk::under(&place) else { return figure("REL-04", "no C compiler: nothing was tried") };
    let settings = Disk::settings(&place);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).chain([STRICT[0]]).collect();
    let node = Node::launch(&place, &world.public_url, world.address, &settings);
    node.ready().await;
    for _ in 0..rounds(1, 100) {
        for (number, name) in ERRORS {
            // Something to be revoked: the worst that could be said is that it was.
            let code = world.code(world.web()).await;
            let Heard::Yes(answer) = world.web().redeem(&world.door(), &code).await else {
                panic!("a code is refused")
            };
            let tokens = Tokens::of(&answer);
            let load = Load::start(&world);
            world.underway(10).await;
            disk.fail(number);
            for _ in 0..10 {
                let revoked = world.web().revoke(&world.door(), &tokens.refresh).await;
                assert!(matches!(revoked, Heard::Later), "REL-04: {name}: {revoked:?}\n{}", place.logs());
                assert_reads_go_on(&world).await;
            }
            disk.mend();
            let took = well_again(&world).await;
            load.stop().await;
            let counts = check(&world).await.counts;
            assert!(counts.later > 0, "{name}: {counts:?}");
            let alive = world.web().refresh(&world.door(), &tokens.refresh).await;
            assert!(matches!(alive, Heard::Yes(_)), "what was not revoked works: {alive:?}");
            figure("REL-04", &format!("{name}: {} answers of 503, well again after {took:.1?}, 0 lost", counts.later));
        }
    }
    assert!(place.whole_log().contains("disk"), "the log names the cause:\n{}", place.logs());
}

async fn assert_reads_go_on(world: &World) {
    let heard = world.daemons[0].token(&world.door()).await;
    assert!(
        matches!(heard, Heard::Yes(_)),
        "a token of a known client needs no disk: {heard:?}\n{}",
        world.place.logs()
    );
    let keys = world.door().get("/identity/.well-known/openid-configuration/jwks").await;
    assert_eq!(keys.map(|answer| answer.status), Some(200));
}

/// How long until the load gets on again.
async fn well_again(world: &World) -> Duration {
    let began = Instant::now();
    world.underway(10).await;
    began.elapsed()
}

/// A file system of 48 megabytes, which only the server sees.
const SMALL: &str =
    "mkdir -p small && mount -t tmpfs -o size=48m,mode=700 none small && cp portcullis.db small/ && exec \"$0\" \"$@\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_03_a_full_disk_is_503_and_all_is_well_when_there_is_room() {
    let place = Place::new(None);
    let way = place.inside("small/portcullis.db", SMALL);
    if !way.can_be_inside() {
        return figure("REL-03", "this machine lets nobody mount a file system of their own: nothing was tried");
    }
    let world = World::open_by(&place, &way, 1, STRICT).await;
    let node = &world.nodes[0];
    let small = PathBuf::from(format!("/proc/{}/root{}", node.pid(), place.path().join("small").display()));
    for _ in 0..rounds(2, 100) {
        let load = Load::start(&world);
        world.underway(10).await;
        let later = fill_until_it_hurts(&world, &small.join("filler")).await;
        for _ in 0..10 {
            assert_reads_go_on(&world).await;
        }
        std::fs::remove_file(small.join("filler")).expect("room again");
        let took = well_again(&world).await;
        load.stop().await;
        for end in ["", "-wal"] {
            let _ =
                std::fs::copy(small.join(format!("portcullis.db{end}")), format!("{}{end}", place.file().display()));
        }
        let _ = std::fs::remove_file(format!("{}-shm", place.file().display()));
        check(&world).await;
        figure("REL-03", &format!("a full disk: {later} answers of 503, well again after {took:.1?}, 0 lost"));
    }
}

/// Fills the file system to its last byte, until the server has said so a few times; how often.
async fn fill_until_it_hurts(world: &World, filler: &Path) -> usize {
    use std::io::Write as _;
    let before = world.ledger.book().counts.later;
    let began = Instant::now();
    let mut file = std::fs::File::create(filler).expect("a filler");
    loop {
        while file.write_all(&[0; 4_096]).is_ok() {}
        let later = world.ledger.book().counts.later - before;
        if later >= 5 {
            return later;
        }
        assert!(began.elapsed() < PATIENCE, "it is full, and nobody minds: {:?}", world.ledger.book().counts);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
