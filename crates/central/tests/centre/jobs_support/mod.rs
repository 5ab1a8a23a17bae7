//! Two processes on one database, and the jobs that they run.

// each test file uses its part; a test's helper fails by panicking
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::time::Duration;

use crate::common::{Engine, Store};
use centre::error::ServiceError;
use centre::jobs::{self, Job, Lease, Ran, Report, State, Terms, When};
use centre::{Centre, Clock};
use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A business day's noon in Shanghai.
pub fn noon() -> DateTime<Utc> {
    at("2026-03-02T04:03:00Z")
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Two processes on one database, each with a clock of its own.
pub struct Two {
    pub a: Centre,
    pub a_clock: Clock,
    pub b: Centre,
    pub b_clock: Clock,
    // its database, and its folder: the last to go
    _store: Store,
    _folder: tempfile::TempDir,
}

pub async fn two(engine: Engine) -> Two {
    let folder = tempfile::tempdir().unwrap();
    let store = engine.store(folder.path());
    let (a_clock, b_clock) = (Clock::by_hand(noon()), Clock::by_hand(noon()));
    Two {
        a: store.open_by(a_clock.clone()).await.unwrap(),
        b: store.open_by(b_clock.clone()).await.unwrap(),
        a_clock,
        b_clock,
        _store: store,
        _folder: folder,
    }
}

/// A line on which nobody is told to stop.
pub fn never() -> watch::Receiver<bool> {
    // the sender is kept for ever: were it gone, that would be a sign to stop
    Box::leak(Box::new(watch::channel(false))).1.clone()
}

pub async fn state(centre: &Centre, job: Job) -> State {
    let states = jobs::states(centre, centre.now()).await.unwrap();
    states.into_iter().find(|s| s.job == job.name()).unwrap()
}

pub async fn take(centre: &Centre, job: Job) -> Option<Lease> {
    Lease::take(centre, job, "test", Terms::USUAL, When::Due)
        .await
        .unwrap()
}

/// Runs every job that is due; their names.
pub async fn run_due(centre: &Centre) -> BTreeSet<&'static str> {
    let (taken, _) = jobs::take_due(centre, "test").await.unwrap();
    let mut ran = BTreeSet::new();
    for lease in taken {
        let (job, now, own) = (lease.job(), lease.taken_at(), centre.clone());
        let work = async move { job.run(&own, now).await };
        let done = jobs::under(centre, lease, never(), work).await;
        assert!(matches!(done, Ran::Done(_)), "{job:?}: {done:?}");
        ran.insert(job.name());
    }
    ran
}

pub async fn does(things: u64) -> Result<Report, ServiceError> {
    Ok(Report {
        things,
        faults: Vec::new(),
    })
}
