//! The portal, in a browser without scripts.

mod activity;
mod audit;
mod clients;
mod doors;
mod keys;
mod looking;
mod logos;
mod programs;
mod roles;
