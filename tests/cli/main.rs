//! The command line, as it is typed: the built program in a folder of its own, on SQLite.

mod as_the_api;
mod audit;
mod backup;
mod clients;
mod doctor;
mod exits;
mod first_run;
mod folder;
mod getting_in;
mod keys;
mod mail;
mod monitoring;
mod reloading;
mod roles;
mod secrets;
mod server;
mod serving;
mod settings;
mod tls;
mod traces;
mod transfer;
mod users;
