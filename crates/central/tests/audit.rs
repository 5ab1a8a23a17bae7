//! `central audit` on books that hold: quiet, whatever has happened; and while counters write.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit_support;
mod common;

use central::audit::{self, Invariant};
use central::centre::Centre;
use central::demo::{self, DemoSize};
use common::{Engine, by_id, sale};
use indicatif::ProgressBar;
use protocol::operation::Body;

async fn a_full_story_leaves_the_books_in_order(engine: Engine) {
    let story = audit_support::told(engine).await;
    let report = audit::run(story.bench.centre.db()).await.unwrap();
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
    let centre = Centre::open(&store.url).await.unwrap();
    let size = DemoSize {
        seed: 7,
        members: 120,
        stores: 2,
        until: "2026-05-20".parse().ok(),
    };
    demo::make(&centre, &size, ProgressBar::hidden())
        .await
        .unwrap();
    let report = audit::run(centre.db()).await.unwrap();
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
            let report = audit::run(bench.centre.db()).await.unwrap();
            assert!(report.clean, "{}", report.text());
            let chain = report.checks.iter().find(|c| c.what == "chain").unwrap();
            seen.push(chain.rows);
        }
        seen
    };
    let ((), seen) = tokio::join!(selling, auditing);
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(
        audit::run(bench.centre.db()).await.unwrap().clean,
        "after the last sale"
    );
}

on_both_engines!(
    a_full_story_leaves_the_books_in_order,
    a_demo_brand_is_in_order,
    what_counters_commit_meanwhile_is_no_fault,
);
