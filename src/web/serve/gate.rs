//! Counts connections, in all and for each address.

use super::Limits;
use crate::metrics::Metrics;
use crate::web::layers::{LiveNetworks, Networks};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lets connections in until there are too many.
pub(super) struct Gate {
    most: usize,
    most_per_address: usize,
    this_machine: Networks,
    trusted_proxies: LiveNetworks,
    metrics: Arc<Metrics>,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    total: usize,
    /// Never longer than `total`: an entry goes with its last connection.
    by_neighbourhood: HashMap<IpAddr, usize>,
}

/// A place inside. Given back on drop.
pub(super) struct Pass {
    gate: Arc<Gate>,
    neighbourhood: Option<IpAddr>,
}

impl Gate {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.connections,
            most_per_address: limits.connections_per_address,
            this_machine: Networks::loopback(),
            trusted_proxies: limits.trusted_proxies.clone(),
            metrics: Arc::clone(&limits.metrics),
            inside: Mutex::default(),
        }
    }

    /// A place for a connection from `peer`, if there is one.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Pass> {
        let pass = self.place_for(peer);
        match &pass {
            Some(_) => self.metrics.connections.add(1),
            None => self.metrics.connections_refused.add(1),
        }
        pass
    }

    fn is_unlimited(&self, peer: IpAddr) -> bool {
        self.this_machine.contains(peer) || self.trusted_proxies.now().contains(peer)
    }

    fn place_for(self: &Arc<Self>, peer: IpAddr) -> Option<Pass> {
        let neighbourhood = (!self.is_unlimited(peer)).then(|| neighbourhood(peer));
        let mut inside = self.inside();
        if inside.total >= self.most {
            return None;
        }
        if let Some(key) = neighbourhood {
            let count = inside.by_neighbourhood.get(&key).copied().unwrap_or(0);
            if count >= self.most_per_address {
                return None;
            }
            inside.by_neighbourhood.insert(key, count + 1);
        }
        inside.total += 1;
        Some(Pass { gate: Arc::clone(self), neighbourhood })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.metrics.connections.add(-1);
        let mut inside = self.gate.inside();
        inside.total -= 1;
        let Some(key) = self.neighbourhood else { return };
        match inside.by_neighbourhood.get_mut(&key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                inside.by_neighbourhood.remove(&key);
            }
        }
    }
}

/// What counts as one address: of IPv6 the first 64 bits, because one subscriber owns all that follow.
fn neighbourhood(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Limits};
    use std::net::IpAddr;
    use std::sync::Arc;

    fn gate(connections: usize, connections_per_address: usize) -> Arc<Gate> {
        Arc::new(Gate::new(&Limits { connections, connections_per_address, ..Limits::default() }))
    }

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let gate = gate(10, 2);
        let _one = gate.enter(at("192.0.2.1")).unwrap();
        let two = gate.enter(at("::ffff:192.0.2.1")).unwrap();
        assert!(gate.enter(at("192.0.2.1")).is_none());
        assert!(gate.enter(at("192.0.2.2")).is_some());
        drop(two);
        assert!(gate.enter(at("192.0.2.1")).is_some());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let gate = gate(10, 1);
        let _one = gate.enter(at("2001:db8::1")).unwrap();
        assert!(gate.enter(at("2001:db8::2")).is_none());
        assert!(gate.enter(at("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn this_machine_has_no_limit_but_the_total() {
        let gate = gate(3, 1);
        let passes: Vec<_> = (0..3).map(|_| gate.enter(at("127.0.0.1")).unwrap()).collect();
        assert!(gate.enter(at("127.0.0.1")).is_none());
        drop(passes);
        assert!(gate.enter(at("::1")).is_some());
    }

    #[test]
    fn nothing_is_remembered_of_those_who_left() {
        let gate = gate(10, 2);
        for last in 0..=255_u8 {
            drop(gate.enter(IpAddr::from([192, 0, 2, last])));
        }
        assert!(gate.inside().by_neighbourhood.is_empty());
        assert_eq!(gate.inside().total, 0);
    }
}
