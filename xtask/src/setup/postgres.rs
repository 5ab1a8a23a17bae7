//! PostgreSQL for the tests: the server that the person names, else one of their own, started for
//! a step and ended with it.

// the tests' own way to start a server: where there is no xtask they do it themselves
#[path = "../../../tests/src/postgres/cluster.rs"]
#[allow(dead_code, reason = "the tests also kill it and start it again")]
mod cluster;

use super::apt;
use crate::failure::{Failure, Outcome};
use cluster::{Cluster, VARIABLE};
use std::process::Command;

/// A server for tests; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    own: Option<Cluster>,
}

/// Installs PostgreSQL where it is not here; whether it had to.
pub fn install() -> Outcome<bool> {
    if cluster::programs().is_some() {
        return Ok(false);
    }
    apt::install(&[apt::POSTGRES])
}

impl Server {
    /// The named one, or a new one.
    pub fn start() -> Outcome<Self> {
        if std::env::var_os(VARIABLE).is_some_and(|given| !given.is_empty()) {
            println!("PostgreSQL: the server in {VARIABLE}.");
            return Ok(Self { own: None });
        }
        let own = Cluster::start().map_err(Failure::because)?;
        println!("PostgreSQL: one of its own, {}.", own.address("postgres"));
        Ok(Self { own: Some(own) })
    }

    /// Tells a command's tests where it is.
    pub fn show<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        match &self.own {
            Some(own) => command.env(VARIABLE, own.address("postgres")),
            None => command,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_its_own_is_told_to_the_tests_and_ends() {
        let own = Cluster::start().unwrap();
        let address = own.address("postgres");
        let server = Server { own: Some(own) };
        let mut command = Command::new("sh");
        let said = server
            .show(command.args(["-c", "echo $COUNTERPART_POSTGRES"]))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), address);
        let port = address.rsplit_once(':').unwrap().1.split('/').next();
        let port: u16 = port.unwrap().parse().unwrap();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        drop(server);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
