//! How long a search takes on an encrypted cache with a million members.
//!
//! `cargo run --release -p counter --example bench_find -- [--members N] [--queries N] [--json]
//! [--cache-mib N] [--dir DIR] [--keep]`. Fills a cache as a snapshot does, then opens it anew as the
//! app does and asks for members by each kind of key with a beginning of growing length.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    missing_docs
)]

mod people;

use clap::Parser;
use counter::search::{self, Kind, index, keys};
use counter::{Engine, KeyAccess};
use people::People;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const KEY: &str = "5f3b8c0d2e9a41767f8812c3d4e5f60718293a4b5c6d7e8f9011223344556677";
/// Rows on a screen of results.
const SHOWN: usize = 20;

#[derive(Parser)]
struct Args {
    /// Members in the cache.
    #[arg(long, default_value_t = 1_000_000)]
    members: u64,
    /// Queries of each kind.
    #[arg(long, default_value_t = 2_000)]
    queries: u64,
    /// Page cache of the reading connection.
    #[arg(long, default_value_t = 32)]
    cache_mib: u32,
    /// One more line, for machines.
    #[arg(long)]
    json: bool,
    /// Where the cache is made; a temporary folder otherwise.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Fill member by member, as pulls bring changes, instead of in bulk.
    #[arg(long)]
    by_change: bool,
    /// Add the members to the cache of this counter's home, which is enrolled and not in use, and
    /// measure nothing.
    #[arg(long)]
    fill_home: Option<PathBuf>,
    /// Leave the file, and take it as it is where it is there already.
    #[arg(long)]
    keep: bool,
}

fn open(path: &Path, cache_mib: u32) -> Connection {
    open_with(path, KEY, cache_mib)
}

fn open_with(path: &Path, key: &str, cache_mib: u32) -> Connection {
    let conn = Connection::open(path).expect("open");
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{key}'\"; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
         PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY;",
        cache_mib * 1024
    ))
    .expect("settings");
    conn.set_prepared_statement_cache_capacity(64);
    conn
}

/// Writes the members; answers when the last row was in, before the lists.
fn write(conn: &mut Connection, people: &People, args: &Args) -> Duration {
    let begun = Instant::now();
    let tx = conn.transaction().unwrap();
    let mut bulk = search::begin_bulk(&tx).unwrap();
    tx.commit().unwrap();
    let mut from = 0;
    while from < args.members {
        let to = (from + 20_000).min(args.members);
        let tx = conn.transaction().unwrap();
        for place in from..to {
            let member = people.member(place);
            if args.by_change {
                index::put_member(&tx, &member).unwrap();
            } else {
                bulk.put(&tx, &member).unwrap();
            }
        }
        tx.commit().unwrap();
        from = to;
    }
    let rows = begun.elapsed();
    let tx = conn.transaction().unwrap();
    if !args.by_change {
        search::finish_bulk(&tx, bulk).unwrap();
    }
    tx.commit().unwrap();
    rows
}

/// Adds members to a real counter's cache.
fn fill_home(home: &Path, args: &Args) {
    let key = std::fs::read_to_string(home.join("device.key")).expect("the home's key");
    // the outbox's, then the cache's
    let key = key.split_whitespace().nth(1).expect("the cache's key");
    let mut conn = open_with(&home.join("cache.db"), key, args.cache_mib);
    write(&mut conn, &People::new(), args);
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")
        .unwrap();
    println!(
        "filled {} with {} members more",
        home.display(),
        args.members
    );
}

fn fill(path: &Path, args: &Args) -> serde_json::Value {
    let people = People::new();
    let mut conn = open(path, args.cache_mib);
    let begun = Instant::now();
    let rows = write(&mut conn, &people, args);
    let all = begun.elapsed();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")
        .unwrap();
    let count = |table: &str| -> i64 {
        conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
    };
    let (keys, tops) = (count("search_key"), count("search_top"));
    let bytes = std::fs::metadata(path).unwrap().len();
    let per_second = args.members as f64 / all.as_secs_f64();
    println!(
        "filled {} members in {:.1} s ({:.1} s of it lists and the last keys), {per_second:.0} members/s",
        args.members,
        all.as_secs_f64(),
        (all - rows).as_secs_f64()
    );
    println!(
        "{keys} keys, {tops} places in lists, file {:.0} MiB",
        bytes as f64 / 1_048_576.0
    );
    serde_json::json!({ "seconds": all.as_secs_f64(), "members_per_second": per_second, "keys": keys,
        "list_places": tops, "file_bytes": bytes })
}

