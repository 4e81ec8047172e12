//! REL-26, REL-27: a backup that is made under load is one moment of it. Restored, what came after it is unknown; with
//! everything revoked nobody is signed in; and without the right master key it does not start.

use crate::support::checker::check;
use crate::support::ledger::{Book, State, Thing};
use crate::support::place::run_postgres;
use crate::support::world::STRICT;
use crate::support::{Heard, Load, Node, Person, Place, Tokens, World, figure};
use std::path::{Path, PathBuf};
use std::process::Command;

on_both_engines!(rel_26_a_backup_under_load_is_one_moment_and_what_came_later_is_dead);

async fn rel_26_a_backup_under_load_is_one_moment_and_what_came_later_is_dead(place: Place) {
    let world = World::open(&place, 1, STRICT).await;
    let load = Load::start(&world);
    world.underway(40).await;
    let mut book = world.ledger.close();
    let copy = back_up(&place);
    let meanwhile = world.ledger.close();
    book.doubt(&meanwhile);
    // What was asked for before the copy was whole may be answered after it.
    world.underway(10).await;
    drop(world.ledger.close());
    let late = Person::new(&world.door());
    late.sign_in().await;
    world.underway(30).await;
    load.stop().await;
    let mut after = world.ledger.close();
    // Whatever the load has left alive, this one is.
    let (app, door) = (world.web(), world.door());
    let code = late.code(app).await.expect("a code");
    let Heard::Yes(answer) = app.redeem(&door, &code).await else { panic!("no tokens") };
    after.things.insert(Thing::Refresh(Tokens::of(&answer).refresh), (app.clone(), State::Good));

    // REL-27: first with a key of its own, then with the right one.
    let other = restored(&place, &copy, false).await;
    let key = std::fs::read(other.path().join("master.key")).expect("a key");
    std::fs::copy(Place::new(None).path().join("master.key"), other.path().join("master.key")).expect("another key");
    let node = Node::launch(&other, &world.public_url, Place::free_address(), STRICT);
    assert_eq!(node.wait().await.code(), Some(3), "REL-27: {}", other.logs());
    assert!(other.whole_log().contains("master key is not the one"), "REL-27: {}", other.logs());
    std::fs::write(other.path().join("master.key"), key).expect("the key");

    let again = world.again_at(&other, Book { things: book.things.clone(), ..Book::default() }).await;
    let dead = assert_unknown(&again, &after, &late).await;
    check(&again).await;
    drop(again);
    forget(&other).await;

    let other = restored(&place, &copy, true).await;
    let again = world.again_at(&other, Book::default()).await;
    let revoked = assert_unknown(&again, &book, &again.person).await;
    let heard = again.daemons[0].token(&again.door()).await;
    assert!(matches!(heard, Heard::Yes(_)), "secrets are not sessions: {heard:?}");
    drop(again);
    forget(&other).await;
    let engine = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    figure(
        "REL-26",
        &format!("{engine}: {dead} refresh tokens issued after the copy are dead, {revoked} when all is revoked"),
    );
}

/// No refresh token of this page works, and this browser is not signed in; how many tokens that were.
async fn assert_unknown(world: &World, book: &Book, person: &Person) -> usize {
    let (door, tokens) = (world.door(), book.good_refresh_tokens());
    assert!(!tokens.is_empty(), "nothing was issued");
    for (app, token) in &tokens {
        let heard = app.refresh(&door, token).await;
        assert!(matches!(&heard, Heard::No(answer) if answer.member("error") == "invalid_grant"), "REL-26: {heard:?}");
    }
    let code = person.at(&door).code(world.web()).await;
    assert!(matches!(code, Err(Heard::Yes(_))), "REL-26: signed in: {code:?}");
    tokens.len()
}

fn back_up(place: &Place) -> PathBuf {
    if place.is_sqlite() {
        place.run(&["backup", "create", "copies"]);
        let made = std::fs::read_dir(place.path().join("copies")).expect("a folder").flatten().next();
        return made.expect("a copy").path();
    }
    let file = place.path().join("copy.dump");
    postgres_tool("pg_dump", &["--format=custom", "--file", file.to_str().expect("UTF-8"), &place.database_url]);
    file
}

/// A place of its own with the copy in it.
async fn restored(place: &Place, copy: &Path, revoke_all: bool) -> Place {
    let file = copy.to_str().expect("UTF-8");
    if place.is_sqlite() {
        let other = place.another(None);
        let name = copy.file_name().and_then(|name| name.to_str()).expect("a name");
        let mut args = vec!["backup", "restore", file, "--confirm", name];
        args.extend(revoke_all.then_some("--revoke-all"));
        other.run(&args);
        return other;
    }
    let name = format!("restored_{}_{}", std::process::id(), u8::from(revoke_all));
    run_postgres(&place.database_url, &format!("CREATE DATABASE {name}")).await;
    let mut url = url::Url::parse(&place.database_url).expect("a URL");
    url.set_path(&name);
    let other = place.another(Some(url.to_string()));
    postgres_tool("pg_restore", &["--single-transaction", "--dbname", &other.database_url, file]);
    if revoke_all {
        let page = include_str!("../../docs/how-to/back-up-and-restore.md");
        let (_, rest) = page.split_once("```sql\n").expect("what the document says");
        other.execute(rest.split_once("```").expect("an end").0).await;
    }
    other
}

async fn forget(place: &Place) {
    if !place.is_sqlite() {
        let mut url = url::Url::parse(&place.database_url).expect("a URL");
        let name = url.path().trim_start_matches('/').to_owned();
        url.set_path("postgres");
        run_postgres(url.as_str(), &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

fn postgres_tool(name: &str, args: &[&str]) {
    let output =
        tokio::task::block_in_place(|| Command::new(name).args(args).output()).expect("PostgreSQL's own tools");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}
