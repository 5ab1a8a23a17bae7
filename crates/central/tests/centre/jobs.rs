//! Jobs and their leases: one process alone runs each, what is lost is taken over, and nothing is done twice.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::future::pending;
use std::time::Duration;

use crate::common::{Engine, found};
use crate::jobs_support::{PATIENCE, at, does, never, noon, state, take, two};
use centre::error::ServiceError;
use centre::jobs::{self, Job, Lease, Ran, Report, Terms, When};
use centre::{Centre, job};
use centre_store::tables::job_done;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EntityTrait;
use tokio::sync::watch;

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

on_both_engines!(
    each_job_is_run_by_one_process_alone,
    a_lease_holds_against_a_clock_that_is_ahead_and_runs_out,
    a_long_run_keeps_its_lease_and_stops_where_it_is_lost,
    what_fails_is_told_and_tried_again_at_its_next_time,
    a_key_is_noted_with_its_effect_or_not_at_all,
    a_run_that_is_broken_off_is_taken_up_by_another,
    whoever_is_told_to_stop_gives_the_job_back,
);
