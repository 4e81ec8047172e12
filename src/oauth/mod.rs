//! Floor 1: words and rules. Pure, synchronous, testable with numbers and text alone.

mod time;

pub use time::UnixTime;
