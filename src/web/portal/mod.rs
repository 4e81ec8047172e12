//! The portal: home, and Security with clients, users, roles, signing keys and the audit log.

pub mod client_add;
pub mod client_edit;
pub mod clients;
pub mod confirm;
pub mod created;
pub mod home;
pub mod list;
pub mod lookups;
pub mod secrets;
pub mod users;

#[cfg(test)]
pub(crate) mod samples;
