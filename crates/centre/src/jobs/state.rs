//! How every job stands, for people and for whoever watches the service.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use serde::Serialize;

use crate::Centre;
use crate::error::ServiceError;
use crate::job::Job;
use centre_store::tables::job::{self, Outcome};

/// How a job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// Its name.
    pub job: &'static str,
    /// Its schedule: a cron pattern in the time zone of the business.
    pub schedule: &'static str,
    /// When it is due; none where it never was: it runs as soon as something serves.
    pub due: Option<DateTime<Utc>>,
    /// Who has it now, or had it and never ended it; none where nobody has.
    pub running: Option<Holding>,
    /// The last run that ended; none where none has.
    pub last: Option<Last>,
    /// How many runs have ended.
    pub runs: u64,
    /// How many of them have failed since the last that did not.
    pub failures: u64,
}

/// Who has a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Which process.
    pub by: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when it has it, unless it renews that.
    pub until: DateTime<Utc>,
    /// Whether that is over: the process died, and the next one that looks takes the job.
    pub over: bool,
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Last {
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// Whether it did its work.
    pub done: bool,
    /// How many things it did or found.
    pub things: u64,
    /// What it did, or why it could not, in words.
    pub said: String,
}

/// How every job of this build stands at a moment.
///
/// # Errors
/// Where the database fails, or holds times that are none.
#[boxed]
pub async fn states(centre: &Centre, now: DateTime<Utc>) -> Result<Vec<State>, ServiceError> {
    let rows = job::Entity::find().all(centre.db().read()).await?;
    let state = |job: Job| state(job, rows.iter().find(|row| row.name == job.name()), now);
    Ok(Job::all().map(state).collect())
}

fn state(job: Job, row: Option<&job::Model>, now: DateTime<Utc>) -> State {
    State {
        job: job.name(),
        schedule: job.schedule(),
        due: row.map(|row| *row.due_at),
        running: row.and_then(|row| holding(row, now)),
        last: row.and_then(|row| last(job, row)),
        runs: row.map_or(0, |row| *row.runs),
        failures: row.map_or(0, |row| *row.failures),
    }
}

fn holding(row: &job::Model, now: DateTime<Utc>) -> Option<Holding> {
    let (by, since, until) = (row.holder.clone()?, *row.taken_at?, *row.lease_until?);
    Some(Holding {
        by,
        since,
        until,
        over: until <= now,
    })
}

fn last(job: Job, row: &job::Model) -> Option<Last> {
    let (started, finished, outcome) = (*row.started_at?, *row.finished_at?, row.outcome?);
    let things = *row.things;
    let said = match outcome {
        Outcome::Done if row.message.is_empty() => job.did(things),
        Outcome::Done => format!("{}: {}", job.did(things), row.message),
        Outcome::Failed => row.message.clone(),
    };
    Some(Last {
        started,
        finished,
        done: outcome == Outcome::Done,
        things,
        said,
    })
}
