//! Lists of networks, for settings such as `server.trusted_proxies`.

use arc_swap::ArcSwap;
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// Networks, possibly none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Text that is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a network: write 10.0.0.0/8, fd00::/8 or a single address")]
pub struct InvalidNetwork(String);

impl Networks {
    /// Reads networks such as `10.0.0.0/8`, and single addresses.
    ///
    /// # Errors
    /// The first text that is neither.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, InvalidNetwork> {
        texts.into_iter().map(|text| network(text.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    /// This machine: `127.0.0.0/8` and `::1`.
    #[must_use]
    pub fn loopback() -> Self {
        let (four, six) = ([127, 0, 0, 0], std::net::Ipv6Addr::LOCALHOST);
        Self(vec![IpNet::new_assert(IpAddr::from(four), 8), IpNet::new_assert(IpAddr::from(six), 128)])
    }

    /// Whether `address` lies in one of them. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Networks that may change while the server runs. Clones are the same list.
#[derive(Debug, Clone, Default)]
pub struct LiveNetworks(Arc<ArcSwap<Networks>>);

impl LiveNetworks {
    /// The list as it is now.
    #[must_use]
    pub fn now(&self) -> Arc<Networks> {
        self.0.load_full()
    }

    /// Another list from now on, for everybody who has this one.
    pub fn replace(&self, networks: Networks) {
        self.0.store(Arc::new(networks));
    }
}

impl From<Networks> for LiveNetworks {
    fn from(networks: Networks) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(networks)))
    }
}

fn network(text: &str) -> Result<IpNet, InvalidNetwork> {
    let text = text.trim();
    IpNet::from_str(text)
        .or_else(|_| text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical())))
        .map_err(|_| InvalidNetwork(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Networks;

    #[test]
    fn networks_and_single_addresses_are_read() {
        let networks = Networks::parse(["10.0.0.0/8", " 192.0.2.7 ", "fd00::/8"]).unwrap();
        for (address, inside) in [
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("fd12::1", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(networks.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert!(!Networks::default().contains("127.0.0.1".parse().unwrap()));
        assert!(Networks::loopback().contains("127.8.8.8".parse().unwrap()));
    }

    #[test]
    fn anything_else_is_named_in_the_error() {
        for text in ["", "proxy.example.com", "10.0.0.0/33", "10.0.0.1:80", "*"] {
            let error = Networks::parse([text]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
