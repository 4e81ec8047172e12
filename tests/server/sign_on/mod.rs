//! Signing on to apps, over HTTP: authorize, consent, codes, tokens and signing out at an app's wish.

mod authorize;
mod bearer;
mod clock;
mod code;
mod coming_back;
mod consent;
mod cors;
mod end_session;
mod meant;
mod pages;
pub(crate) mod party;
mod pasted;
mod races;
mod refresh;
mod requests;
mod subject;
mod turning_back;
