//! REL-16: five at once on an empty database, one of which is killed: the schema is whole, and nobody fails.

use crate::support::effort::percentile;
use crate::support::load::a_while;
use crate::support::{Dice, Node, Place, figure, rounds};
use std::process::{Child, Stdio};
use std::time::Instant;

on_both_engines!(
    rel_16_five_migrate_at_once_and_the_schema_is_whole,
    rel_16_one_of_five_is_killed_and_the_others_finish
);

fn migrate(place: &Place) -> Child {
    // On SQLite a store is there once its file is.
    if place.is_sqlite() && !place.file().exists() {
        std::fs::write(place.file(), "").expect("an empty file");
    }
    let mut command = place.command(&["migrate"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

fn finish(children: Vec<Child>) {
    for child in children {
        let output = tokio::task::block_in_place(|| child.wait_with_output()).expect("an end");
        assert!(output.status.success(), "REL-16: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// As if nobody had ever been here.
async fn empty(place: &Place) {
    if place.is_sqlite() {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", place.file().display()));
        }
    } else {
        place.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
    }
}

async fn assert_whole(place: &Place) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let files = std::fs::read_dir(folder).expect("migrations").count();
    let seen = place.number("SELECT count(*) FROM _sqlx_migrations WHERE success").await;
    assert_eq!(usize::try_from(seen).expect("a count"), files, "each migration once");
}

async fn rel_16_five_migrate_at_once_and_the_schema_is_whole(place: Place) {
    let (count, mut took) = (rounds(2, 200), Vec::new());
    for _ in 0..count {
        empty(&place).await;
        let began = Instant::now();
        finish((0..5).map(|_| migrate(&place)).collect());
        took.push(began.elapsed());
        assert_whole(&place).await;
    }
    let p99 = percentile(&mut took, 99).as_secs_f64();
    figure("REL-16", &format!("{count} times five at once: 0 failures, all done in {p99:.2} s (p99)"));
}

async fn rel_16_one_of_five_is_killed_and_the_others_finish(place: Place) {
    let (count, dice) = (rounds(3, 200), Dice::new());
    for _ in 0..count {
        empty(&place).await;
        let mut children: Vec<_> = (0..5).map(|_| migrate(&place)).collect();
        a_while(&dice, 1, 120).await;
        let mut killed = children.remove(0);
        let _ = killed.kill();
        let _ = killed.wait();
        finish(children);
        assert_whole(&place).await;
    }
    place.set_up();
    let address = Place::free_address();
    Node::launch(&place, &format!("http://localhost:{}", address.port()), address, &[]).ready().await;
    figure("REL-16", &format!("{count} times one of five killed: the other four finish, the schema is whole"));
}
