//! The program itself on PostgreSQL: every command, two services beside each other, and a server
//! that is killed while counters push.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::postgres::{Cluster, Database};
use crate::common::{Bench, Counter, Enrolled, Store, bench_beside, by_id, enrol, found, sale};
use centre_store::tables::{operation, receipt};
use futures_util::StreamExt;
use protocol::ids::OpId;
use protocol::operation::{Body, Operation};
use protocol::push::{Outcome, PushReply};
use sea_orm::EntityTrait;
use serde_json::Value;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(90);

const MAP: &str = r#"
timezone = "Asia/Shanghai"
currency = "CNY"
[members]
no = "no"
phone = "phone"
name = "name"
home_store = "store"
[purchases]
member = "no"
store = "store"
receipt = "receipt"
time = "time"
sku = "sku"
qty = "qty"
amount = "amount"
"#;
const MEMBERS: &str = "no,phone,name,store\n1,13800000001,单雅静,A\n2,13800000002,尉迟诗涵,B\n";
const PURCHASES: &str = "no,store,receipt,time,sku,qty,amount\n\
    1,A,R1,2026-03-01 10:00:00,S1,1,99.90\n\
    2,B,R1,2026-03-02 11:00:00,S1,1,50.00\n";

fn central(command: &str, url: &str) -> Command {
    let mut central = Command::new(env!("CARGO_BIN_EXE_central"));
    central
        .args([command, "--database", url])
        .env("CENTRAL_KEY", crate::common::postgres::key_of(url));
    central
}

