//! REL-28: a handler panics. That request is answered 500 with a reference that the log has too; everybody else goes on, and
//! so does whoever asks next.

use crate::support::checker::check;
use crate::support::faults::Faults;
use crate::support::world::STRICT;
use crate::support::{Load, Place, World, figure};
use reqwest::Method;

on_both_engines!(rel_28_a_panic_in_a_handler_is_that_request_s_alone);

/// Doors of every kind whose handler asks the database, and what they say to whoever has no business there. A client
/// that is not known is looked for; a cookie that is right has its session looked up.
const DOORS: &[(&str, &str, &[u16])] = &[
    ("POST", "/identity/connect/token", &[400, 401]),
    ("POST", "/identity/connect/revocation", &[400, 401]),
    ("POST", "/identity/connect/introspect", &[400, 401]),
    ("GET", "/identity/connect/authorize?client_id=nobody", &[400]),
    ("GET", "/identity/connect/endsession?client_id=nobody", &[200, 303, 400]),
    ("GET", "/readyz", &[200]),
    ("GET", "/login", &[200, 303]),
    ("GET", "/logout", &[200]),
    ("GET", "/account", &[200]),
    ("GET", "/account/devices", &[200]),
    ("GET", "/portal", &[200]),
    ("GET", "/portal/clients", &[200]),
    ("GET", "/portal/users", &[200]),
    ("GET", "/portal/keys", &[200]),
    ("GET", "/portal/audit", &[200]),
    ("GET", "/portal/review", &[200]),
    ("GET", "/portal/system", &[200]),
];

async fn rel_28_a_panic_in_a_handler_is_that_request_s_alone(place: Place) {
    let faults = Faults::at(&place);
    let world = World::open(&place, 1, &[STRICT[0], faults.setting()]).await;
    let load = Load::start(&world);
    let seen = faults.seen_during(world.underway(5)).await;
    load.stop().await;
    if seen.is_empty() {
        return figure("REL-28", "this build knows no faults: nothing was tried");
    }
    let mut panics = 0;
    for (method, path, well) in DOORS {
        let answer = loop {
            faults.arm("panic", "SELECT");
            let answer = ask(&world, method, path).await;
            assert!(faults.disarm(), "{method} {path} asks the database nothing: another door, please");
            // Now and then it is a job that panics: it must go on as well, and the door is asked again.
            if answer.status == 500 {
                break answer;
            }
        };
        panics += 1;
        let reference = answer.header("x-request-id");
        assert!(reference.len() == 9 && answer.body.contains(reference), "REL-28: {path}: {}", answer.body);
        assert!(!answer.body.contains("a fault"), "the cause is not for strangers: {}", answer.body);
        let told = |line: &str| line.contains("a request panicked") && line.contains(reference);
        assert!(place.whole_log().lines().any(told), "REL-28: no word of {reference}:\n{}", place.logs());
        let again = ask(&world, method, path).await;
        assert!(well.contains(&again.status), "REL-28: {path}: {} {}", again.status, again.body);
    }
    // Jobs that panicked go on, and nothing that is shared was left half done.
    let load = Load::start(&world);
    world.underway(20).await;
    load.stop().await;
    let counts = check(&world).await.counts;
    assert_eq!((counts.later, counts.nothing), (0, 0), "{counts:?}");
    figure(
        "REL-28",
        &format!("{panics} doors: each panic was one answer of 500 with its reference in the log, 0 more"),
    );
}

async fn ask(world: &World, method: &str, path: &str) -> crate::support::door::Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let form =
        [("client_id", "nobody"), ("client_secret", "nothing"), ("token", "x"), ("grant_type", "client_credentials")];
    let answer =
        if method == Method::POST { world.door().post(path, &form).await } else { world.person.open(path).await };
    answer.unwrap_or_else(|| panic!("no answer from {path}\n{}", world.place.logs()))
}
