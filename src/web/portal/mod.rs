//! The portal: home, and Security with clients, users, roles, signing keys and the audit log.

pub mod activity;
pub mod audit;
pub mod chart;
pub mod client_add;
pub mod client_edit;
pub mod clients;
pub mod confirm;
pub mod created;
pub mod dev_mail;
pub mod go;
pub mod home;
pub mod keys;
pub mod list;
pub mod logo;
pub mod quick_start;
pub mod review;
pub mod roles;
pub mod secret_uses;
pub mod secrets;
pub mod system;
pub mod token_viewer;
pub mod users;

#[cfg(test)]
pub(crate) mod samples;
