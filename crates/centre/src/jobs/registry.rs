//! What must be known of every job: its schedule, the terms of its lease, and what it does.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::lease::Terms;
use crate::Centre;
use crate::error::ServiceError;
use crate::job::{self, Job};
use crate::rights::retention;
use crate::sync::lookup;
use crate::{
    awards, friends, health, joining, logbook, operations, passing_time, rights, sealing, tell_anew,
};

/// Every ten minutes.
const OFTEN: &str = "*/10 * * * *";
/// At night, when the stores are closed.
const NIGHTLY: &str = "40 3 * * *";

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many things it did or found; which, the job says.
    pub things: u64,
    /// What somebody has to look at, each in a sentence.
    pub faults: Vec<String>,
}

impl Report {
    fn of(things: u64) -> Self {
        Self {
            things,
            faults: Vec::new(),
        }
    }
}

impl Job {
    /// When it is due, as a cron pattern: minute, hour, day, month, day of the week, in the program's time zone.
    #[must_use]
    pub fn schedule(self) -> &'static str {
        match self {
            Self::Health
            | Self::HeldOperations
            | Self::PassingTime
            | Self::Visits
            | Self::SignUpCodes
            | Self::TellingAnew
            | Self::Erasures => OFTEN,
            Self::JobKeys
            | Self::UnconfirmedPoints
            | Self::Friends
            | Self::LogCheckpoints
            | Self::Retention
            | Self::Sealing => NIGHTLY,
        }
    }

    /// Whether it is due as well whenever a process begins to serve: it depends on the build, not on time alone.
    #[must_use]
    pub fn at_start(self) -> bool {
        match self {
            Self::Health | Self::HeldOperations | Self::TellingAnew | Self::Sealing => true,
            Self::PassingTime
            | Self::UnconfirmedPoints
            | Self::Friends
            | Self::Visits
            | Self::SignUpCodes
            | Self::JobKeys
            | Self::LogCheckpoints
            | Self::Erasures
            | Self::Retention => false,
        }
    }

    /// For how long whoever takes it has it.
    #[must_use]
    pub fn terms(self) -> Terms {
        match self {
            Self::Health
            | Self::HeldOperations
            | Self::PassingTime
            | Self::UnconfirmedPoints
            | Self::Friends
            | Self::Visits
            | Self::SignUpCodes
            | Self::TellingAnew
            | Self::JobKeys
            | Self::LogCheckpoints
            | Self::Erasures
            | Self::Retention
            | Self::Sealing => Terms::USUAL,
        }
    }

    /// Does what is to be done by `now`. It can be stopped anywhere, and done twice.
    ///
    /// # Errors
    /// What keeps it from its work; it is tried again at its next time.
    #[boxed]
    pub async fn run(self, centre: &Centre, now: DateTime<Utc>) -> Result<Report, ServiceError> {
        let things = match self {
            Self::Health => {
                let faults = health::look(centre).await?.faults;
                let things = faults.len() as u64;
                return Ok(Report { things, faults });
            }
            Self::HeldOperations => {
                let tried = centre.retrying(|| operations::retry_known(centre)).await?;
                tried as u64
            }
            Self::PassingTime => {
                centre
                    .retrying(|| passing_time::bring_forward(centre, now))
                    .await?
            }
            Self::UnconfirmedPoints => centre.retrying(|| awards::drop_due(centre, now)).await?,
            Self::Friends => centre.retrying(|| friends::decide(centre, now)).await?,
            Self::Visits => lookup::end_visits(centre, now).await?,
            Self::SignUpCodes => joining::forget(centre, now).await?,
            Self::TellingAnew => centre.retrying(|| tell_anew::tell_anew(centre)).await?,
            Self::JobKeys => centre.retrying(|| job::forget_keys(centre, now)).await?,
            Self::LogCheckpoints => {
                let made = centre.retrying(|| logbook::keep_checkpoint(centre)).await?;
                u64::from(made)
            }
            Self::Erasures => rights::sweep(centre).await?,
            Self::Retention => centre.retrying(|| retention::forget(centre, now)).await?,
            Self::Sealing => centre.retrying(|| sealing::seal_all(centre, now)).await?,
        };
        Ok(Report::of(things))
    }

    /// What a run did, in words.
    #[must_use]
    pub fn did(self, things: u64) -> String {
        let (what, verb) = match self {
            Self::Health if things == 0 => return "found all well".to_owned(),
            Self::Health => ("fault", "found"),
            Self::HeldOperations => ("held operation", "tried again"),
            Self::PassingTime => ("member", "brought up to date"),
            Self::UnconfirmedPoints => ("unconfirmed sale", "dropped"),
            Self::Friends => ("invited friend", "decided on"),
            Self::Visits => ("visit", "ended"),
            Self::SignUpCodes => ("sign-up code", "forgotten"),
            Self::TellingAnew => ("entry of the feed", "told anew"),
            Self::JobKeys => ("key", "forgotten"),
            Self::LogCheckpoints => ("checkpoint", "signed"),
            Self::Erasures => ("member", "erased again"),
            Self::Sealing => ("row", "sealed"),
            Self::Retention => ("thing", "forgotten"),
        };
        match things {
            0 => "had nothing to do".to_owned(),
            1 => format!("1 {what} {verb}"),
            n => format!("{n} {} {verb}", plural(what)),
        }
    }
}

fn plural(what: &str) -> String {
    match what.split_once(' ') {
        Some(("entry", rest)) => format!("entries {rest}"),
        Some(_) | None => format!("{what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Clocks of two machines may differ by a minute: a lease that is renewed in time must not look over to either.
    #[test]
    fn a_lease_outlasts_two_missed_renewals_and_a_clock_that_is_a_minute_ahead() {
        for job in Job::all() {
            let Terms { length, renewal } = job.terms();
            assert!(length > renewal * 2 + Duration::from_secs(60), "{job:?}");
        }
    }

    #[test]
    fn what_was_done_is_said_in_words() {
        assert_eq!(Job::Health.did(0), "found all well");
        assert_eq!(Job::Health.did(2), "2 faults found");
        assert_eq!(Job::Visits.did(0), "had nothing to do");
        assert_eq!(Job::Visits.did(1), "1 visit ended");
        assert_eq!(Job::HeldOperations.did(3), "3 held operations tried again");
        assert_eq!(Job::TellingAnew.did(2), "2 entries of the feed told anew");
    }
}
