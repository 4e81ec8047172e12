//! Which release this program is, and beside which one it can run.
//!
//! While nodes are replaced one by one, two releases live on one database. That works because the migrations of a release
//! only add (`tests/migrations.rs` holds that), and what nobody asks for any more goes a release later. So a program runs
//! on the schema of the release after its own, and on none beyond.

use std::sync::OnceLock;

/// The last migration of the release before this one. A program that knows it, and none after it, may run on the schema
/// that this program makes. To be raised with each release, to what the release before it ended with.
const LAST_OF_THE_RELEASE_BEFORE: i64 = 9;

/// A release that does not exist yet, for rehearsals of upgrades.
#[derive(Debug, Clone, Copy)]
pub struct NextRelease {
    /// Its version.
    pub version: &'static str,
    /// Its one migration, for SQLite and for PostgreSQL.
    pub migration: (&'static str, &'static str),
}

static REHEARSED: OnceLock<&'static [NextRelease]> = OnceLock::new();

/// Makes this process a program of the last of these releases, each of which follows the one before it. Once, before
/// anything else. There is no setting for it: only a program that is built for it can do this, as the tests of upgrades
/// do.
pub fn rehearse(releases: &'static [NextRelease]) {
    let _ = REHEARSED.set(releases);
}

/// The releases after this one that this process also has.
pub(crate) fn rehearsed() -> &'static [NextRelease] {
    REHEARSED.get().copied().unwrap_or_default()
}

/// The version of this program.
#[must_use]
pub fn version() -> &'static str {
    rehearsed().last().map_or(env!("CARGO_PKG_VERSION"), |release| release.version)
}

/// The migration that a program must know to run beside this one. `last`: the last of this program's own.
pub(crate) fn must_know(last: i64) -> i64 {
    if rehearsed().is_empty() { LAST_OF_THE_RELEASE_BEFORE } else { last - 1 }
}

#[cfg(test)]
mod tests {
    use super::LAST_OF_THE_RELEASE_BEFORE;

    #[test]
    fn the_release_before_ended_with_a_migration_that_is_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let names = std::fs::read_dir(folder).unwrap().flatten();
        let prefix = format!("{LAST_OF_THE_RELEASE_BEFORE:04}_");
        assert_eq!(names.filter(|name| name.file_name().to_string_lossy().starts_with(&prefix)).count(), 1);
    }
}
