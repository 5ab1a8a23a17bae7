//! When a job is due next: cron patterns, read in the time zone of the business.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::errors::CronError;

use crate::error::ServiceError;

/// Why it cannot be said when a job is due next.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// It is no pattern.
    #[error("{pattern} is not a schedule: {source}")]
    Pattern {
        /// What was read.
        pattern: String,
        /// What is wrong with it.
        source: CronError,
    },
    /// It names no time to come.
    #[error("{pattern} never comes after {after}: {source}")]
    Never {
        /// The pattern.
        pattern: String,
        /// After when.
        after: DateTime<Utc>,
        /// What was found.
        source: CronError,
    },
}

impl From<ScheduleError> for ServiceError {
    fn from(error: ScheduleError) -> Self {
        let (ScheduleError::Pattern { pattern, source }
        | ScheduleError::Never {
            pattern, source, ..
        }) = error;
        Self::Schedule { pattern, source }
    }
}

/// The first time after `after` that a pattern names.
///
/// A time of the day that is skipped when clocks go forward comes at the end of the gap; one that comes twice when they go
/// back comes at its first. A pattern of every so many minutes goes on through both.
///
/// # Errors
/// Where the pattern is none, or names no time to come.
pub(super) fn next(
    pattern: &str,
    zone: Tz,
    after: DateTime<Utc>,
) -> Result<DateTime<Utc>, ScheduleError> {
    let cron: Cron = pattern.parse().map_err(|source| ScheduleError::Pattern {
        pattern: pattern.to_owned(),
        source,
    })?;
    let never = |source| ScheduleError::Never {
        pattern: pattern.to_owned(),
        after,
        source,
    };
    let local = after.with_timezone(&zone);
    let next = cron.find_next_occurrence(&local, false).map_err(never)?;
    Ok(next.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;
    use chrono::TimeDelta;
    use chrono_tz::{America, Asia, Australia, Europe};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// All times that a pattern names from one moment to another, each looked for from a little after the last.
    fn times(pattern: &str, zone: Tz, from: &str, to: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut after = at(from);
        loop {
            let next = next(pattern, zone, after).unwrap();
            assert!(next > after, "{pattern} in {zone}: {next} after {after}");
            if next >= at(to) {
                return all;
            }
            all.push(next.with_timezone(&zone).to_rfc3339());
            after = next + TimeDelta::milliseconds(1_250);
        }
    }

    #[test]
    fn a_time_of_the_day_is_of_the_business() {
        let day = ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
        for (zone, told) in [
            (Asia::Shanghai, "2026-03-02T03:40:00+08:00"),
            (Asia::Kathmandu, "2026-03-02T03:40:00+05:45"),
            (America::Los_Angeles, "2026-03-01T03:40:00-08:00"),
        ] {
            assert_eq!(times("40 3 * * *", zone, day.0, day.1), [told]);
        }
    }

    #[test]
    fn a_time_that_is_skipped_comes_once() {
        let days = ("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");
        let told = times("30 2 * * *", Europe::Berlin, days.0, days.1);
        assert_eq!(
            told,
            ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
        );
        // half an hour is skipped, from 2:00 to 2:30
        let days = ("2026-10-03T12:00:00Z", "2026-10-04T20:00:00Z");
        let told = times("10 2 * * *", Australia::Lord_Howe, days.0, days.1);
        assert_eq!(
            told,
            ["2026-10-04T02:30:00+11:00", "2026-10-05T02:10:00+11:00"]
        );
    }

    #[test]
    fn a_time_that_comes_twice_comes_once() {
        let days = ("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
        let told = times("30 2 * * *", Europe::Berlin, days.0, days.1);
        assert_eq!(
            told,
            ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
        );
        // also where the run at the first took until the second was near, or past it
        for ended in [
            "2026-10-25T00:59:59Z",
            "2026-10-25T01:10:00Z",
            "2026-10-25T01:40:00Z",
        ] {
            let next = next("30 2 * * *", Europe::Berlin, at(ended)).unwrap();
            assert_eq!(next, at("2026-10-26T01:30:00Z"), "after {ended}");
        }
    }

    #[test]
    fn every_ten_minutes_goes_on_through_both() {
        for (from, to) in [
            ("2026-03-28T22:05:00Z", "2026-03-29T04:05:00Z"),
            ("2026-10-24T22:05:00Z", "2026-10-25T04:05:00Z"),
        ] {
            for zone in [Europe::Berlin, America::New_York, Asia::Shanghai] {
                assert_eq!(times("*/10 * * * *", zone, from, to).len(), 36, "{zone}");
            }
        }
    }

    #[test]
    fn every_job_has_a_schedule_that_comes() {
        for job in Job::all() {
            let after = at("2026-02-28T23:59:59.999Z");
            let next = next(job.schedule(), Asia::Shanghai, after).unwrap();
            assert!(
                next > after && next - after <= TimeDelta::days(1),
                "{job:?}"
            );
        }
    }

    #[test]
    fn what_never_comes_is_said() {
        let after = at("2026-01-01T00:00:00Z");
        let told = next("now and then", Asia::Shanghai, after).unwrap_err();
        assert!(matches!(told, ScheduleError::Pattern { .. }), "{told}");
        let told = next("0 0 30 2 *", Asia::Shanghai, after).unwrap_err();
        assert!(matches!(told, ScheduleError::Never { .. }), "{told}");
    }
}
