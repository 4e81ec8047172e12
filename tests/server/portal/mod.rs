//! The portal, in a browser without scripts.

mod clients;
mod doors;
