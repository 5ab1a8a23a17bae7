//! When jobs are due: at the start, in the time zone of the business, on days when clocks change, and without rules.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::time::Duration;

use crate::common::{Engine, found};
use crate::jobs_support::{PATIENCE, at, does, never, noon, run_due, state, take, two};
use centre::jobs::{self, Job, Ran};
use centre::{Centre, catalogue};
use centre_store::tables::job as job_row;
use chrono::{DateTime, TimeDelta};
use loyalty::Program;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use tokio::sync::watch;

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
        assert!(last.done, "{one:?}");
    }
    stop.send(true).unwrap();
    for runner in runners {
        tokio::time::timeout(PATIENCE, runner)
            .await
            .unwrap()
            .unwrap();
    }
    let of_the_build = BTreeSet::from(["health", "held-operations", "sealing", "telling-anew"]);
    // the one that began last may have been told to stop before it ran what its beginning made due again
    let left = run_due(&two.a).await;
    assert!(left.is_subset(&of_the_build), "{left:?}");
    assert_eq!(run_due(&two.a).await, BTreeSet::new());
    // with the next process what depends on its build is due again, and nothing else
    jobs::announce(&two.a).await.unwrap();
    assert_eq!(run_due(&two.a).await, of_the_build);
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
        (Job::PassingTime, false),
    ] {
        let (ran, state) = run(job).await;
        assert_eq!(matches!(ran, Ran::Done(_)), works, "{ran:?}");
        assert!(state.due > Some(noon()), "{state:?}");
        if !works {
            let said = state.last.unwrap().said;
            assert!(said.contains("program 1 cannot be read"), "{said}");
        }
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
        name: Set("of-a-newer-build".to_owned()),
        due_at: Set(DateTime::UNIX_EPOCH.into()),
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

async fn a_row_that_cannot_be_read_stops_no_job_but_its_own(engine: Engine) {
    let two = two(engine).await;
    let all = run_due(&two.a).await.len();
    let broken =
        "UPDATE job SET due_at = CASE name WHEN 'visits' THEN 9223372036854775807 ELSE 0 END";
    let db = two.a.db().read();
    db.execute_unprepared(broken).await.unwrap();
    assert_eq!(run_due(&two.a).await.len(), all - 1);
    let said = jobs::states(&two.a, noon()).await.unwrap_err().to_string();
    assert!(said.contains("due_at is invalid as a moment"), "{said}");
}

on_both_engines!(
    a_row_that_cannot_be_read_stops_no_job_but_its_own,
    the_service_runs_what_is_due_and_sleeps,
    before_a_program_is_published_schedules_are_of_utc,
    rules_that_cannot_be_read_stop_no_job_but_their_own,
    a_nightly_job_runs_once_on_the_days_when_clocks_change,
    a_job_of_another_build_is_left_alone,
);
