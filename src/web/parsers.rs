//! What reads strangers' bytes inside this floor, opened for those who try it with bytes of their own (`fuzz/`).

use super::layers::{self, Networks};
use super::{api, cookies};
use http::HeaderMap;
use std::net::IpAddr;

/// The value of a cookie; none if it is absent, or there twice.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    cookies::read(headers, name)
}

/// Whose request it is: the right-most address of X-Forwarded-For that is no trusted proxy.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    layers::client_address(peer, headers, trusted)
}

/// Reads a JSON body of the API as each of the things that are sent there.
pub fn api_bodies(json: &[u8]) {
    api::read_as_each(json);
}