/// One kind of query: a beginning of `length` characters (0 = the whole) of a key of this kind.
struct Ask {
    name: String,
    kind: Kind,
    length: usize,
    scan: bool,
}

fn asks() -> Vec<Ask> {
    let of = |kind, label: &str, lengths: &[usize]| {
        lengths
            .iter()
            .map(|&length| {
                let name = if length == 0 {
                    format!("{label} whole")
                } else {
                    format!("{label} {length}")
                };
                Ask {
                    name,
                    kind,
                    length,
                    scan: false,
                }
            })
            .collect::<Vec<_>>()
    };
    let mut asks = of(Kind::Phone, "phone", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    asks.extend(of(Kind::Tail, "tail", &[0]));
    asks.extend(of(Kind::Name, "name", &[1, 2, 0]));
    asks.extend(of(Kind::Pinyin, "pinyin", &[1, 2, 3, 4, 5, 6, 7, 8, 0]));
    asks.extend(of(Kind::Initials, "initials", &[1, 2, 0]));
    asks.extend(of(Kind::MemberNo, "member no", &[1, 2, 4, 5, 6, 7, 8, 0]));
    asks.push(Ask {
        name: "member code".into(),
        kind: Kind::MemberNo,
        length: 0,
        scan: true,
    });
    asks
}

/// What would be typed for a member drawn at random who has such a key.
fn typed(ask: &Ask, people: &People, members: u64, dice: &mut StdRng) -> String {
    loop {
        let member = people.member(dice.random_range(0..members));
        let keys: Vec<_> = keys::of(&member)
            .into_iter()
            .filter(|key| key.kind == ask.kind)
            .collect();
        let Some(key) = keys.choose(dice) else {
            continue;
        };
        let text = key.text.trim_end_matches('!').chars().skip(1);
        let text: String = if ask.length == 0 {
            text.collect()
        } else {
            text.take(ask.length).collect()
        };
        return if ask.scan {
            format!("CPM:{text}")
        } else {
            text
        };
    }
}

/// Time that this thread was running. Wall time less this is what other programs took of the machine.
#[cfg(unix)]
fn worked() -> Duration {
    let at = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(at.tv_sec as u64, at.tv_nsec as u32)
}

#[cfg(not(unix))]
fn worked() -> Duration {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGUN.elapsed()
}

/// Reads that this process has asked of the system so far: with an encrypted file one for each page
/// that was not in the page cache, and each is decrypted and its checksum verified.
fn reads() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let calls = io.lines().find_map(|line| line.strip_prefix("syscr: "));
    calls.and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// What a series of queries took, sorted: by the clock on the wall, and by the processor.
#[derive(Default)]
struct Times {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

impl Times {
    fn of<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (wall, cpu) = (Instant::now(), worked());
        let done = work();
        self.cpu.push(worked().saturating_sub(cpu));
        self.wall.push(wall.elapsed());
        done
    }

    fn sorted(mut self) -> Self {
        self.wall.sort_unstable();
        self.cpu.sort_unstable();
        self
    }
}

fn share(sorted: &[Duration], of: f64) -> f64 {
    let at = ((sorted.len() - 1) as f64 * of).round() as usize;
    sorted.get(at).map_or(0.0, |d| d.as_secs_f64() * 1e6)
}

fn measure(conn: &Connection, asked: &[String]) -> (Times, f64, f64) {
    let before = reads();
    let mut times = Times::default();
    let mut hits = 0;
    for text in asked {
        let found = times.of(|| search::find(conn, text, SHOWN)).unwrap();
        assert!(!found.is_empty(), "{text} finds nobody");
        hits += found.len();
    }
    let each = |n: f64| n / asked.len() as f64;
    (
        times.sorted(),
        each(hits as f64),
        each((reads() - before) as f64),
    )
}

fn report(name: &str, times: &Times, hits: f64, pages: f64) -> serde_json::Value {
    let n = times.wall.len();
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|of| share(&times.wall, of));
    let [cpu50, cpu99] = [0.5, 0.99].map(|of| share(&times.cpu, of));
    println!(
        "{name:<16} {n:>6} {hits:>6.1} {pages:>6.1} {p50:>9.0} {p99:>9.0} {max:>9.0} {cpu50:>9.0} {cpu99:>9.0}"
    );
    serde_json::json!({ "kind": name, "queries": n, "hits": hits, "pages_read": pages, "p50_us": p50, "p99_us": p99, "max_us": max,
        "cpu_p50_us": cpu50, "cpu_p99_us": cpu99 })
}