fn said(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A service as a process of its own; killed when dropped.
struct Serving {
    child: Child,
    base: String,
}

impl Serving {
    fn start(url: &str) -> Self {
        let mut child = central("serve", url)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--phone-base",
                "http://127.0.0.1:1",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let base = format!("http://{}", told["listening"].as_str().unwrap());
        Self { child, base }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A live line to a served process.
struct Line {
    events: std::pin::Pin<Box<dyn futures_util::Stream<Item = Vec<u8>> + Send>>,
    heard: String,
}

impl Line {
    async fn open(bench: &Bench, device: &Enrolled, base: &str) -> Self {
        let reply = device.get(&bench.client, base, "/v1/live").await;
        assert_eq!(reply.status(), 200);
        let parts = reply.bytes_stream();
        Self {
            events: Box::pin(parts.map(|part| part.unwrap().to_vec())),
            heard: String::new(),
        }
    }

    async fn hears(&mut self, scope: &str, cursor: u64) {
        let wanted = format!(r#""scope":"{scope}","cursor":{cursor}}}"#);
        let reading = async {
            while !self.heard.contains(&wanted) {
                let part = self.events.next().await.unwrap();
                self.heard.push_str(&String::from_utf8_lossy(&part));
            }
        };
        let done = tokio::time::timeout(PATIENCE, reading).await;
        assert!(done.is_ok(), "no {wanted} in {}", self.heard);
    }
}

fn code(url: &str, store: &str) -> String {
    let made = central("enrol-code", url)
        .args(["--json", "--checkout", "--store", store])
        .output()
        .unwrap();
    said(&made)["code"].as_str().unwrap().to_owned()
}

/// A bench over an address, served by the process at `base`.
async fn bench_at(store: Store, base: &str) -> Bench {
    let centre = store.open().await.unwrap();
    let program = found(&centre).await;
    let folder = tempfile::tempdir().unwrap();
    bench_beside(folder, store, centre, program, base.to_owned())
}

#[tokio::test]
async fn demo_and_import_fill_an_empty_database() {
    let database = Database::fresh();
    let url = database.address();
    let made = central("demo", &url)
        .args(["--json", "--members", "60", "--stores", "2"])
        .output()
        .unwrap();
    let made = said(&made);
    assert_eq!(database.ask("SELECT COUNT(*) FROM member"), "60");
    let store = made["clerks"][0]["store"].as_str().unwrap();
    assert!(!code(&url, store).is_empty());

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let database = Database::fresh();
    let mut import = central("import", &database.address());
    import
        .arg("--json")
        .arg("--map")
        .arg(write("map.toml", MAP));
    let (members, purchases) = (write("members.csv", MEMBERS), write("sold.csv", PURCHASES));
    import.arg("--members").arg(members);
    import.arg("--purchases").arg(purchases);
    import.arg("--rejects").arg(folder.path().join("rejects"));
    // the second time it is all there
    for (taken, there) in [(2, 0), (0, 2)] {
        let report = said(&import.output().unwrap());
        for (file, taken, there) in [("members", taken, there), ("purchases", taken, there)] {
            assert_eq!(report[file]["taken"], taken, "{report}");
            assert_eq!(report[file]["already_there"], there, "{report}");
        }
    }
    assert_eq!(database.ask("SELECT SUM(earned) FROM receipt"), "149");
}

#[tokio::test]
async fn what_one_service_commits_pokes_the_counters_of_the_other() {
    let database = Database::fresh();
    let url = database.address();
    let (a, b) = (Serving::start(&url), Serving::start(&url));
    let store = Store {
        key: crate::common::postgres::key_of(&url.clone()),
        url: url.clone(),
        database: Some(database),
    };
    let bench = bench_at(store, &a.base).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = Counter::from(enrol(&bench.client, &a.base, &code(&url, "S1")).await);
    let listener = enrol(&bench.client, &b.base, &code(&url, "S1")).await;
    let mut line = Line::open(&bench, &listener, &b.base).await;
    for i in 0..3 {
        let op = counter.append(&Body::Sale(sale(&format!("T{i}"), 10_000, by_id(&member))));
        let PushReply::Done { visible, .. } = counter.push(&bench, &[op]).await else {
            panic!("not done")
        };
        let head = visible.iter().find(|v| v.scope == "store:S1").unwrap();
        line.hears("store:S1", head.cursor).await;
    }
    // the other one answers for what the first took in
    let beside = Bench {
        base: b.base.clone(),
        ..bench
    };
    assert_eq!(counter.sees(&beside, &member).await.receipts, 3);
    drop((a, b));
}

/// How far those who sell are.
#[derive(Default)]
struct Sold {
    /// Operations that were acknowledged.
    count: AtomicUsize,
    /// No more are wanted.
    enough: AtomicBool,
}

impl Sold {
    async fn some_more(&self) {
        let from = self.count.load(Ordering::Relaxed);
        let more = async {
            while self.count.load(Ordering::Relaxed) < from + 24 {
                tokio::time::sleep(Duration::from_millis(7)).await;
            }
        };
        tokio::time::timeout(PATIENCE, more).await.unwrap();
    }
}

/// Pushes sales, each batch again and again until it is acknowledged.
async fn sell(
    bench: Arc<Bench>,
    mut counter: Counter,
    member: String,
    sold: Arc<Sold>,
) -> Vec<OpId> {
    let device = counter.device.to_string();
    // short: a receipt's number has at most 40 characters
    let till = device.rsplit('-').next().unwrap();
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    let mut n = 0;
    while !sold.enough.load(Ordering::Relaxed) {
        let ops: Vec<Operation> = (0..3)
            .map(|i| {
                let no = format!("{till}-{n}-{i}");
                counter.append(&Body::Sale(sale(&no, 10_000, by_id(&member))))
            })
            .collect();
        n += 1;
        loop {
            let raw = counter
                .send(&bench, "/v1/push", &counter.request(&ops))
                .await;
            if raw.status == 503 {
                assert_eq!(raw.code(), "unavailable");
                refused += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            let text = String::from_utf8_lossy(&raw.body).into_owned();
            assert_eq!(raw.status, 200, "{text}");
            let PushReply::Done { results, .. } = serde_json::from_str(&text).unwrap() else {
                panic!("{text}")
            };
            sold.count.fetch_add(results.len(), Ordering::Relaxed);
            for result in results {
                let taken = matches!(result.outcome, Outcome::Applied(_) | Outcome::Exists(_));
                assert!(taken, "{result:?}");
                acknowledged.push(result.op_id);
            }
            break;
        }
    }
    assert!(refused < 1_000, "it did not come back");
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_has_lost_nothing_that_was_acknowledged() {
    let mut cluster = tokio::task::block_in_place(|| Cluster::start().unwrap());
    let url = cluster.address("postgres");
    let serving = Serving::start(&url);
    let store = Store {
        key: crate::common::postgres::key_of(&url.clone()),
        url: url.clone(),
        database: None,
    };
    let bench = Arc::new(bench_at(store, &serving.base).await);
    let member = bench.member("13800005678", 0).await;
    let listener = enrol(&bench.client, &serving.base, &code(&url, "S1")).await;
    let mut line = Line::open(&bench, &listener, &serving.base).await;
    let sold = Arc::new(Sold::default());
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let counter = Counter::from(enrol(&bench.client, &serving.base, &code(&url, "S1")).await);
        let (bench, member, sold) = (Arc::clone(&bench), member.clone(), Arc::clone(&sold));
        tasks.push(tokio::spawn(sell(bench, counter, member, sold)));
    }
    for _ in 0..2 {
        sold.some_more().await;
        tokio::task::block_in_place(|| {
            cluster.kill().unwrap();
            cluster.restart().unwrap();
        });
    }
    sold.some_more().await;
    sold.enough.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.extend(tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap());
    }
    let db = bench.centre.db().read();
    let rows = operation::Entity::find().all(db).await.unwrap();
    let owned = rows.into_iter().filter_map(|row| row.owns_id);
    let mut kept: Vec<String> = owned.map(|id| id.to_string()).collect();
    let mut told: Vec<String> = acknowledged.iter().map(ToString::to_string).collect();
    kept.sort();
    told.sort();
    assert_eq!(kept, told, "each once, and no other");
    let receipts = receipt::Entity::find().all(db).await.unwrap();
    assert_eq!(receipts.len(), told.len());
    let earned = bench.balance_of(&member, "earned").await;
    assert_eq!(earned, -100 * told.len() as i64);
    bench.check_sums().await;

    // the service has found its way back to the server's notifications
    let heads = centre::feed::heads(db, &["store:S1".to_owned()])
        .await
        .unwrap();
    line.hears("store:S1", heads[0].cursor).await;
}
