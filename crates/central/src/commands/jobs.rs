//! `central jobs`: what passes by itself, when it is due and how it went; and one of it, now.

use centre_store::boxed;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde::Serialize;
use tokio::sync::watch;

use super::process::{stop_signal, this_process};
use crate::cli::{CommandError, DatabaseArgs, note, say};
use centre::jobs::{self, Job, Ran, Report, State};
use centre::log::{Entry, Kind};
use centre::{Centre, zone};

/// What `central jobs` is told.
#[derive(Debug, Clone, Args)]
pub struct JobsArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do; without it, the jobs are listed.
    #[command(subcommand)]
    pub what: Option<What>,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// List the jobs: when each is due, how it went last, and who runs it
    List,
    /// Run a job now, due or not, unless another process runs it at this moment
    Run {
        /// The job's name
        #[arg(value_parser = named)]
        job: Job,
    },
}

fn named(name: &str) -> Result<Job, String> {
    Job::named(name).ok_or_else(|| {
        let all: Vec<_> = Job::all().map(Job::name).collect();
        format!("there is no such job; there are {}", all.join(", "))
    })
}

/// A run that was asked for.
#[derive(Debug, Serialize)]
struct Done<'a> {
    job: &'static str,
    things: u64,
    said: String,
    faults: &'a [String],
}

/// Runs the command.
///
/// # Errors
/// Where the job fails or another process runs it; where the database cannot be had.
#[boxed]
pub async fn run(args: &JobsArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| match &args.what {
            None | Some(What::List) => list(centre, args.json).await,
            Some(What::Run { job }) => run_one(centre, *job, args.json).await,
        })
        .await
}

async fn list(centre: &Centre, json: bool) -> Result<(), CommandError> {
    let now = centre.now();
    let states = jobs::states(centre, now).await?;
    let zone = zone::known(centre.db().read(), now).await?;
    say(json, &states, || words(&states, zone, now))
}

async fn run_one(centre: &Centre, job: Job, json: bool) -> Result<(), CommandError> {
    let name = job.name();
    let (stop, stopping) = watch::channel(false);
    let who = this_process();
    let running = jobs::run_now(centre, job, &who, stopping);
    tokio::pin!(running);
    let ran = tokio::select! {
        ran = &mut running => ran?,
        () = stop_signal() => {
            // it hears of it as long as it runs
            let _ = stop.send(true);
            running.await?
        }
    };
    let why = match ran {
        Some(Ran::Done(report)) => {
            note(centre, Entry::of(Kind::JobRun).what(name)).await?;
            return done(job, &report, json);
        }
        Some(Ran::Failed(error)) => format!("{name} failed: {error}"),
        Some(Ran::Lost) => format!("{name} was taken by another process while it ran"),
        Some(Ran::Stopped) => format!("{name} was stopped; it is as due as it was"),
        None => held(centre, job).await?,
    };
    Err(CommandError::Failed(why))
}

fn done(job: Job, report: &Report, json: bool) -> Result<(), CommandError> {
    let done = Done {
        job: job.name(),
        things: report.things,
        said: job.did(report.things),
        faults: &report.faults,
    };
    say(json, &done, || {
        let faults = report.faults.iter().map(|fault| format!("  {fault}\n"));
        format!(
            "{}: {}\n{}",
            done.job,
            done.said,
            faults.collect::<String>()
        )
    })
}

/// Says who has a job that was not to be had.
async fn held(centre: &Centre, job: Job) -> Result<String, CommandError> {
    let states = jobs::states(centre, centre.now()).await?;
    let state = states.into_iter().find(|state| state.job == job.name());
    Ok(match state.and_then(|state| state.running) {
        Some(who) => format!(
            "{} is run by {} since {}; where that process died, the job is free at {}",
            job.name(),
            who.by,
            who.since,
            who.until
        ),
        None => format!("{} was run by another process at this moment", job.name()),
    })
}

