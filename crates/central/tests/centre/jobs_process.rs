//! Jobs in real processes: several share the work, one is killed in the middle of it, and people look at it.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::common::postgres::Database;
use crate::common::{Bench, Engine, bench_on, found};
use centre::jobs::{self, Job, State};
use centre::{Centre, Clock};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use serde_json::Value;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(90);
const TICK: Duration = Duration::from_millis(30);

fn central(url: &str, args: &[&str]) -> Command {
    let mut central = Command::new(env!("CARGO_BIN_EXE_central"));
    central.args([args[0], "--database", url]).args(&args[1..]);
    if url.starts_with("postgres") {
        central.env("CENTRAL_KEY", crate::common::postgres::key_of(url));
    }
    central
}

/// What a command says, and what it ends with.
fn told(url: &str, args: &[&str]) -> (String, String, Option<i32>) {
    let Output {
        stdout,
        stderr,
        status,
    } = central(url, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code())
}

/// A process of its own; killed when dropped.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.stderr(Stdio::null()).spawn().unwrap())
    }

    /// A service that listens.
    fn serve(url: &str) -> Self {
        let mut serve = central(url, &["serve", "--listen", "127.0.0.1:0"]);
        let mut running = Self::start({
            serve.stdout(Stdio::piped());
            serve
        });
        let mut line = String::new();
        let out = running.0.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        assert!(line.contains("listening"), "{line}");
        running
    }

    fn signal(&mut self, signal: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // it may have ended
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn states(centre: &Centre) -> Vec<State> {
    jobs::states(centre, centre.now()).await.unwrap()
}

async fn state(centre: &Centre, job: Job) -> State {
    let all = states(centre).await;
    all.into_iter().find(|s| s.job == job.name()).unwrap()
}

/// Waits until the jobs stand so.
async fn until(centre: &Centre, stand: impl Fn(&[State]) -> bool) -> Vec<State> {
    let waiting = async {
        loop {
            let states = states(centre).await;
            if stand(&states) {
                return states;
            }
            tokio::time::sleep(TICK).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

async fn services_share_the_work_and_people_look_at_it(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let store = engine.store(folder.path());
    let url = store.url.as_str();
    let centre = store.open().await.unwrap();
    let (fresh, _, _) = told(url, &["jobs"]);
    assert!(fresh.contains("never"), "{fresh}");
    assert!(fresh.contains("no program says a time zone yet"), "{fresh}");
    found(&centre).await;
    let mut services = [Running::serve(url), Running::serve(url)];
    let at_rest = |states: &[State]| states.iter().all(|s| s.runs > 0 && s.running.is_none());
    let first = until(&centre, at_rest).await;
    for one in &first {
        let last = one.last.as_ref().unwrap();
        assert!(last.done, "{one:?}");
        assert!(one.due.unwrap() > last.started, "{one:?}");
    }

    // as a table, and as JSON
    let (table, _, code) = told(url, &["jobs"]);
    assert_eq!(code, Some(0));
    for job in Job::all() {
        assert!(table.contains(job.name()), "{table}");
    }
    assert!(
        table.contains("Times and schedules are in the time zone Asia/Shanghai."),
        "{table}"
    );
    let (json, _, _) = told(url, &["jobs", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["job"], "health");
    assert_eq!(json[0]["schedule"], "*/10 * * * *");
    assert_eq!(json[0]["last"]["said"], "found all well");

    // one is run because somebody asks for it
    let before = state(&centre, Job::Visits).await.runs;
    let (said, _, code) = told(url, &["jobs", "run", "visits"]);
    assert_eq!(
        (said.as_str(), code),
        ("visits: had nothing to do\n", Some(0))
    );
    assert_eq!(state(&centre, Job::Visits).await.runs, before + 1);
    let (said, _, _) = told(url, &["jobs", "--json", "run", "health"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["job"], &said["things"]),
        (&"health".into(), &0.into())
    );
    let (_, wrong, code) = told(url, &["jobs", "run", "laundry"]);
    assert_eq!(code, Some(2));
    assert!(wrong.contains("passing-time"), "{wrong}");

    // told to stop, they leave no job behind
    for service in &mut services {
        service.signal("-TERM");
    }
    assert!(states(&centre).await.iter().all(|s| s.running.is_none()));
    centre.close().await.unwrap();
}

on_both_engines!(services_share_the_work_and_people_look_at_it);

/// A connection of the test's own, whose locks keep a job waiting.
async fn beside(database: &Database) -> DatabaseConnection {
    sea_orm::Database::connect(database.address())
        .await
        .unwrap()
}

/// A bench with a member whose time has come, and a transaction that holds her account.
async fn held_up(bench: &Bench, db: &DatabaseConnection) -> sea_orm::DatabaseTransaction {
    let member = bench.member("13800005678", 300).await;
    let holds = db.begin().await.unwrap();
    for sql in [
        "UPDATE account SET due_at = 0 WHERE member_id = $1",
        "SELECT 1 FROM account WHERE member_id = $1 FOR UPDATE",
    ] {
        let run = Statement::from_sql_and_values(DbBackend::Postgres, sql, [member.clone().into()]);
        if sql.starts_with("UPDATE") {
            db.execute_raw(run).await.unwrap();
        } else {
            holds.query_one_raw(run).await.unwrap().unwrap();
        }
    }
    holds
}

#[tokio::test]
async fn a_process_that_is_killed_in_the_middle_of_a_job_loses_it_after_the_lease() {
    let bench = bench_on(Engine::Postgres).await;
    let url = bench.store.url.as_str();
    let db = beside(bench.store.database.as_ref().unwrap()).await;
    let holds = held_up(&bench, &db).await;
    let job = Job::PassingTime;
    let has_it = |states: &[State]| {
        states
            .iter()
            .any(|s| s.job == job.name() && s.running.is_some())
    };
    let mut dies = Running::start(central(url, &["jobs", "run", job.name()]));
    until(&bench.centre, has_it).await;
    // nobody else runs it meanwhile, whoever asks
    let (_, refused, code) = told(url, &["jobs", "run", job.name()]);
    assert_eq!(code, Some(1));
    assert!(refused.contains("passing-time is run by"), "{refused}");
    dies.signal("-KILL");
    holds.rollback().await.unwrap();
    db.close().await.unwrap();

    // it is still on it, and nothing was done
    let left = state(&bench.centre, job).await;
    assert!(left.running.is_some() && left.runs == 0, "{left:?}");
    let (none, _) = jobs::take_due(&bench.centre, "another").await.unwrap();
    assert!(none.iter().all(|lease| lease.job() != job));
    for lease in none {
        lease.give_back(&bench.centre).await.unwrap();
    }
    let later = Clock::by_hand(bench.centre.now() + TimeDelta::minutes(4));
    let other = bench.store.open_by(later).await.unwrap();
    let (table, _, _) = told(url, &["jobs"]);
    assert!(table.contains(" since "), "{table}");
    let (some, _) = jobs::take_due(&other, "another").await.unwrap();
    let lease = some.into_iter().find(|lease| lease.job() == job).unwrap();
    lease.give_back(&other).await.unwrap();
    let (said, errors, _) = told(url, &["jobs", "run", job.name()]);
    assert_eq!(
        said, "passing-time: 1 member brought up to date\n",
        "{errors}"
    );
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_run_that_is_told_to_stop_gives_the_job_back() {
    let bench = bench_on(Engine::Postgres).await;
    let url = bench.store.url.as_str();
    let db = beside(bench.store.database.as_ref().unwrap()).await;
    let holds = held_up(&bench, &db).await;
    let job = Job::PassingTime;
    let mut stops = Running::serve(url);
    until(&bench.centre, |states| {
        let of = states.iter().find(|s| s.job == job.name()).unwrap();
        of.running.is_some()
    })
    .await;
    stops.signal("-TERM");
    let back = state(&bench.centre, job).await;
    assert_eq!((back.running, back.runs), (None, 0));
    holds.rollback().await.unwrap();
    db.close().await.unwrap();
}
