//! Coming in and going out, in a browser.

mod login;
mod sessions;
mod setup;
mod throttle;
