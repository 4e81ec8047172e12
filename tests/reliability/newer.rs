//! REL-17: who may run on which schema.

use crate::support::Place;

on_both_engines!(rel_17_a_program_runs_on_the_schema_of_the_next_release_and_on_none_beyond);

async fn rel_17_a_program_runs_on_the_schema_of_the_next_release_and_on_none_beyond(place: Place) {
    place.set_up();
    let run = |ahead, args: &[&str]| place.say(ahead, args);
    let (exit, sentence) = run(1, &["migrate", "--check"]);
    assert_eq!(exit, 8, "{sentence}");
    assert!(sentence.contains("_90.1.0"), "{sentence}");
    let (exit, sentence) = run(1, &["migrate"]);
    assert_eq!(exit, 0, "{sentence}");
    let client = place.client("after", "client-credentials");
    let (_, sentence) = run(0, &["doctor"]);
    assert!(sentence.contains("D-206"), "{sentence}");

    let (exit, sentence) = run(2, &["client", "show", &client.id]);
    assert!(exit == 7 && sentence.contains("portcullis migrate"), "no command migrates by the way: {sentence}");
    for args in [&["migrate"][..], &["client", "show", &client.id]] {
        let (exit, sentence) = run(2, args);
        assert_eq!(exit, 0, "{sentence}");
    }
    for args in [&["serve"][..], &["migrate"], &["migrate", "--check"], &["client", "list"]] {
        let (exit, sentence) = run(0, args);
        assert_eq!(exit, 7, "{args:?}: {sentence}");
        assert!(sentence.contains("more than one release away") && sentence.contains("Run that version"), "{sentence}");
    }
    let (_, sentence) = run(0, &["doctor"]);
    assert!(sentence.contains("D-202"), "{sentence}");
    let (exit, sentence) = run(1, &["client", "show", &client.id]);
    assert_eq!(exit, 0, "{sentence}");
}
