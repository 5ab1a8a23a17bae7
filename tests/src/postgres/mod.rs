//! PostgreSQL for tests: each makes a database of its own and drops it at the end.
//!
//! The server is the one that [`VARIABLE`] names; without it, one that is started for the tests
//! that run at the moment. Where that cannot be, the test fails: none is left out in silence.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that cannot go on fails the test that it serves; each takes its part"
)]

pub mod cluster;

pub use cluster::{Cluster, VARIABLE};

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A database of one test; dropped with it.
#[derive(Debug)]
pub struct Database {
    name: String,
    server: Server,
}

#[derive(Debug, Clone)]
enum Server {
    Given(String),
    Own(Arc<Cluster>),
}

impl Server {
    /// The given one, else the own one; that is started for the first who asks and ends with the
    /// last.
    fn find() -> Self {
        static OWN: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        if let Ok(given) = std::env::var(VARIABLE)
            && !given.is_empty()
        {
            return Self::Given(given);
        }
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = own.upgrade() {
            return Self::Own(running);
        }
        let started = Cluster::start().unwrap_or_else(|why| {
            panic!("this test needs PostgreSQL, and {VARIABLE} names none: {why}")
        });
        let started = Arc::new(started);
        *own = Arc::downgrade(&started);
        Self::Own(started)
    }

    fn address(&self, database: &str) -> String {
        match self {
            Self::Own(cluster) => cluster.address(database),
            Self::Given(address) => with_database(address, database),
        }
    }

    /// Where databases are created from.
    fn main(&self) -> String {
        match self {
            Self::Own(cluster) => cluster.address("postgres"),
            Self::Given(address) => address.clone(),
        }
    }
}

impl Database {
    /// A new, empty database.
    ///
    /// # Panics
    /// Where there is no server, or it makes none.
    pub fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = Server::find();
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        let name = format!("test_{}_{n}_{}", std::process::id(), since.subsec_nanos());
        ask(&server.main(), &format!("CREATE DATABASE {name}"));
        Self { name, server }
    }

    /// Its address.
    pub fn address(&self) -> String {
        self.server.address(&self.name)
    }

    /// The file of the key of a centre that keeps its books here; it goes with the database.
    pub fn key(&self) -> PathBuf {
        key_of(&self.address())
    }

    /// What a statement answers: rows as lines, columns parted by `|`.
    ///
    /// # Panics
    /// Where the statement fails.
    pub fn ask(&self, sql: &str) -> String {
        ask(&self.address(), sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // most tests open no centre on it
        let _ = std::fs::remove_file(self.key());
        let _ = std::fs::remove_file(self.key().with_extension("sensitive.key"));
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(why) = try_ask(&self.server.main(), &sql) {
            eprintln!("a database of a test stays: {why}");
        }
    }
}

/// The file of the key of a centre that keeps its books in the test's database at an address.
pub fn key_of(address: &str) -> PathBuf {
    use std::hash::{DefaultHasher, Hash, Hasher};
    // the same in every process of this build, and another for each server
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    std::env::temp_dir().join(format!("counterpart-test-{:016x}.key", hasher.finish()))
}

/// Runs a statement by `psql`.
///
/// # Panics
/// Where it fails.
pub fn ask(address: &str, sql: &str) -> String {
    try_ask(address, sql).unwrap_or_else(|why| panic!("{sql}: {why}"))
}

fn try_ask(address: &str, sql: &str) -> Result<String, String> {
    let folder = cluster::programs().ok_or("psql is not here: install the package postgresql")?;
    let said = Command::new(folder.join("psql"))
        .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
        .args([
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            address,
            "--command",
            sql,
        ])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("psql: {e}"))?;
    if said.status.success() {
        Ok(String::from_utf8_lossy(&said.stdout).trim_end().to_owned())
    } else {
        Err(String::from_utf8_lossy(&said.stderr).into_owned())
    }
}

/// The address with another database in it.
fn with_database(address: &str, database: &str) -> String {
    let (place, more) = match address.split_once('?') {
        Some((place, more)) => (place, format!("?{more}")),
        None => (address, String::new()),
    };
    let host = place.find("://").map_or(0, |at| at + 3);
    let end = place[host..].find('/').map_or(place.len(), |at| host + at);
    format!("{}/{database}{more}", &place[..end])
}
