//! `central audit` on books that hold: quiet, whatever has happened; and while counters write.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::audit_support;
use crate::common;

use crate::common::{Engine, by_id, sale};
use brand_tools::demo::{self, DemoSize};
use centre::audit::{self, Invariant};
use indicatif::ProgressBar;
use protocol::operation::Body;
use sea_orm::ConnectionTrait;

async fn a_full_story_leaves_the_books_in_order(engine: Engine) {
    let story = audit_support::told(engine).await;
    let report = audit::run(story.bench.centre.db(), story.bench.centre.now())
        .await
        .unwrap();
    assert!(report.clean, "{}", report.text());
    for invariant in [
        Invariant::I1,
        Invariant::I2,
        Invariant::I3,
        Invariant::I4,
        Invariant::I5,
        Invariant::I6,
        Invariant::I7,
        Invariant::I8,
        Invariant::I9,
    ] {
        let mut own = report.checks.iter().filter(|c| c.invariant == invariant);
        assert!(own.any(|c| c.rows > 0), "{invariant:?} looked at nothing");
    }
    let text = report.text();
    assert!(!text.contains("VIOLATION"), "{text}");
}

async fn a_demo_brand_is_in_order(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let store = engine.store(folder.path());
    let centre = store.open().await.unwrap();
    let size = DemoSize {
        seed: 7,
        members: 120,
        stores: 2,
        until: "2026-05-20".parse().ok(),
    };
    demo::make(&centre, &size, ProgressBar::hidden())
        .await
        .unwrap();
    let report = audit::run(centre.db(), centre.now()).await.unwrap();
    assert!(report.clean, "{}", report.text());
    let transfers = report.checks.iter().find(|c| c.what == "transfer_sides");
    assert!(transfers.unwrap().rows > 500);
    centre.close().await.unwrap();
}

async fn what_counters_commit_meanwhile_is_no_fault(engine: Engine) {
    let bench = common::bench_on(engine).await;
    let member = bench.member("13800005678", 500).await;
    let mut counter = bench.counter(true).await;
    let selling = async {
        for n in 0..40 {
            let op = counter.append(&Body::Sale(sale(&format!("T{n}"), 1_000, by_id(&member))));
            counter.results(&bench, &[op]).await;
        }
    };
    let auditing = async {
        let mut seen = Vec::new();
        for _ in 0..12 {
            let report = audit::run(bench.centre.db(), bench.centre.now())
                .await
                .unwrap();
            assert!(report.clean, "{}", report.text());
            let chain = report.checks.iter().find(|c| c.what == "chain").unwrap();
            seen.push(chain.rows);
        }
        seen
    };
    let ((), seen) = tokio::join!(selling, auditing);
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(
        audit::run(bench.centre.db(), bench.centre.now())
            .await
            .unwrap()
            .clean,
        "after the last sale"
    );
}

/// A database on a server has its key elsewhere.
fn key_of_server(args: &[&str]) -> Option<(&'static str, std::path::PathBuf)> {
    let url = args.iter().find(|arg| arg.starts_with("postgres"))?;
    Some(("CENTRAL_KEY", crate::common::postgres::key_of(url)))
}

/// How the command ended, and what it said.
fn command(args: &[&str]) -> (Option<i32>, String) {
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_central"))
        .arg("audit")
        .args(args)
        .env_remove("CENTRAL_DATABASE")
        .env_remove("CENTRAL_DATA")
        .envs(key_of_server(args))
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    (done.status.code(), said)
}

async fn the_command_ends_as_the_books_stand(engine: Engine) {
    let story = audit_support::told(engine).await;
    let url = story.bench.store.url.as_str();
    let (code, said) = command(&["--database", url]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("transfer_sides"), "{said}");
    let planted = "UPDATE balance SET points = points + 1 WHERE account = 'adjusted'";
    let work = story.bench.centre.work().await.unwrap();
    work.on().execute_unprepared(planted).await.unwrap();
    work.commit().await.unwrap();
    let (code, said) = command(&["--database", url]);
    assert_eq!(code, Some(1), "{said}");
    let place = format!("balance {}/adjusted", story.rich);
    assert!(said.contains(&place), "{said}");
    let (code, said) = command(&["--json", "--database", url]);
    assert_eq!(code, Some(1), "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["clean"], false);
    let checks = report["checks"].as_array().unwrap();
    let balance = checks.iter().find(|c| c["what"] == "balance").unwrap();
    assert_eq!(balance["invariant"], "I1");
    let listed = balance["listed"].as_array().unwrap();
    assert!(listed.iter().any(|v| v["place"] == place.as_str()));
}

#[test]
fn nothing_is_no_database_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let path = missing.display().to_string();
    let url = format!("sqlite://{path}/central.db?mode=rwc");
    for args in [
        ["--data", path.as_str()],
        ["--database", url.as_str()],
        ["--database", "mysql://somewhere"],
        ["--data", ""],
    ] {
        assert_eq!(command(&args).0, Some(2), "{args:?}");
    }
    assert!(!missing.exists(), "asking made none");
}

on_both_engines!(
    the_command_ends_as_the_books_stand,
    a_full_story_leaves_the_books_in_order,
    a_demo_brand_is_in_order,
    what_counters_commit_meanwhile_is_no_fault,
);
