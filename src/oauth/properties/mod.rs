//! What holds whatever happens, and in whatever order: state machines and the ends of time, tried with drawn events.

mod refresh_family;
mod sign_in;
mod time;

use super::UnixTime;
use proptest::prelude::*;

/// Any time, the ends of all counters and calendars among them more often than chance would have it.
fn any_time() -> impl Strategy<Value = UnixTime> {
    any_seconds().prop_map(UnixTime)
}

/// Any number of seconds, likewise.
fn any_seconds() -> impl Strategy<Value = i64> {
    let edges = [i64::MIN, -62_167_219_200, i64::from(i32::MIN), 0, i64::from(i32::MAX), 4_294_967_295]
        .into_iter()
        .chain([UnixTime::MAX.0, i64::MAX - 86_400, i64::MAX]);
    let near = proptest::sample::select(edges.collect::<Vec<_>>());
    prop_oneof![
        2 => (near, -2..=2_i64).prop_map(|(edge, off)| edge.saturating_add(off)),
        2 => -100_000_000_000..300_000_000_000_i64,
        1 => any::<i64>(),
    ]
}
