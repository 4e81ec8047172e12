//! The portal, in a browser without scripts.

mod activity;
mod audit;
mod clients;
mod doors;
mod forms;
mod keys;
mod logos;
mod looking;
mod mistakes;
mod programs;
mod roles;
mod secrets;
mod steps;
