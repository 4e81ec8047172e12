//! Whose request it is: the peer's, or, behind proxies that we trust, the one whom they name.

use super::Networks;
use http::HeaderMap;
use std::net::IpAddr;

/// The address of the client, as far as it can be known. An extension of every request, and an extractor.
///
/// Of all headers only X-Forwarded-For counts, and only from trusted proxies; `Forwarded` and X-Real-IP never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

super::extracted!(ClientAddress, ClientAddress(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)));

/// The right-most address that is not a trusted proxy: each proxy appends who it talked to, so what stands left of
/// that was written by a stranger.
///
/// An entry that is no address (`unknown`, `_hidden`, a name) ends the search with the proxy that wrote it. Skipping it
/// would let whoever stands behind that proxy choose his own address.
pub(in crate::web) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let mut entries = lines
        .iter()
        .rev()
        .flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','))
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    while trusted.contains(nearest) {
        match entries.next().map(address) {
            Some(Some(address)) => nearest = address,
            Some(None) | None => break,
        }
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, each IPv6 address with or without a zone.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = match entry.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if entry.matches(':').count() == 1 => entry.split_once(':')?.0,
        None => entry,
    };
    let without_zone = bare.split_once('%').map_or(bare, |(address, _)| address);
    without_zone.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{Networks, client_address};
    use http::{HeaderMap, HeaderValue};

    fn resolve(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        let trusted = Networks::parse(trusted).unwrap();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn tp_13_a_stranger_is_not_believed() {
        for lines in [&["10.0.0.1"][..], &["127.0.0.1, 10.0.0.1"], &[]] {
            assert_eq!(resolve("203.0.113.5", lines, &[]), "203.0.113.5");
            assert_eq!(resolve("203.0.113.5", lines, &["10.0.0.0/8"]), "203.0.113.5");
        }
        assert_eq!(resolve("127.0.0.1", &["198.51.100.1"], &[]), "127.0.0.1", "not even this machine");
    }

    #[test]
    fn tp_14_the_right_most_untrusted_address_counts() {
        for (lines, client) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            (&["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (&["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (&["1.1.1.1", "198.51.100.1, 10.0.0.2", "10.0.0.3"], "198.51.100.1"),
            (&["garbage, 198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["fe80::1%eth0"], "fe80::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&[" , ,198.51.100.1,, "], "198.51.100.1"),
            (&["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
            (&[], "10.0.0.1"),
            (&[""], "10.0.0.1"),
        ] {
            assert_eq!(resolve("10.0.0.1", lines, &["10.0.0.0/8"]), client, "{lines:?}");
        }
    }

    #[test]
    fn tp_14_what_is_no_address_ends_the_search_and_is_never_looked_up() {
        for entry in ["unknown", "_hidden", "proxy.example.com", "999.1.1.1", "[::1", "1.2.3.4.5", "\u{e9}"] {
            let line = format!("198.51.100.1, {entry}");
            assert_eq!(resolve("10.0.0.1", &[&line], &["10.0.0.0/8"]), "10.0.0.1", "{entry}");
        }
    }

    #[test]
    fn tp_14_a_thousand_entries_are_no_trouble() {
        let many = vec!["10.1.2.3"; 1000].join(",");
        assert_eq!(resolve("10.0.0.1", &[&many], &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(resolve("10.0.0.1", &[&many, "198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }
}
