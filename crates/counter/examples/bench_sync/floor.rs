//! What nothing can be faster than: one durable commit, one round trip on this machine.

use super::figures::{Times, say};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Instant;

const COMMITS: usize = 400;
const TRIPS: usize = 2_000;
/// Bytes there and back: about a request that carries one operation.
const BYTES: usize = 1_024;

/// Both, in milliseconds.
pub struct Floor {
    /// A one-row commit in WAL with `synchronous=FULL`.
    pub commit: Times,
    /// A kilobyte over TCP to another thread and back.
    pub trip: Times,
}

impl Floor {
    pub fn json(&self) -> Value {
        json!({ "commit": self.commit.json(), "round_trip": self.trip.json() })
    }
}

pub fn measure(dir: &Path) -> Floor {
    let commit = commits(dir);
    let trip = trips();
    say(
        "bare commit, one row, WAL, synchronous=FULL: p50 / p99 ms",
        &format!("{:.3} / {:.3}", commit.p50(), commit.p99()),
    );
    say(
        "loopback round trip, 1 KiB each way: p50 / p99 ms",
        &format!("{:.3} / {:.3}", trip.p50(), trip.p99()),
    );
    Floor { commit, trip }
}

fn commits(dir: &Path) -> Times {
    let conn = Connection::open(dir.join("floor.db")).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.pragma_update(None, "synchronous", "FULL").unwrap();
    conn.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        .unwrap();
    let text = "x".repeat(200);
    let mut times = Times::default();
    for _ in 0..COMMITS {
        let begun = Instant::now();
        conn.prepare_cached("INSERT INTO t (b) VALUES (?1)")
            .unwrap()
            .execute([&text])
            .unwrap();
        times.add(begun.elapsed());
    }
    times
}

fn trips() -> Times {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let echo = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut bytes = [0u8; BYTES];
        while stream.read_exact(&mut bytes).is_ok() {
            stream.write_all(&bytes).unwrap();
        }
    });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut bytes = [7u8; BYTES];
    let mut times = Times::default();
    for _ in 0..TRIPS {
        let begun = Instant::now();
        stream.write_all(&bytes).unwrap();
        stream.read_exact(&mut bytes).unwrap();
        times.add(begun.elapsed());
    }
    drop(stream);
    echo.join().unwrap();
    times
}
