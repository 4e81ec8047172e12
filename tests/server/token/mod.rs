//! The token endpoint, for clients without users.

mod access_token;
mod client_authentication;
mod hot_path;
mod nodes;
mod request_shape;
mod scope;
mod secrets;
mod throttle;
