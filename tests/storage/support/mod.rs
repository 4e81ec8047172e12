//! What all these tests need: an empty place on either engine, one way to write, and things to write.

#[macro_use]
mod macros;

#[allow(dead_code, reason = "made for the suite of flows")]
pub(crate) mod meeting;
pub(crate) mod places;
pub(crate) mod raw;
pub(crate) mod samples;

pub(crate) use portcullis::oauth::UnixTime;
pub(crate) use portcullis::storage::{Database, Location, StorageError};

/// The time at which all of this happens.
pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);
