//! The programs of releases that do not exist yet: this very test program is one, when it is told so. It has the library of
//! the release under test, another version, and for each release one migration more.

use portcullis::release::{NextRelease, rehearse};
use std::process::Command;

/// Both grow the tables that are asked for most, as a real release would, in ways that the release before does not notice.
/// The second drops what the first one no longer needs: whoever is two releases behind would miss it.
const RELEASES: &[NextRelease] = &[
    NextRelease {
        version: "90.1.0",
        migration: (
            "ALTER TABLE clients ADD COLUMN shade TEXT NOT NULL DEFAULT 'grey';
             ALTER TABLE grants ADD COLUMN shade TEXT;
             ALTER TABLE refresh_tokens ADD COLUMN shade TEXT;
             CREATE TABLE shades (name TEXT NOT NULL PRIMARY KEY) STRICT;
             CREATE INDEX clients_by_shade ON clients (tenant_id, shade);",
            "ALTER TABLE clients ADD COLUMN shade TEXT NOT NULL DEFAULT 'grey';
             ALTER TABLE grants ADD COLUMN shade TEXT;
             ALTER TABLE refresh_tokens ADD COLUMN shade TEXT;
             CREATE TABLE shades (name TEXT NOT NULL PRIMARY KEY);
             CREATE INDEX clients_by_shade ON clients (tenant_id, shade);",
        ),
    },
    NextRelease { version: "90.2.0", migration: ("DROP TABLE user_preferences;", "DROP TABLE user_preferences;") },
];

/// The program that is so many releases ahead, with these arguments and nothing of this machine's environment.
pub(crate) fn command(ahead: usize, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "next_release::program", "--ignored", "--nocapture"]).env_clear();
    command.env("NEXT_RELEASE", ahead.to_string()).env("NEXT_RELEASE_ARGS", args.join(" "));
    command
}

#[test]
#[ignore = "no test, but a program: the tests of upgrades start it"]
fn program() {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let Ok(ahead) = variable("NEXT_RELEASE").parse::<usize>() else { return };
    rehearse(&RELEASES[..ahead]);
    let args = variable("NEXT_RELEASE_ARGS");
    let exit = portcullis::cli::main_with(std::iter::once("portcullis").chain(args.split(' ')).map(Into::into));
    std::process::exit(i32::from(exit));
}
