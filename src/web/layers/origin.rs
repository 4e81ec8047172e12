//! The one origin under which this server is reached.

use std::fmt;
use std::net::IpAddr;
use url::Url;

/// Scheme, host and port, all in their normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    /// Lower case, punycode, IPv6 in brackets.
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an http or https URL; `None` for others.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self { https, host: url.host_str()?.to_owned(), port: url.port_or_known_default()? })
    }

    /// Whether browsers reach this server over TLS, be it here or in a proxy.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether `authority` (of a Host header) means this origin. `None` if it is no authority at all.
    pub(super) fn is_named_by(&self, authority: &str) -> Option<Named> {
        let (host, port) = split(authority)?;
        let port = port.unwrap_or(if self.https { 443 } else { 80 });
        let named = if port != self.port {
            Named::Other
        } else if host.eq_ignore_ascii_case(&self.host) {
            Named::This
        } else if self.host == "localhost" && is_loopback(host) {
            Named::SameMachine
        } else {
            Named::Other
        };
        Some(named)
    }
}

/// How an authority relates to an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It is the origin's.
    This,
    /// The origin is on `localhost`, and this is the same machine and port by number.
    SameMachine,
    /// Something else.
    Other,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.https { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Host and port of `host[:port]` (RFC 3986 section 3.2, without user information); `None` if it is not that.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(_) => {
            let end = authority.find(']')? + 1;
            let (host, rest) = authority.split_at(end);
            host[1..end - 1].parse::<std::net::Ipv6Addr>().ok()?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'[' | b']' | b':');
    if host.is_empty() || !host.bytes().all(is_host) {
        return None;
    }
    match port {
        None | Some("") => Some((host, None)),
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        Some(_) => None,
    }
}

fn is_loopback(host: &str) -> bool {
    host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Named, Origin};

    fn origin(url: &str) -> Origin {
        Origin::of(&url.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_usual_port_is_the_same_as_none() {
        assert_eq!(origin("https://ID.example.com:443/x").to_string(), "https://id.example.com");
        assert_eq!(origin("http://localhost:8484").to_string(), "http://localhost:8484");
        let home = origin("https://id.example.com");
        for (authority, named) in [
            ("id.example.com", Some(Named::This)),
            ("ID.Example.COM:443", Some(Named::This)),
            ("id.example.com:", Some(Named::This)),
            ("id.example.com:80", Some(Named::Other)),
            ("127.0.0.1", Some(Named::Other)),
            ("id.example.com.evil.test", Some(Named::Other)),
            ("xn--bcher-kva.example", Some(Named::Other)),
        ] {
            assert_eq!(home.is_named_by(authority), named, "{authority}");
        }
    }

    #[test]
    fn localhost_is_also_meant_by_its_numbers() {
        let home = origin("http://localhost:8484");
        for (authority, named) in [
            ("localhost:8484", Named::This),
            ("127.0.0.1:8484", Named::SameMachine),
            ("[::1]:8484", Named::SameMachine),
            ("127.0.0.1:8485", Named::Other),
            ("[::2]:8484", Named::Other),
            ("localhost", Named::Other),
        ] {
            assert_eq!(home.is_named_by(authority), Some(named), "{authority}");
        }
    }

    #[test]
    fn tp_02_what_is_no_authority_is_told_apart_from_another_host() {
        for garbage in [
            "",
            ":8484",
            "a b",
            "user@id.example.com",
            "id.example.com/x",
            "a,b",
            "a:b",
            "a:99999999",
            "[::1",
            "[x]",
            "::1",
            "a:1:2",
            "<script>",
        ] {
            assert_eq!(origin("https://id.example.com").is_named_by(garbage), None, "{garbage}");
        }
    }
}
