//! The server as its neighbours know it: over HTTP, on both engines. Names begin with the id of the threat that they
//! answer, or with `ux` and the number of the promise to people that they hold, if there is one.

#[macro_use]
mod support;

mod api;
mod conformance;
mod connections;
mod discovery;
mod edges;
mod health;
mod jwks;
mod mail;
mod mail_retries;
mod openid_client;
mod opening;
mod outage;
mod portal;
mod rotation;
mod setup;
mod sign_in;
mod sign_on;
mod token;
mod traces;
