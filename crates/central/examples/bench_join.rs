//! Whole joins from many phones at once, over HTTP, with the bare durable commits of the same disk beside them.
//!
//! `cargo xtask bench join [--joins N] [--phones N] [--engine sqlite|postgres]`. A join is four requests as a phone makes them: the
//! page, the message, the proof, the sign-up. How many commits it needs is counted in the embedded database's write-ahead log.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    missing_docs
)]

#[path = "../../../tests/src/postgres/mod.rs"]
mod postgres;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use central::http::{AppState, Fresh, router};
use centre::joining::{self, NewPoster, Phone, SmsLimits};
use centre::key::KeyPlace;
use centre::{Centre, Clock, catalogue};
use clap::{Parser, ValueEnum};
use loyalty::Program;
use protocol::entity::{Brand, Store};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::{Value, json};

#[derive(Parser)]
struct Args {
    /// Joins that are measured.
    #[arg(long, default_value_t = 1_000)]
    joins: u32,
    /// Phones at once.
    #[arg(long, default_value_t = 32)]
    phones: u32,
    /// Where the centre keeps what it knows; without it, one after the other.
    #[arg(long, value_enum)]
    engine: Vec<Engine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let both = vec![Engine::Sqlite, Engine::Postgres];
    let engines = if args.engine.is_empty() {
        both
    } else {
        args.engine.clone()
    };
    let needs = commits_of_a_join().await;
    println!("one join alone: {needs} commits");
    for engine in engines {
        measure(engine, &args, needs).await;
    }
}

/// A centre that serves on loopback, and the path of a poster's code.
struct Serving {
    base: String,
    path: String,
    client: reqwest::Client,
}

async fn serve(url: &str, key: KeyPlace) -> Serving {
    let centre = Centre::open_at(url, &key, Clock::default()).await.unwrap();
    let rules = r#"{"version": 1, "behaviours": {"join": {"points": 50}}}"#;
    let program = Program::from_json(rules).unwrap();
    let mut work = centre.work().await.unwrap();
    let brand = Brand {
        name: "Bench".into(),
        demo: true,
        welcome_gift: String::new(),
        phone_base: String::new(),
        sign_up: None,
    };
    catalogue::put_brand(&mut work, &brand).await.unwrap();
    let store = Store {
        id: "S1".into(),
        name: "Store".into(),
        city: String::new(),
    };
    catalogue::put_store(&mut work, &store).await.unwrap();
    catalogue::publish_program(&mut work, &program, centre.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    let poster = NewPoster {
        store: "S1".into(),
        name: "door".into(),
        campaign: None,
        joins_a_day: 5_000,
    };
    let code = joining::add_poster(&centre, poster).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let all = u64::from(u32::MAX);
    let limits = SmsLimits {
        device: all,
        store: all,
        campaign: all,
        address: all,
        brand: all,
    };
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let state = AppState {
        providers: std::sync::Arc::from([]),
        centre,
        phone_base: base.as_str().into(),
        phone: Arc::new(Phone::limited(Arc::new(sms::Written::new(None)), limits)),
        fresh: Arc::new(Fresh::new().unwrap()),
        packages: centre::fleet::Folder::at(std::env::temp_dir()),
        stopping,
    };
    tokio::spawn(async move {
        let _serving = stop;
        axum::serve(listener, router(state)).await.unwrap();
    });
    Serving {
        base,
        path: protocol::join::path(&code.text()),
        client: reqwest::Client::new(),
    }
}

impl Serving {
    async fn post(&self, step: &str, body: &Value) -> Value {
        let url = format!("{}{}/{step}", self.base, self.path);
        let sent = self.client.post(url).json(body).send().await.unwrap();
        let status = sent.status();
        let reply: Value = sent.json().await.unwrap();
        assert!(status.is_success(), "{step}: {reply}");
        reply
    }

    /// One phone, from the code to the welcome.
    async fn join(&self, n: u32) {
        let url = format!("{}{}", self.base, self.path);
        let page = self.client.get(url).send().await.unwrap();
        assert!(page.status().is_success());
        page.bytes().await.unwrap();
        let phone = format!("139{n:08}");
        let asked = json!({"phone": phone, "ticket": phone});
        let sent = self.post("verify", &asked).await;
        let code = sent["demo_code"].as_str().unwrap();
        let typed = json!({"phone": phone, "ticket": phone, "verification": code});
        self.post("check", &typed).await;
        let form = json!({
            "phone": phone, "ticket": phone, "verification": code,
            "skin": {"moisture": "dry", "sensitivity": "", "pigmentation": "", "ageing": ""},
            "consents": [
                {"purpose": "terms", "given": true, "version": "2026-01"},
                {"purpose": "skin", "given": true, "version": "2026-01"},
            ],
        });
        let joined = self.post("join", &form).await;
        assert_eq!(joined["status"], "joined");
    }
}

/// Commits in the write-ahead log that one join adds to it.
async fn commits_of_a_join() -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let url = centre_store::db::sqlite_in(folder.path()).unwrap();
    let serving = serve(&url, KeyPlace::Beside).await;
    serving.join(1).await;
    settled().await;
    let (salt, before) = commits_in(folder.path());
    serving.join(2).await;
    settled().await;
    let (same, after) = commits_in(folder.path());
    assert_eq!(salt, same, "the log was begun anew meanwhile");
    after - before
}

