//! Portcullis, an OAuth 2.0 and OpenID Connect identity server.
//!
//! Five floors, and imports go only downward (`tests/floors.rs` holds the walls):
//! 1 `oauth`: words and rules, pure and synchronous.
//! 2 `keys`, `storage`: signing and sealing; rows and SQL. They do not know each other.
//! 3 `flows`: use cases. Load, decide with floor 1, store.
//! 4 `web`: endpoints, pages, portal. No SQL, no keys.
//! 5 `cli`, `server`, `jobs`, `config`, `logging`, `mail`, `opening`, `otlp`, `outgoing`: read settings, build, bind, run.
//!
//! Beside the floors stand small things that the floors above `oauth` may use: `clock`, `metrics`, `random`,
//! `redacted`, `release`.

pub mod cli;
pub mod clock;
pub mod config;
pub mod flows;
pub mod jobs;
pub mod keys;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod oauth;
pub mod opening;
pub mod otlp;
mod outgoing;
pub mod random;
pub mod redacted;
pub mod release;
pub mod server;
pub mod storage;
pub mod web;
