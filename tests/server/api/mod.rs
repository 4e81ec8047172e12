//! The REST API, as programs know it that were written for the original.

mod abuse;
mod clients;
mod cors;
mod document;
mod program;
mod rights;
mod roles;
mod secrets;
mod shape;
mod tokens;
mod users;
mod world;
