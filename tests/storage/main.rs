//! Storage, tried on both engines: SQLite always, PostgreSQL when `TEST_POSTGRES_URL` names a server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod support;

mod activity;
mod audit;
mod client_lists;
mod clients;
mod grants;
mod instance;
mod leases;
mod mails;
mod one_time;
mod opening;
mod racing;
mod roles;
mod secrets;
mod sessions;
mod signing_keys;
mod subjects;
mod sweep;
mod text;
mod throttles;
mod users;
mod writing;
