//! What an operator says of listening, and whether that is safe.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Request;
use clap::Args;
use ipnet::IpNet;

use super::connections::household;
use super::descriptors;
use super::tls::Tls;
use crate::cli::CommandError;
use crate::http::{Pace, Paces, Who};

/// Connections from one address by default: a hundred counters behind one, each with its live line, and their guests.
const PER_ADDRESS: usize = 1_024;

/// What `central serve` is told of listening.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Address to listen on; port 0 takes a free one. Anything but this machine's own needs TLS or a proxy
    #[arg(long, default_value = "127.0.0.1:8788")]
    pub listen: SocketAddr,
    /// Certificate for TLS with those above it, in PEM; read again when it was renewed
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Addresses or networks of proxies that speak TLS for this service. They alone say by x-forwarded-for who asks;
    /// without TLS here, nobody else may connect from another machine
    #[arg(long, value_name = "ADDR", value_delimiter = ',', value_parser = network)]
    pub behind_proxy: Vec<IpNet>,
    /// Connections at once, live lines among them; without it, as many as the system's limit of open files bears
    #[arg(long, value_name = "N")]
    pub connections: Option<usize>,
    /// Connections at once from one address; without it 1024, and half of all at most
    #[arg(long, value_name = "N")]
    pub connections_per_address: Option<usize>,
    /// Requests a second that one address may go on asking; four times as many at once
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub requests_per_address: u32,
    /// Requests a second that one device may go on asking from one address; twenty times as many at once
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub requests_per_device: u32,
    /// Requests a second that nobody has signed, from one address: phones, enrolling; ten times as many at once
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub unsigned_per_address: u32,
    /// Hold this machine's own addresses to the limits too
    #[arg(long)]
    pub limit_loopback: bool,
}

/// Who may reach the service, and how.
#[derive(Debug)]
pub struct Reach {
    pub(super) tls: Option<Tls>,
    proxies: Vec<IpNet>,
    limit_loopback: bool,
}

impl ListenArgs {
    /// Who may reach it.
    ///
    /// # Errors
    /// Where what travels would be read by anybody on the way; where certificate or key cannot be used.
    pub fn reach(&self) -> Result<Reach, CommandError> {
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                let read = Tls::read(certificate, key);
                Some(read.map_err(|e| CommandError::Failed(e.to_string()))?)
            }
            _ => None,
        };
        if tls.is_none() && self.behind_proxy.is_empty() && !self.listen.ip().is_loopback() {
            return Err(CommandError::Usage(format!(
                "--listen {} can be reached from other machines, and without TLS anybody on the way reads what counters \
                 and phones say. Give --tls-cert and --tls-key, or name the proxy that speaks TLS by --behind-proxy; \
                 plain HTTP is for 127.0.0.1 alone",
                self.listen
            )));
        }
        Ok(Reach {
            tls,
            proxies: self.behind_proxy.clone(),
            limit_loopback: self.limit_loopback,
        })
    }

    /// How often may be asked.
    pub fn paces(&self) -> Paces {
        Paces {
            address: Pace::new(self.requests_per_address, 4),
            unsigned: Pace::new(self.unsigned_per_address, 10),
            device: Pace::new(self.requests_per_device, 20),
        }
    }

    /// How many connections there may be: in all, and from one address.
    pub fn most_connections(&self) -> (usize, usize) {
        let bears = descriptors::connections();
        let all = self.connections.unwrap_or(bears);
        if all > bears {
            tracing::warn!(
                connections = all,
                bears,
                "more connections are allowed than the system's limit of open files bears"
            );
        }
        let one = self.connections_per_address;
        (all, one.unwrap_or(PER_ADDRESS.min(all.div_ceil(2))))
    }
}

impl Who for Arc<Reach> {
    fn asked_from(&self, peer: IpAddr, request: &Request) -> IpAddr {
        let said = request.headers().get_all("x-forwarded-for").iter();
        Reach::asked_from(self, peer, said.filter_map(|line| line.to_str().ok()))
    }

    fn is_counted(&self, address: IpAddr) -> bool {
        Reach::is_counted(self, address)
    }

    fn household(&self, address: IpAddr) -> IpAddr {
        household(address)
    }
}

