//! How many connections there are at once, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the log is told that connections are refused.
const TELL: Duration = Duration::from_secs(10);

/// Connections that are open.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    per_address: usize,
    open: Mutex<Counts>,
    refused: AtomicU64,
    told: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// Why there is no room for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// There are as many as may be.
    All,
    /// There are as many from that address.
    Address,
}

impl Connections {
    /// At most so many in all, and from one address.
    pub fn new(most: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            per_address,
            open: Mutex::default(),
            refused: AtomicU64::new(0),
            told: Mutex::default(),
        })
    }

    fn open(&self) -> MutexGuard<'_, Counts> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one from this address; `counted` where it is held to the number for one address.
    ///
    /// # Errors
    /// Where there is none.
    pub fn take(self: &Arc<Self>, from: IpAddr, counted: bool) -> Result<Place, Full> {
        let mut open = self.open();
        if open.all >= self.most {
            return Err(Full::All);
        }
        let address = counted.then(|| household(from));
        if let Some(address) = address {
            let own = open.by.entry(address).or_default();
            if *own >= self.per_address {
                return Err(Full::Address);
            }
            *own += 1;
        }
        open.all += 1;
        Ok(Place {
            of: Arc::clone(self),
            address,
        })
    }

    /// Tells the log, now and then, that connections were refused.
    pub fn tell(&self, full: Full) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|at| at.elapsed() < TELL) {
            return;
        }
        *told = Some(Instant::now());
        match full {
            Full::All => tracing::warn!(
                most = self.most,
                refused,
                "as many connections are open as may be (--connections)"
            ),
            Full::Address => tracing::warn!(
                most = self.per_address,
                refused,
                "an address has as many connections as it may (--connections-per-address)"
            ),
        }
    }
}

/// What one household or office has, of whose network the rest is its own to choose: the address, or the first half of
/// one of IPv6.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    of: Arc<Connections>,
    address: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.of.open();
        open.all = open.all.saturating_sub(1);
        let Some(address) = self.address else {
            return;
        };
        if let Some(own) = open.by.get_mut(&address) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.by.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_share_and_gives_it_back() {
        let connections = Connections::new(5, 2);
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let own: Vec<Place> = (0..2)
            .map(|_| connections.take(one, true).unwrap())
            .collect();
        assert_eq!(connections.take(one, true).unwrap_err(), Full::Address);
        let _others = connections.take(other, true).unwrap();
        // one that is not held to a share still counts
        let _free: Vec<Place> = (0..2)
            .map(|_| connections.take(one, false).unwrap())
            .collect();
        assert_eq!(connections.take(other, true).unwrap_err(), Full::All);
        drop(own);
        assert!(connections.take(one, true).is_ok());
        assert_eq!(connections.open().by.len(), 1);
        assert_eq!(connections.open().all, 3);
    }

    #[test]
    fn a_network_of_version_six_is_one_address() {
        let at = |text: &str| household(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
