//! What comes in headers and bodies, and the settings.

use super::text;
use http::{HeaderMap, HeaderValue};
use portcullis::config::{Config, Sources};
use portcullis::web::layers::Networks;
use portcullis::web::parsers;
use std::net::{IpAddr, Ipv4Addr};

/// Lines of one header, one a line of the bytes; as a server of HTTP would let them through.
fn headers(name: &'static str, bytes: &[u8]) -> HeaderMap {
    let lines = bytes.split(|&byte| byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    lines.map(|line| (http::HeaderName::from_static(name), line)).collect()
}

/// Cookies: a value has no separator in it.
pub fn cookie_header(bytes: &[u8]) {
    let headers = headers("cookie", bytes);
    if let Some(value) = parsers::cookie(&headers, "s") {
        assert!(!value.contains(';'), "{value}");
        let text = text(bytes);
        assert!(text.contains(&format!("s={value}")), "{value}");
    }
}

/// X-Forwarded-For: a stranger is himself, whatever he writes, and behind a proxy nobody is the proxy's proxy.
pub fn forwarded_for(bytes: &[u8]) {
    let headers = headers("x-forwarded-for", bytes);
    let trusted = Networks::parse(["10.0.0.0/8"]).expect("a network");
    let stranger = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 5));
    assert_eq!(parsers::client_address(stranger, &headers, &trusted), stranger);
    let _ = parsers::client_address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), &headers, &trusted);
}

/// A body of the API, read as each of the things that are sent there.
pub fn api_body(bytes: &[u8]) {
    parsers::api_bodies(bytes);
}

/// The file of settings: what is wrong is said, in sentences.
pub fn config_file(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("portcullis.toml");
    std::fs::write(&path, bytes).expect("a file");
    let sources = Sources { config_file: Some(path), cwd: folder.path().to_owned(), ..Sources::default() };
    match Config::load(&sources) {
        Ok(config) => assert!(!config.fingerprint().is_empty()),
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
}