impl Reach {
    /// Whether it speaks TLS itself.
    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether an address is one of the proxies.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|net| net.contains(&address))
    }

    /// Whether a connection from there may be taken: behind a proxy, plain HTTP past it is somebody's mistake, or worse.
    pub fn may_connect(&self, from: IpAddr) -> bool {
        self.tls.is_some() || self.proxies.is_empty() || from.is_loopback() || self.is_proxy(from)
    }

    /// Whether an address is held to the limits for one.
    pub fn is_counted(&self, address: IpAddr) -> bool {
        !self.is_proxy(address) && (self.limit_loopback || !address.is_loopback())
    }

    /// Who asks, where `peer` holds the connection: a proxy says it, and what stands before its own word anybody may
    /// have written.
    pub fn asked_from<'a>(&self, peer: IpAddr, forwarded: impl Iterator<Item = &'a str>) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.is_proxy(peer) {
            return peer;
        }
        let mut asked = peer;
        let said: Vec<&str> = forwarded.flat_map(|line| line.split(',')).collect();
        for one in said.into_iter().rev() {
            let Some(address) = read(one) else {
                break;
            };
            asked = address;
            if !self.is_proxy(address) {
                break;
            }
        }
        asked
    }
}

/// An address as a proxy writes it: some put a port behind it, and brackets around one of IPv6.
fn read(said: &str) -> Option<IpAddr> {
    let said = said.trim();
    let bare = said.strip_prefix('[').and_then(|s| s.strip_suffix(']'));
    let address = bare.unwrap_or(said).parse::<IpAddr>().ok();
    let address = address.or_else(|| said.parse::<SocketAddr>().ok().map(|a| a.ip()));
    address.map(|a| a.to_canonical())
}

fn network(said: &str) -> Result<IpNet, String> {
    let said = said.trim();
    let network = said.parse::<IpNet>().ok();
    let network = network.or_else(|| said.parse::<IpAddr>().ok().map(IpNet::from));
    network.ok_or_else(|| "an address (192.0.2.7) or a network (192.0.2.0/24)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Told {
        #[command(flatten)]
        listen: ListenArgs,
    }

    fn args(said: &[&str]) -> ListenArgs {
        let all = std::iter::once("serve").chain(said.iter().copied());
        Told::try_parse_from(all).unwrap().listen
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for listen in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1"] {
            assert!(args(&["--listen", listen]).reach().is_ok(), "{listen}");
        }
        for listen in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            let refused = args(&["--listen", listen]).reach().unwrap_err();
            let CommandError::Usage(why) = refused else {
                panic!("{refused}");
            };
            assert!(
                why.contains("--tls-cert") && why.contains("--behind-proxy"),
                "{why}"
            );
            let proxied = ["--listen", listen, "--behind-proxy", "192.0.2.7"];
            assert!(args(&proxied).reach().is_ok(), "{listen}");
        }
        let half = Told::try_parse_from(["serve", "--tls-cert", "c.pem"]);
        assert!(half.is_err(), "a certificate without its key");
    }

    #[test]
    fn only_a_proxy_says_who_asks() {
        let told = args(&[
            "--listen",
            "0.0.0.0:1",
            "--behind-proxy",
            "192.0.2.0/28, 2001:db8::1",
        ]);
        let reach = told.reach().unwrap();
        let asked = |peer: &str, said: &[&str]| reach.asked_from(ip(peer), said.iter().copied());
        assert_eq!(asked("198.51.100.9", &["203.0.113.1"]), ip("198.51.100.9"));
        assert_eq!(asked("192.0.2.1", &["203.0.113.1"]), ip("203.0.113.1"));
        assert_eq!(
            asked("2001:db8::1", &["203.0.113.1:4711"]),
            ip("203.0.113.1")
        );
        assert_eq!(
            asked("192.0.2.1", &["[2001:db8:9::1]"]),
            ip("2001:db8:9::1")
        );
        // what whoever asks has written before the proxy is not believed; a chain of proxies is
        for said in [
            &["127.0.0.1, 203.0.113.1"][..],
            &["127.0.0.1", "203.0.113.1, 192.0.2.2"],
        ] {
            assert_eq!(asked("192.0.2.1", said), ip("203.0.113.1"), "{said:?}");
        }
        for said in [&[][..], &["unknown"], &["203.0.113.1, unknown"]] {
            assert_eq!(asked("192.0.2.1", said), ip("192.0.2.1"), "{said:?}");
        }
        assert!(reach.may_connect(ip("192.0.2.1")) && reach.may_connect(ip("127.0.0.1")));
        assert!(!reach.may_connect(ip("203.0.113.1")));
        assert!(!reach.is_counted(ip("192.0.2.1")) && !reach.is_counted(ip("127.0.0.1")));
        assert!(reach.is_counted(ip("203.0.113.1")));
    }
}
