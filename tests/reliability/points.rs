//! REL-29: each statement that storage runs for apps, daemons, people and jobs fails once, panics once, is slow once, or is
//! done without anybody hearing of it, under load. What was acknowledged holds all the same, and nothing works twice.

use crate::support::checker::check;
use crate::support::effort::is_long;
use crate::support::faults::Faults;
use crate::support::world::STRICT;
use crate::support::{Heard, Load, Person, Place, World, figure};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

on_both_engines!(rel_29_a_fault_at_any_statement_loses_nothing);

const FAULTS: [&str; 4] = ["error", "panic", "delay", "lost"];

async fn rel_29_a_fault_at_any_statement_loses_nothing(place: Place) {
    let faults = Faults::at(&place);
    let world = World::open(&place, 1, &[STRICT[0], faults.setting()]).await;
    let load = Load::start(&world);
    let over = AtomicBool::new(false);
    let walk = async {
        let struck = walk(&world, &faults).await;
        over.store(true, Ordering::SeqCst);
        struck
    };
    let (struck, visits) = futures_util::future::join(walk, come_and_go(&world, &over)).await;
    load.stop().await;
    let Some(struck) = struck else { return figure("REL-29", "this build knows no faults: nothing was tried") };
    let counts = check(&world).await.counts;
    visits.assert_kept(&world).await;
    let all: usize = struck.values().sum();
    let engine = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let text = format!(
        "{engine}: {all} faults ({struck:?}), 0 lost, 0 doubles, {} sessions ended, {} clients added; {counts:?}",
        visits.ended.len(),
        visits.added.len()
    );
    figure("REL-29", &text);
}

/// Lets every statement suffer; how often which fault was met. Every day each statement gets one of them in turn.
async fn walk(world: &World, faults: &Faults) -> Option<BTreeMap<&'static str, usize>> {
    let seen = faults.seen_during(world.underway(if is_long() { 400 } else { 120 })).await;
    let (mut struck, mut passed_by) = (BTreeMap::new(), Vec::new());
    for (at, statement) in seen.iter().enumerate() {
        for (turn, fault) in FAULTS.iter().enumerate() {
            // Only what ends a transaction can be done without anybody hearing of it.
            let possible = *fault != "lost" || !statement.contains(' ');
            let wanted = is_long() || at % 3 == turn || !statement.contains(' ');
            if !possible || !wanted {
                continue;
            }
            if *fault == "panic" {
                world.ledger.book().pardons += 1;
            }
            faults.arm(fault, statement);
            if faults.struck(Duration::from_millis(if is_long() { 5_000 } else { 1_000 })).await {
                *struck.entry(*fault).or_default() += 1;
            } else {
                passed_by.push(statement.clone());
            }
        }
        if is_long() && at % 10 == 9 {
            world.underway(20).await;
        }
    }
    let all: usize = struck.values().sum();
    assert!(seen.is_empty() || all > 2 * passed_by.len(), "hardly a fault was met: {struck:?}, not {passed_by:#?}");
    world.underway(20).await;
    (!seen.is_empty()).then_some(struck)
}

/// What somebody at the portal was told.
#[derive(Default)]
struct Visits {
    /// Browsers as they were before their session was ended.
    ended: Vec<Person>,
    /// Names of clients that were added.
    added: Vec<String>,
}

impl Visits {
    async fn assert_kept(&self, world: &World) {
        for gone in &self.ended {
            let answer = gone.code(world.web()).await;
            assert!(matches!(answer, Err(Heard::Yes(_))), "I3: a session lives after its end: {answer:?}");
        }
        let clients = world.place.texts("SELECT name FROM clients").await;
        let audited = world.place.texts("SELECT target_name FROM audit_events WHERE action = 'client.created'").await;
        for (what, names) in [("I1/I2", &clients), ("I7", &audited)] {
            for added in &self.added {
                assert_eq!(names.iter().filter(|name| *name == added).count(), 1, "{what}: {added}");
            }
        }
    }
}

/// Somebody who signs in, adds a client, and signs out, again and again.
async fn come_and_go(world: &World, over: &AtomicBool) -> Visits {
    const ADD: &str = "/portal/clients/new";
    let (mut visits, door) = (Visits::default(), world.door());
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let person = Person::new(&door);
        let Some(page) = person.open("/login").await.filter(|page| page.status == 200) else { continue };
        let Some(signed_in) = world.ledger.hear("sign in", person.send_login(&page).await.into()) else { continue };
        assert_eq!(signed_in.status, 303, "{}", signed_in.body);
        if let Some(page) = person.open(&format!("{ADD}?type=hybrid")).await.filter(|page| page.status == 200) {
            let name = format!("visit-{number}");
            let typed = [("name", name.as_str()), ("redirect_urls", "https://app.example/cb"), ("step", "add")];
            if world.ledger.hear("add a client", person.send_typed(ADD, &page, &typed).await.into()).is_some() {
                visits.added.push(name);
            }
        }
        let before = person.with_cookies_of_its_own();
        let Some(page) = person.open("/logout").await.filter(|page| page.status == 200) else { continue };
        if world.ledger.hear("sign out", person.send_hidden("/logout", &page).await.into()).is_some() {
            visits.ended.push(before);
        }
    }
    visits
}
