//! Jobs: one process alone runs each, what is lost is taken over, and nothing is done twice.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::future::pending;
use std::time::Duration;

use crate::common::{Engine, Store, found};
use centre::error::ServiceError;
use centre::jobs::{self, Job, Lease, Ran, Report, State, Terms, When};
use centre::{Centre, Clock, catalogue, job};
use centre_store::tables::{job as job_row, job_done};
use chrono::{DateTime, TimeDelta, Utc};
use loyalty::Program;
use sea_orm::EntityTrait;
use tokio::sync::watch;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A business day's noon in Shanghai.
fn noon() -> DateTime<Utc> {
    at("2026-03-02T04:03:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Two processes on one database, each with a clock of its own.
struct Two {
    a: Centre,
    a_clock: Clock,
    b: Centre,
    b_clock: Clock,
    // its database, and its folder: the last to go
    _store: Store,
    _folder: tempfile::TempDir,
}

async fn two(engine: Engine) -> Two {
    let folder = tempfile::tempdir().unwrap();
    let store = engine.store(folder.path());
    let (a_clock, b_clock) = (Clock::by_hand(noon()), Clock::by_hand(noon()));
    Two {
        a: Centre::open_with(&store.url, a_clock.clone())
            .await
            .unwrap(),
        b: Centre::open_with(&store.url, b_clock.clone())
            .await
            .unwrap(),
        a_clock,
        b_clock,
        _store: store,
        _folder: folder,
    }
}

/// A line on which nobody is told to stop.
fn never() -> watch::Receiver<bool> {
    // the sender is kept for ever: were it gone, that would be a sign to stop
    Box::leak(Box::new(watch::channel(false))).1.clone()
}

async fn state(centre: &Centre, job: Job) -> State {
    let states = jobs::states(centre, centre.now()).await.unwrap();
    states.into_iter().find(|s| s.job == job.name()).unwrap()
}

async fn take(centre: &Centre, job: Job) -> Option<Lease> {
    Lease::take(centre, job, "test", Terms::USUAL, When::Due)
        .await
        .unwrap()
}

/// Runs every job that is due; their names.
async fn run_due(centre: &Centre) -> BTreeSet<&'static str> {
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

async fn does(things: u64) -> Result<Report, ServiceError> {
    Ok(Report {
        things,
        faults: Vec::new(),
    })
}

async fn each_job_is_run_by_one_process_alone(engine: Engine) {
    let two = two(engine).await;
    let all: BTreeSet<_> = Job::all().collect();
    // a process that has never heard of the table begins beside another
    let (a, b) = tokio::join!(jobs::announce(&two.a), jobs::announce(&two.b));
    a.unwrap();
    b.unwrap();
    for _ in 0..3 {
        let (a, b) = tokio::join!(jobs::take_due(&two.a, "a"), jobs::take_due(&two.b, "b"));
        let leases: Vec<Lease> = [a.unwrap().0, b.unwrap().0].into_iter().flatten().collect();
        let jobs: BTreeSet<_> = leases.iter().map(Lease::job).collect();
        assert_eq!((leases.len(), &jobs), (all.len(), &all));
        // nothing is left, and nothing will be for some seconds
        let (left, wait) = jobs::take_due(&two.b, "b").await.unwrap();
        assert!(
            left.is_empty() && wait >= Duration::from_secs(5),
            "{wait:?}"
        );
        for lease in leases {
            lease.give_back(&two.a).await.unwrap();
        }
    }
}

async fn a_lease_holds_against_a_clock_that_is_ahead_and_runs_out(engine: Engine) {
    let two = two(engine).await;
    let lease = take(&two.a, Job::PassingTime).await.unwrap();
    let of_a = state(&two.b, Job::PassingTime).await.running.unwrap();
    assert!(of_a.by.starts_with("test-") && !of_a.over, "{of_a:?}");
    // a minute ahead, and half a minute after the last renewal
    two.b_clock.set(noon() + TimeDelta::seconds(90));
    assert!(take(&two.b, Job::PassingTime).await.is_none());
    two.a_clock.set(noon() + TimeDelta::seconds(30));
    assert!(lease.renew(&two.a).await.unwrap());
    two.b_clock.set(noon() + TimeDelta::seconds(200));
    assert!(take(&two.b, Job::PassingTime).await.is_none());
    assert!(
        jobs::run_now(&two.b, Job::PassingTime, "test", never())
            .await
            .unwrap()
            .is_none(),
        "nor where somebody asks for it"
    );
    // a has died, or sleeps
    two.b_clock.set(noon() + TimeDelta::seconds(210));
    let left = state(&two.b, Job::PassingTime).await.running.unwrap();
    assert!(left.over, "{left:?}");
    let next = take(&two.b, Job::PassingTime).await.unwrap();
    // it wakes: the job is no longer its own, and what it did is not written down
    assert!(!lease.renew(&two.a).await.unwrap());
    assert!(matches!(
        jobs::under(&two.a, lease, never(), does(7)).await,
        Ran::Lost
    ));
    assert_eq!(state(&two.b, Job::PassingTime).await.runs, 0);
    assert!(matches!(
        jobs::under(&two.b, next, never(), does(2)).await,
        Ran::Done(_)
    ));
    let ended = state(&two.a, Job::PassingTime).await;
    assert_eq!((ended.runs, ended.running), (1, None));
    assert_eq!(ended.last.unwrap().said, "2 members brought up to date");
    // ten past twelve
    assert_eq!(ended.due, Some(at("2026-03-02T04:10:00Z")));
}

async fn a_long_run_keeps_its_lease_and_stops_where_it_is_lost(engine: Engine) {
    let two = two(engine).await;
    let terms = Terms {
        length: Duration::from_secs(180),
        renewal: Duration::from_millis(20),
    };
    let job = Job::Visits;
    let lease = Lease::take(&two.a, job, "a", terms, When::Due).await;
    let lease = lease.unwrap().unwrap();
    let a = two.a.clone();
    let running = tokio::spawn(async move {
        let work = pending::<Result<Report, ServiceError>>();
        jobs::under(&a, lease, never(), work).await
    });
    let until = async |wanted: DateTime<Utc>| {
        while state(&two.b, job).await.running.unwrap().until < wanted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    for step in 1..=4 {
        let now = noon() + TimeDelta::seconds(100 * step);
        two.a_clock.set(now);
        two.b_clock.set(now);
        let renewed = until(now + TimeDelta::seconds(180));
        tokio::time::timeout(PATIENCE, renewed).await.unwrap();
        assert!(take(&two.b, job).await.is_none());
    }
    // b goes by a clock that is far too fast: for a moment both have it, until a renews
    two.b_clock.set(noon() + TimeDelta::hours(1));
    let other = take(&two.b, job).await.unwrap();
    let ran = tokio::time::timeout(PATIENCE, running).await.unwrap();
    assert!(matches!(ran.unwrap(), Ran::Lost));
    assert!(other.renew(&two.b).await.unwrap());
}

async fn what_fails_is_told_and_tried_again_at_its_next_time(engine: Engine) {
    let two = two(engine).await;
    found(&two.a).await;
    let job = Job::HeldOperations;
    let fails = async || {
        let lease = take(&two.a, job).await.unwrap();
        let work = async { Err(ServiceError::missing("a table", "a row")) };
        let ran = jobs::under(&two.a, lease, never(), work).await;
        assert!(
            matches!(ran, Ran::Failed(ServiceError::Corrupt { .. })),
            "{ran:?}"
        );
    };
    fails().await;
    let failed = state(&two.b, job).await;
    let last = failed.last.unwrap();
    assert_eq!(
        (last.done, last.said.as_str()),
        (false, "a table a row is missing")
    );
    assert_eq!((failed.runs, failed.failures), (1, 1));
    assert_eq!(failed.due, Some(at("2026-03-02T04:10:00Z")));
    assert!(take(&two.b, job).await.is_none(), "not at once");
    two.a_clock.set(at("2026-03-02T04:10:00Z"));
    fails().await;
    assert_eq!(state(&two.a, job).await.failures, 2);
    // a job that panics is one that fails: the process goes on
    two.a_clock.set(at("2026-03-02T04:20:00Z"));
    let lease = take(&two.a, job).await.unwrap();
    let work = async { panic!("a job that panics, as this test wants it to") };
    let ran = jobs::under(&two.a, lease, never(), work).await;
    assert!(matches!(ran, Ran::Failed(_)), "{ran:?}");
    let failed = state(&two.a, job).await;
    assert_eq!((failed.runs, failed.failures), (3, 3));
    assert!(failed.last.unwrap().said.contains("panicked"));
    two.a_clock.set(at("2026-03-02T04:30:00Z"));
    let lease = take(&two.a, job).await.unwrap();
    jobs::under(&two.a, lease, never(), does(0)).await;
    let done = state(&two.a, job).await;
    assert_eq!((done.runs, done.failures), (4, 0));
    assert_eq!(done.last.unwrap().said, "had nothing to do");
}

async fn a_key_is_noted_with_its_effect_or_not_at_all(engine: Engine) {
    let two = two(engine).await;
    let job = Job::PassingTime;
    let work = two.a.work().await.unwrap();
    assert!(work.once(job, "M1 2026").await.unwrap());
    assert!(!work.once(job, "M1 2026").await.unwrap());
    assert!(work.once(job, "M2 2026").await.unwrap());
    assert!(work.once(Job::Visits, "M1 2026").await.unwrap());
    // the process dies
    drop(work);
    let again = async |centre: &Centre| {
        let work = centre.work().await.unwrap();
        let new = work.once(job, "M1 2026").await.unwrap();
        work.commit().await.unwrap();
        new
    };
    // two at the same moment: the one waits for the other
    let (a, b) = tokio::join!(again(&two.a), again(&two.b));
    assert!(a != b, "one of both: {a} {b}");
    assert!(!again(&two.a).await);
    // long after, it is forgotten
    let days = |n| noon() + TimeDelta::days(n);
    assert_eq!(job::forget_keys(&two.a, days(700)).await.unwrap(), 0);
    assert_eq!(job::forget_keys(&two.a, days(801)).await.unwrap(), 1);
    let left = job_done::Entity::find().all(two.a.db().read()).await;
    assert!(left.unwrap().is_empty());
}

async fn a_run_that_is_broken_off_is_taken_up_by_another(engine: Engine) {
    let two = two(engine).await;
    let job = Job::TellingAnew;
    let each = |centre: Centre, stop_after: Option<u64>| async move {
        let mut things = 0;
        for n in 0..5 {
            if stop_after == Some(n) {
                pending::<()>().await;
            }
            let work = centre.work().await?;
            if work.once(job, &format!("thing {n}")).await? {
                things += 1;
            }
            work.commit().await?;
        }
        does(things).await
    };
    let lease = take(&two.a, job).await.unwrap();
    let a = two.a.clone();
    let work = each(two.a.clone(), Some(3));
    let dies = tokio::spawn(async move { jobs::under(&a, lease, never(), work).await });
    let three = async {
        while job_done::Entity::find()
            .all(two.b.db().read())
            .await
            .unwrap()
            .len()
            < 3
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, three).await.unwrap();
    dies.abort();
    assert!(dies.await.unwrap_err().is_cancelled());
    assert!(
        take(&two.b, job).await.is_none(),
        "the lease is still on it"
    );
    two.b_clock.set(noon() + TimeDelta::seconds(181));
    let lease = take(&two.b, job).await.unwrap();
    let done = jobs::under(&two.b, lease, never(), each(two.b.clone(), None)).await;
    let Ran::Done(report) = done else {
        panic!("{done:?}")
    };
    assert_eq!(report.things, 2, "what was done is not done again");
}

async fn whoever_is_told_to_stop_gives_the_job_back(engine: Engine) {
    let two = two(engine).await;
    let job = Job::SignUpCodes;
    let lease = take(&two.a, job).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let work = pending::<Result<Report, ServiceError>>();
    let running = jobs::under(&two.a, lease, stopping, work);
    let (ran, ()) = tokio::join!(running, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(true).unwrap();
    });
    assert!(matches!(ran, Ran::Stopped));
    let back = state(&two.b, job).await;
    assert_eq!((back.runs, back.running), (0, None));
    assert!(take(&two.b, job).await.is_some(), "as due as it was");
}

async fn the_service_runs_what_is_due_and_sleeps(engine: Engine) {
    let two = two(engine).await;
    found(&two.a).await;
    let (stop, stopping) = watch::channel(false);
    let runners = [&two.a, &two.b].map(|centre| {
        let runner = jobs::serve(centre.clone(), "runner".to_owned(), stopping.clone());
        tokio::spawn(runner)
    });
    let all_ran = async {
        loop {
            let states = jobs::states(&two.a, noon()).await.unwrap();
            if states.iter().all(|s| s.runs > 0 && s.running.is_none()) {
                return states;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let states = tokio::time::timeout(PATIENCE, all_ran).await.unwrap();
    for one in &states {
        let last = one.last.as_ref().unwrap();
        assert!(last.done && one.due > Some(noon()), "{one:?}");
    }
    stop.send(true).unwrap();
    for runner in runners {
        tokio::time::timeout(PATIENCE, runner)
            .await
            .unwrap()
            .unwrap();
    }
    // a new build depends on nothing but itself: what depends on it is due again, and nothing else
    assert_eq!(run_due(&two.a).await, BTreeSet::new());
    jobs::announce(&two.a).await.unwrap();
    let due = BTreeSet::from(["health", "held-operations", "telling-anew"]);
    assert_eq!(run_due(&two.a).await, due);
}

async fn publish(centre: &Centre, version: u32, zone: &str) {
    let document = format!(r#"{{"version": {version}, "timezone": "{zone}"}}"#);
    let program = Program::from_json(&document).unwrap();
    let mut work = centre.work().await.unwrap();
    catalogue::publish_program(&mut work, &program, centre.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
}

async fn before_a_program_is_published_schedules_are_of_utc(engine: Engine) {
    let two = two(engine).await;
    assert_eq!(run_due(&two.a).await.len(), Job::all().count());
    let due = async || state(&two.a, Job::JobKeys).await.due.unwrap();
    assert_eq!(due().await, at("2026-03-03T03:40:00Z"));
    assert_eq!(
        state(&two.a, Job::Health).await.due,
        Some(at("2026-03-02T04:10:00Z"))
    );
    publish(&two.a, 1, "Asia/Kathmandu").await;
    two.a_clock.set(at("2026-03-03T03:40:00Z"));
    assert!(run_due(&two.a).await.contains("job-keys"));
    // 3:40 in Kathmandu
    assert_eq!(due().await, at("2026-03-03T21:55:00Z"));
}

async fn rules_that_cannot_be_read_stop_no_job_but_their_own(engine: Engine) {
    use sea_orm::ConnectionTrait;
    let two = two(engine).await;
    found(&two.a).await;
    let spoil = "UPDATE program SET document = '{'";
    two.a.db().read().execute_unprepared(spoil).await.unwrap();
    // another process: it has read no rules yet
    let run = async |job| {
        let ran = jobs::run_now(&two.b, job, "test", never()).await.unwrap();
        (ran.unwrap(), state(&two.b, job).await)
    };
    let (ran, health) = run(Job::Health).await;
    assert!(
        matches!(&ran, Ran::Done(report) if report.things > 0),
        "{ran:?}"
    );
    let said = health.last.unwrap().said;
    assert!(said.contains("program 1 cannot be read"), "{said}");
    for (job, works) in [
        (Job::Visits, true),
        (Job::SignUpCodes, true),
        (Job::JobKeys, true),
    ] {
        let (ran, state) = run(job).await;
        assert_eq!(matches!(ran, Ran::Done(_)), works, "{ran:?}");
        assert!(state.due > Some(noon()), "{state:?}");
    }
}

/// In Athens clocks go from 3:00 to 4:00 in spring and from 4:00 to 3:00 in autumn.
async fn a_nightly_job_runs_once_on_the_days_when_clocks_change(engine: Engine) {
    let two = two(engine).await;
    for (version, first, last, times) in [
        (
            1,
            at("2026-03-28T20:00:00Z"),
            at("2026-03-30T12:00:00Z"),
            ["2026-03-29T01:00:00Z", "2026-03-30T00:40:00Z"],
        ),
        (
            2,
            at("2026-10-24T20:00:00Z"),
            at("2026-10-26T12:00:00Z"),
            ["2026-10-25T00:40:00Z", "2026-10-26T01:40:00Z"],
        ),
    ] {
        two.a_clock.set(first);
        publish(&two.a, version, "Europe/Athens").await;
        // one that was missed runs once, however long ago
        run_due(&two.a).await;
        let mut ran = Vec::new();
        let mut now = first;
        while now < last {
            now += TimeDelta::minutes(20);
            two.a_clock.set(now);
            if let Some(lease) = take(&two.a, Job::JobKeys).await {
                jobs::under(&two.a, lease, never(), does(0)).await;
                ran.push(now);
            }
        }
        assert_eq!(ran, times.map(at));
    }
}

async fn a_job_of_another_build_is_left_alone(engine: Engine) {
    let two = two(engine).await;
    let other = job_row::ActiveModel {
        name: sea_orm::ActiveValue::Set("of-a-newer-build".to_owned()),
        due_at: sea_orm::ActiveValue::Set(0),
        ..Default::default()
    };
    job_row::Entity::insert(other)
        .exec_without_returning(two.a.db().read())
        .await
        .unwrap();
    assert_eq!(run_due(&two.a).await.len(), Job::all().count());
    let states = jobs::states(&two.a, noon()).await.unwrap();
    assert_eq!(states.len(), Job::all().count());
}

on_both_engines!(
    each_job_is_run_by_one_process_alone,
    a_lease_holds_against_a_clock_that_is_ahead_and_runs_out,
    a_long_run_keeps_its_lease_and_stops_where_it_is_lost,
    what_fails_is_told_and_tried_again_at_its_next_time,
    a_key_is_noted_with_its_effect_or_not_at_all,
    a_run_that_is_broken_off_is_taken_up_by_another,
    whoever_is_told_to_stop_gives_the_job_back,
    the_service_runs_what_is_due_and_sleeps,
    before_a_program_is_published_schedules_are_of_utc,
    rules_that_cannot_be_read_stop_no_job_but_their_own,
    a_nightly_job_runs_once_on_the_days_when_clocks_change,
    a_job_of_another_build_is_left_alone,
);
