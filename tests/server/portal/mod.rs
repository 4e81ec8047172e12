//! The portal, in a browser without scripts.

mod audit;
mod clients;
mod doors;
mod keys;
mod looking;
mod roles;
