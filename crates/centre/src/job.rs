//! What passes by itself, by name; and the keys by which a job does nothing twice. How jobs are run is said in `jobs`.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, EnumIter, Iterable, QueryFilter};

use crate::Centre;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::job_done;

/// How long a key is kept, in days. A key that names its year is not met again once it is forgotten.
const KEPT: i64 = 800;

/// Something that passes by itself, at times of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Job {
    /// Looks whether anything keeps the service from its work.
    Health,
    /// Tries operations that were held for this build, for the rules, or for the centre's own books.
    HeldOperations,
    /// Lets points expire, reviews tiers, and gives what new rules give.
    PassingTime,
    /// Drops points that have waited for the till for longer than the program lets them.
    UnconfirmedPoints,
    /// Decides on friends whom members invited, and rewards both.
    Friends,
    /// Takes visitors out of counters whose day has ended.
    Visits,
    /// Forgets sign-up codes that are over.
    SignUpCodes,
    /// Tells counters anew what an older build told less of.
    TellingAnew,
    /// Forgets the keys of what jobs did long ago.
    JobKeys,
    /// Signs where the log ends.
    LogCheckpoints,
    /// Erases what came of members after they were erased.
    Erasures,
    /// Forgets what is older than it is kept.
    Retention,
    /// Seals what is sensitive in a database of before there was a key for it.
    Sealing,
}

impl Job {
    /// Every job, in the order in which those that are due together begin.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// Its name, in the database and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::HeldOperations => "held-operations",
            Self::PassingTime => "passing-time",
            Self::UnconfirmedPoints => "unconfirmed-points",
            Self::Friends => "friends",
            Self::Visits => "visits",
            Self::SignUpCodes => "sign-up-codes",
            Self::TellingAnew => "telling-anew",
            Self::JobKeys => "job-keys",
            Self::LogCheckpoints => "log-checkpoints",
            Self::Erasures => "erasures",
            Self::Retention => "retention",
            Self::Sealing => "sealing",
        }
    }

    /// The job of a name; none where this build has none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|job| job.name() == name)
    }
}

impl UnitOfWork {
    /// Notes, in this unit of work, that a job has done what the key names, and says whether that is new: only then is
    /// it to be done. The key commits together with the effect, so that neither a restart nor another process that
    /// runs the same job does it a second time. The key should name the time that it is about: it is forgotten later.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn once(&self, job: Job, key: &str) -> Result<bool, ServiceError> {
        let row = job_done::ActiveModel {
            job: Set(job.name().to_owned()),
            key: Set(key.to_owned()),
            at: Set(self.now().into()),
        };
        let both = [job_done::Column::Job, job_done::Column::Key];
        // on PostgreSQL it waits here for another unit of work that has just noted the same key
        let noted = job_done::Entity::insert(row)
            .on_conflict(OnConflict::columns(both).do_nothing().to_owned())
            .exec_without_returning(self.on())
            .await?;
        Ok(noted == 1)
    }
}

/// Forgets the keys of what was done long before `now`. How many.
///
/// # Errors
/// Where the database fails.
pub async fn forget_keys(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(KEPT);
    let work = centre.work().await?;
    let old = job_done::Entity::delete_many()
        .filter(job_done::Column::At.lt(Col(before)))
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(old.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_job_has_a_name_of_its_own() {
        let names: BTreeSet<_> = Job::all().map(Job::name).collect();
        assert_eq!(names.len(), Job::all().count());
        for job in Job::all() {
            assert_eq!(Job::named(job.name()), Some(job));
        }
        assert_eq!(Job::named("no-such-job"), None);
    }
}
