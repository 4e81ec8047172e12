//! What becomes of the server, and of what it has promised, when something breaks: real processes of the built program,
//! a load with a ledger of what was acknowledged, a fault, and a checker that compares.
//!
//! ```text
//! scripts/with-postgres cargo test --test reliability                       a few rounds of each, for every day
//! PORTCULLIS_RELIABILITY=long … -- --nocapture --test-threads=1             the rounds that figures are made of
//! PORTCULLIS_RELIABILITY_ROUNDS=100 …                                       that many
//! PORTCULLIS_BIN=target/release/portcullis …                                another build of the program
//! ```
//!
//! Names begin with the row of the plan that they answer (REL-01, …). Figures are printed, not asserted: a slow machine
//! is no fault. What was promised is asserted.

#[macro_use]
mod support;

mod apart;
mod backups;
mod changes;
mod clocks;
mod cuts;
mod damage;
mod disks;
mod doubles;
mod failover;
mod floods;
mod growth;
mod hangups;
mod kills;
mod locked;
mod mails;
mod migrating;
mod moving;
mod newer;
mod next_release;
mod panics;
mod points;
mod power;
mod racing;
mod restarts;
mod rotating;
mod silence;
mod starting;
mod stopping;
mod sweeping;
mod upgrading;