/// What is written beside an answer, as the welcome message is, is done.
async fn settled() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// The log's salt, and how many of its frames end a transaction (<https://sqlite.org/fileformat2.html#the_write_ahead_log>).
fn commits_in(folder: &Path) -> ([u8; 8], u32) {
    let wal = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "db-wal"))
        .unwrap();
    let bytes = std::fs::read(wal).unwrap();
    let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let page = usize::try_from(word(8)).unwrap();
    let salt: [u8; 8] = bytes[16..24].try_into().unwrap();
    let frames = (32..bytes.len()).step_by(24 + page);
    let ends = frames
        .filter(|at| at + 24 <= bytes.len() && bytes[at + 8..at + 16] == salt && word(at + 4) != 0);
    (salt, u32::try_from(ends.count()).unwrap())
}

async fn measure(engine: Engine, args: &Args, needs: u32) {
    let folder = tempfile::tempdir().unwrap();
    let (database, url, bare, key) = match engine {
        Engine::Sqlite => {
            let url = centre_store::db::sqlite_in(folder.path()).unwrap();
            let bare = format!("sqlite://{}?mode=rwc", folder.path().join("bare").display());
            (None, url, bare, KeyPlace::Beside)
        }
        Engine::Postgres => {
            let database = postgres::Database::fresh();
            let (url, key) = (database.address(), database.key());
            (Some(database), url.clone(), url, KeyPlace::File(key))
        }
    };
    let serving = Arc::new(serve(&url, key).await);
    let floor = commits_a_second(engine, &bare).await;
    let next = Arc::new(AtomicU32::new(1));
    let failed = Arc::new(AtomicU32::new(0));
    let begun = Instant::now();
    let mut phones = Vec::new();
    for _ in 0..args.phones {
        let (serving, next, failed) =
            (Arc::clone(&serving), Arc::clone(&next), Arc::clone(&failed));
        let most = args.joins;
        phones.push(tokio::spawn(async move {
            let mut took = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n > most {
                    return took;
                }
                let (begun, serving) = (Instant::now(), Arc::clone(&serving));
                match tokio::spawn(async move { serving.join(n).await }).await {
                    Ok(()) => took.push(begun.elapsed()),
                    Err(_) => {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        }));
    }
    let mut took = Vec::new();
    for phone in phones {
        took.extend(phone.await.unwrap());
    }
    let whole = begun.elapsed();
    let again = commits_a_second(engine, &bare).await;
    drop(database);
    took.sort();
    let at = |percent: usize| {
        let place = took.len() * percent / 100;
        let found = took.get(place.min(took.len().saturating_sub(1)));
        found.map_or(f64::NAN, |t| t.as_secs_f64() * 1_000.0)
    };
    let rate = took.len() as f64 / whole.as_secs_f64();
    let floor = f64::midpoint(floor, again);
    let bar = floor / f64::from(2 * needs);
    println!(
        "{engine:?}: {} joins, {} phones at once, {} errors",
        took.len(),
        args.phones,
        failed.load(Ordering::Relaxed)
    );
    println!("  joins a second          {rate:8.1}");
    println!(
        "  p50 / p99               {:8.0} / {:.0} ms",
        at(50),
        at(99)
    );
    println!("  bare commits a second   {floor:8.1}");
    println!(
        "  bar: commits / (2 × {needs})  {bar:8.1}   {:.2} × the bar",
        rate / bar
    );
}

/// Durable commits of one row, one after the other, by one connection.
async fn commits_a_second(engine: Engine, url: &str) -> f64 {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    if engine == Engine::Sqlite {
        for pragma in ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"] {
            db.execute_unprepared(pragma).await.unwrap();
        }
    }
    db.execute_unprepared("CREATE TABLE IF NOT EXISTS bench_bare (n BIGINT)")
        .await
        .unwrap();
    let (begun, all) = (Instant::now(), 500);
    for n in 0..all {
        db.execute_unprepared(&format!("INSERT INTO bench_bare VALUES ({n})"))
            .await
            .unwrap();
    }
    f64::from(all) / begun.elapsed().as_secs_f64()
}
