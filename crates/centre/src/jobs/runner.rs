//! The runner: what a process that serves does about jobs. It wakes for the next that is due, takes those that are, and
//! runs them side by side.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::lease::{self, Lease, When};
use super::run;
use crate::Centre;
use crate::error::ServiceError;
use crate::job::Job;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::job;

/// The longest sleep: another process may have died, or a clock was set.
const LOOK: Duration = Duration::from_secs(15);
/// The shortest: two that look at the same moment must not do so all the time.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs jobs as they become due, until it is told to stop; what runs then is given up and its lease given back. `who`
/// says which process this is, to people.
#[boxed]
pub async fn serve(centre: Centre, who: String, mut stopping: watch::Receiver<bool>) {
    if let Err(error) = centre.retrying(|| announce(&centre)).await {
        tracing::error!(%error, "saying which jobs are due");
    }
    let mut running = JoinSet::new();
    loop {
        let wait = match take_due(&centre, &who).await {
            Ok((taken, wait)) => {
                for lease in taken {
                    let (centre, stopping) = (centre.clone(), stopping.clone());
                    running.spawn(async move { run::run(&centre, lease, stopping).await });
                }
                wait
            }
            Err(error) => {
                tracing::error!(%error, "looking which jobs are due");
                LOOK
            }
        };
        tokio::select! {
            () = run::told_to_stop(&mut stopping) => break,
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Says that this process begins: a job that never ran is due, and so is one that depends on the build.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn announce(centre: &Centre) -> Result<(), ServiceError> {
    let transaction = centre.db().begin().await?;
    let now = centre.now();
    for job in Job::all() {
        lease::note(&transaction, job, now).await?;
    }
    let at_start = Job::all().filter(|job| job.at_start()).map(Job::name);
    job::Entity::update_many()
        .set(job::ActiveModel {
            due_at: Set(now.into()),
            ..Default::default()
        })
        .filter(job::Column::Name.is_in(at_start))
        .filter(job::Column::DueAt.gt(Col(now)))
        .exec(&transaction)
        .await?;
    Ok(transaction.commit().await?)
}

/// Takes every job that is due and that nobody runs; says how long nothing else will be due.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn take_due(centre: &Centre, who: &str) -> Result<(Vec<Lease>, Duration), ServiceError> {
    let now = centre.now();
    let mut taken = Vec::new();
    let mut wait = LOOK;
    for job in Job::all() {
        let row = match row_of(centre, job).await {
            // a row that cannot be read stops no other job
            Err(error) if error.is_corrupt() => {
                tracing::error!(job = job.name(), %error, "looking whether a job is due");
                continue;
            }
            other => other?,
        };
        let may = row.as_ref().map_or(now, may_run_from);
        if may > now {
            wait = wait.min(until(may, now));
            continue;
        }
        match Lease::take(centre, job, who, job.terms(), When::Due).await {
            // where another was faster it is that one's
            Ok(lease) => taken.extend(lease),
            // those that were taken are to be run whatever becomes of this one
            Err(error) => tracing::error!(job = job.name(), %error, "taking a job"),
        }
    }
    Ok((taken, wait.max(PAUSE)))
}

async fn row_of(centre: &Centre, job: Job) -> Result<Option<job::Model>, ServiceError> {
    Ok(job::Entity::find_by_id(job.name())
        .one(centre.db().read())
        .await?)
}

/// From when on a job may be run: once it is due, and nobody has it.
fn may_run_from(row: &job::Model) -> DateTime<Utc> {
    match (&row.holder, row.lease_until) {
        (Some(_), Some(until)) => *until.max(row.due_at),
        (None, _) | (_, None) => *row.due_at,
    }
}

fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    // past moments are no time to wait
    (at - now).to_std().unwrap_or(PAUSE)
}