const COLUMNS: [&str; 7] = [
    "job", "schedule", "due", "last run", "took", "outcome", "run by",
];

fn words(states: &[State], zone: Option<Tz>, now: DateTime<Utc>) -> String {
    let in_zone = zone.unwrap_or(chrono_tz::UTC);
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(COLUMNS);
    for state in states {
        table.add_row(cells(state, in_zone, now));
    }
    let times = match zone {
        Some(zone) => format!("Times and schedules are in the time zone {zone}."),
        None => "Times and schedules are in UTC: no program says a time zone yet.".to_owned(),
    };
    format!("{table}\n{times}\n")
}

fn cells(state: &State, zone: Tz, now: DateTime<Utc>) -> [String; 7] {
    let due = match state.due {
        Some(due) if due > now => written(due, zone),
        Some(_) | None => "now".to_owned(),
    };
    let (began, took, outcome) = match &state.last {
        None => ("never".to_owned(), String::new(), String::new()),
        Some(last) => (
            written(last.started, zone),
            lasted(last.finished - last.started),
            match (last.done, state.failures) {
                (true, _) => last.said.clone(),
                (false, 0 | 1) => format!("failed: {}", last.said),
                (false, n) => format!("failed {n} times: {}", last.said),
            },
        ),
    };
    let by = match &state.running {
        None => String::new(),
        Some(who) if who.over => format!("{}, which did not end it", who.by),
        Some(who) => format!("{} since {}", who.by, written(who.since, zone)),
    };
    [
        state.job.to_owned(),
        state.schedule.to_owned(),
        due,
        began,
        took,
        outcome,
        by,
    ]
}

fn written(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn lasted(time: TimeDelta) -> String {
    match time.num_seconds() {
        ..0 => String::new(),
        0..60 => format!(
            "{}.{} s",
            time.num_seconds(),
            time.subsec_nanos() / 100_000_000
        ),
        s @ 60..3_600 => format!("{} min {} s", s / 60, s % 60),
        s @ 3_600.. => format!("{} h {} min", s / 3_600, s % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use centre::jobs::{Holding, Last};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_row_says_how_a_job_stands() {
        let now = at("2026-03-01T10:00:00Z");
        let mut state = State {
            job: "health",
            schedule: "*/10 * * * *",
            due: None,
            running: None,
            last: None,
            runs: 0,
            failures: 0,
        };
        let zone = chrono_tz::Asia::Shanghai;
        let told = |state: &State| cells(state, zone, now)[2..].join("|");
        assert_eq!(told(&state), "now|never|||");
        state.due = Some(at("2026-03-01T10:10:00Z"));
        state.last = Some(Last {
            started: at("2026-03-01T09:50:00Z"),
            finished: at("2026-03-01T09:51:05Z"),
            done: false,
            things: 0,
            said: "database: gone".to_owned(),
        });
        state.failures = 2;
        assert_eq!(
            told(&state),
            "2026-03-01 18:10:00|2026-03-01 17:50:00|1 min 5 s|failed 2 times: database: gone|"
        );
        let mut holding = Holding {
            by: "till-7-ab".to_owned(),
            since: at("2026-03-01T09:59:00Z"),
            until: at("2026-03-01T10:02:00Z"),
            over: false,
        };
        state.running = Some(holding.clone());
        assert!(told(&state).ends_with("|till-7-ab since 2026-03-01 17:59:00"));
        holding.over = true;
        state.running = Some(holding);
        assert!(told(&state).ends_with("|till-7-ab, which did not end it"));
    }

    #[test]
    fn how_long_a_run_took_is_read_at_a_glance() {
        for (ms, told) in [
            (0, "0.0 s"),
            (1_250, "1.2 s"),
            (59_999, "59.9 s"),
            (61_000, "1 min 1 s"),
            (3_720_000, "1 h 2 min"),
            (-5_000, ""),
        ] {
            assert_eq!(lasted(TimeDelta::milliseconds(ms)), told);
        }
    }
}
