//! One run of a job, under its lease: renewed while it goes on, given up where it is lost.

use std::future::Future;

use centre_store::boxed;
use centre_store::tables::job::Outcome;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::lease::{Ended, Lease, When};
use super::registry::Report;
use super::schedule::{self, ScheduleError};
use crate::Centre;
use crate::error::ServiceError;
use crate::job::Job;
use crate::zone;

/// When a job is looked at again whose schedule names no time.
const UNSCHEDULED: TimeDelta = TimeDelta::hours(1);

/// How a run came to its end.
#[derive(Debug)]
pub enum Ran {
    /// The job did its work.
    Done(Report),
    /// It could not; it is tried again at its next time.
    Failed(ServiceError),
    /// Another process has the job by now: this one stopped.
    Lost,
    /// The service was told to stop; the job is as due as it was.
    Stopped,
}

/// Runs a job now, whether it is due or not; none where another process runs it at this moment.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn run_now(
    centre: &Centre,
    job: Job,
    who: &str,
    stopping: watch::Receiver<bool>,
) -> Result<Option<Ran>, ServiceError> {
    let Some(lease) = Lease::take(centre, job, who, job.terms(), When::Asked).await? else {
        return Ok(None);
    };
    Ok(Some(run(centre, lease, stopping).await))
}

/// Does what a job does, under its lease.
pub(super) async fn run(centre: &Centre, lease: Lease, stopping: watch::Receiver<bool>) -> Ran {
    let (job, now, own) = (lease.job(), lease.taken_at(), centre.clone());
    let work = async move { job.run(&own, now).await };
    under(centre, lease, stopping, work).await
}

/// Does some work under a job's lease, which is renewed until the work ends. The work may be given up at any moment where
/// it waits for something.
pub async fn under<W>(
    centre: &Centre,
    lease: Lease,
    mut stopping: watch::Receiver<bool>,
    work: W,
) -> Ran
where
    W: Future<Output = Result<Report, ServiceError>> + Send + 'static,
{
    let job = lease.job();
    // a task of its own: it goes on while the lease is renewed, and ends with this set
    let mut running = JoinSet::new();
    running.spawn(work);
    let done = loop {
        let next = tokio::select! {
            done = running.join_next() => Next::Ended(done.map_or_else(|| gone(job), whole)),
            () = told_to_stop(&mut stopping) => Next::Stop,
            () = tokio::time::sleep(lease.renewal()) => Next::Renew,
        };
        match next {
            Next::Ended(done) => break done,
            Next::Stop => {
                running.shutdown().await;
                if let Err(error) = lease.give_back(centre).await {
                    tracing::warn!(job = job.name(), %error, "giving a job back");
                }
                return Ran::Stopped;
            }
            Next::Renew => match lease.renew(centre).await {
                Ok(true) => {}
                Ok(false) => {
                    running.shutdown().await;
                    tracing::warn!(
                        job = job.name(),
                        "the lease is another process's by now: this run stops"
                    );
                    return Ran::Lost;
                }
                // it may be had until it runs out, and the next renewal says whether it was
                Err(error) => {
                    tracing::warn!(job = job.name(), %error, "renewing the lease of a job");
                }
            },
        }
    };
    told(job, &done);
    match written(centre, &lease, &done).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!(
                job = job.name(),
                "the lease was no longer had when the run ended"
            );
            return Ran::Lost;
        }
        // nobody hears of this run, and the job runs again once the lease is over
        Err(error) => tracing::error!(job = job.name(), %error, "writing down how a job ended"),
    }
    done.map_or_else(Ran::Failed, Ran::Done)
}

/// What comes next in a run.
enum Next {
    Ended(Result<Report, ServiceError>),
    Stop,
    Renew,
}

/// Waits until the service is told to stop.
pub(super) async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    // an error means that the teller is gone: stop as well
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn whole(done: Result<Result<Report, ServiceError>, JoinError>) -> Result<Report, ServiceError> {
    done.unwrap_or_else(|source| {
        let doing = "the job";
        Err(ServiceError::Task { doing, source })
    })
}

fn gone(job: Job) -> Result<Report, ServiceError> {
    Err(ServiceError::corrupt("job", job.name(), "was never begun"))
}

fn told(job: Job, done: &Result<Report, ServiceError>) {
    match done {
        Ok(report) => {
            for fault in &report.faults {
                tracing::error!(fault, "the service cannot do all of its work");
            }
            if report.things > 0 {
                tracing::info!(
                    job = job.name(),
                    things = report.things,
                    "{}",
                    job.did(report.things)
                );
            }
        }
        Err(error) => tracing::error!(job = job.name(), %error, "a job failed"),
    }
}

/// Writes down how a run ended; false where the lease is another's by now.
async fn written(
    centre: &Centre,
    lease: &Lease,
    done: &Result<Report, ServiceError>,
) -> Result<bool, ServiceError> {
    centre
        .retrying(|| async {
            let due = next_due(centre, lease.job(), centre.now()).await?;
            let ended = match done {
                Ok(report) => Ended {
                    outcome: Outcome::Done,
                    things: report.things,
                    message: report.faults.join("; "),
                    due,
                },
                Err(error) => Ended {
                    outcome: Outcome::Failed,
                    things: 0,
                    message: error.to_string(),
                    due,
                },
            };
            lease.end(centre, &ended).await
        })
        .await
}

/// When a job is due after `now`, in the time zone of the business. Until a program says which that is, it is UTC: the
/// jobs that look after the service do not wait for a business.
async fn next_due(
    centre: &Centre,
    job: Job,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, ServiceError> {
    let zone = zone::known(centre.db().read(), now).await?;
    let zone = zone.unwrap_or(chrono_tz::UTC);
    match schedule::next(job.schedule(), zone, now) {
        Ok(due) => Ok(due),
        Err(error @ (ScheduleError::Pattern { .. } | ScheduleError::Never { .. })) => {
            tracing::error!(job = job.name(), %error, "it is looked at again later");
            Ok(now + UNSCHEDULED)
        }
    }
}