/// The same questions by the way that the app takes: the engine's own `find`.
fn through_the_engine(dir: &Path, asked: &[String]) -> serde_json::Value {
    let engine = Engine::open(dir, &KeyAccess::insecure()).expect("engine");
    let before = reads();
    let mut times = Times::default();
    let mut hits = 0;
    for text in asked {
        hits += times.of(|| engine.find(text, SHOWN as u32)).unwrap().len();
    }
    let each = |n: f64| n / asked.len() as f64;
    report(
        "mixed, engine",
        &times.sorted(),
        each(hits as f64),
        each((reads() - before) as f64),
    )
}

/// A purchase of one member at a time, as a pull brings it.
fn changes(conn: &mut Connection, people: &People, members: u64) -> serde_json::Value {
    let mut dice = StdRng::seed_from_u64(99);
    let mut times = Times::default();
    for minute in 0..500 {
        let mut member = people.member(dice.random_range(0..members));
        member.last_purchase = Some(member.as_of + chrono::Duration::minutes(minute));
        times.of(|| {
            let tx = conn.transaction().unwrap();
            index::put_member(&tx, &member).unwrap();
            tx.commit().unwrap();
        });
    }
    report("put a purchase", &times.sorted(), 1.0, 0.0)
}

fn main() {
    let args = Args::parse();
    if let Some(home) = &args.fill_home {
        fill_home(home, &args);
        return;
    }
    let own = std::env::temp_dir().join(format!("counter-bench-find-{}", std::process::id()));
    let dir = args.dir.clone().unwrap_or(own);
    std::fs::create_dir_all(&dir).expect("folder");
    let path = dir.join("cache.db");
    let filled = if args.keep && path.exists() {
        serde_json::Value::Null
    } else {
        // the engine makes its own files; they are filled beside it
        std::fs::write(dir.join("device.key"), format!("{KEY} {KEY}")).expect("key");
        drop(Engine::open(&dir, &KeyAccess::insecure()).expect("engine"));
        fill(&path, &args)
    };

    let people = People::new();
    let mut conn = open(&path, args.cache_mib);
    println!(
        "page cache {} MiB, {SHOWN} hits with all that a row shows, microseconds:",
        args.cache_mib
    );
    println!(
        "{:<16} {:>6} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "asked by", "n", "hits", "pages", "p50", "p99", "max", "cpu p50", "cpu p99"
    );
    let mut dice = StdRng::seed_from_u64(7);
    let mut results = Vec::new();
    let mut mixed = Vec::new();
    for ask in asks() {
        let asked: Vec<String> = (0..args.queries)
            .map(|_| typed(&ask, &people, args.members, &mut dice))
            .collect();
        let (times, hits, pages) = measure(&conn, &asked);
        results.push(report(&ask.name, &times, hits, pages));
        mixed.extend(asked.into_iter().take(500));
    }
    mixed.shuffle(&mut dice);
    let (times, hits, pages) = measure(&conn, &mixed);
    results.push(report("mixed", &times, hits, pages));
    results.push(through_the_engine(&dir, &mixed));
    results.push(changes(&mut conn, &people, args.members));
    drop(conn);
    if !args.keep {
        std::fs::remove_dir_all(&dir).ok();
    }
    if args.json {
        let settings = serde_json::json!({ "members": args.members, "cache_mib": args.cache_mib, "shown": SHOWN,
            "cipher": "SQLCipher, AES-256, page 4096", "journal": "WAL", "synchronous": "NORMAL" });
        println!(
            "{}",
            serde_json::json!({ "bench": "find", "settings": settings, "fill": filled, "results": results })
        );
    }
}
