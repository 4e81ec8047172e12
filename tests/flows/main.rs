//! Use cases of signing in, tried on both engines without HTTP: what is given, what is refused, and what dies with what.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../storage/support/mod.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "made for the suite of storage, which needs more of it")]
mod support;

mod scene;

mod audit;
mod authorize;
mod code;
mod consent;
mod introspection;
mod keeping;
mod logout;
mod meetings;
mod passwords;
mod racing;
mod refresh;
mod transfer;
mod userinfo;
