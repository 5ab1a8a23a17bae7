//! The lease of a job: whoever has it runs the job, and nobody else does until it is given back or runs out.
//!
//! It is taken, renewed and ended by one conditional `UPDATE` each, so that of two processes one alone succeeds. Times are
//! those of each process's own clock: a lease is far longer than the time between two renewals and a difference of a
//! minute together.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::Centre;
use crate::error::ServiceError;
use crate::job::Job;
use centre_store::column::Col;
use centre_store::tables::job::{self, Outcome};

/// For how long a job is one process's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long a lease lasts that is not renewed.
    pub length: Duration,
    /// How often its holder renews it.
    pub renewal: Duration,
}

impl Terms {
    /// The terms of a job that has no reason for others.
    pub const USUAL: Self = Self {
        length: Duration::from_secs(180),
        renewal: Duration::from_secs(30),
    };

    fn until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        // a length that no calendar has is none: the job is free at once
        let length = TimeDelta::from_std(self.length).unwrap_or_default();
        now.checked_add_signed(length).unwrap_or(now)
    }
}

/// When a job may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Once its time has come.
    Due,
    /// At once: somebody asks for it.
    Asked,
}

/// A job that is this process's to run.
#[derive(Debug)]
pub struct Lease {
    job: Job,
    /// Who runs it, and in which run: another run of the same process is another holder.
    holder: String,
    terms: Terms,
    taken_at: DateTime<Utc>,
}

/// How a run ended, as it is kept.
#[derive(Debug)]
pub(super) struct Ended {
    pub outcome: Outcome,
    pub things: u64,
    pub message: String,
    /// When the job is to run next.
    pub due: DateTime<Utc>,
}

/// Writes down that a job is due, where it never was.
pub(super) async fn note<C: sea_orm::ConnectionTrait>(
    on: &C,
    job: Job,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let row = job::ActiveModel {
        name: Set(job.name().to_owned()),
        due_at: Set(now.into()),
        ..Default::default()
    };
    job::Entity::insert(row)
        .on_conflict(
            OnConflict::column(job::Column::Name)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Whether nobody has a job's lease.
fn free(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(job::Column::Holder.is_null())
        .add(job::Column::LeaseUntil.is_null())
        .add(job::Column::LeaseUntil.lte(Col(now)))
}

impl Lease {
    /// Takes a job, where it may be taken and nobody else has it; none where it may not. `who` says which process this
    /// is, to people.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn take(
        centre: &Centre,
        job: Job,
        who: &str,
        terms: Terms,
        when: When,
    ) -> Result<Option<Self>, ServiceError> {
        let mut run = [0u8; 4];
        getrandom::fill(&mut run)?;
        let transaction = centre.db().begin().await?;
        let now = centre.now();
        let lease = Self {
            job,
            holder: format!("{who}-{}", hex::encode(run)),
            terms,
            taken_at: now,
        };
        note(&transaction, job, now).await?;
        let mut take = job::Entity::update_many()
            .set(job::ActiveModel {
                holder: Set(Some(lease.holder.clone())),
                lease_until: Set(Some(terms.until(now).into())),
                taken_at: Set(Some(now.into())),
                ..Default::default()
            })
            .filter(job::Column::Name.eq(job.name()))
            .filter(free(now));
        take = match when {
            When::Due => take.filter(job::Column::DueAt.lte(Col(now))),
            When::Asked => take,
        };
        let taken = take.exec(&transaction).await?.rows_affected == 1;
        transaction.commit().await?;
        Ok(taken.then_some(lease))
    }

    /// Which job.
    #[must_use]
    pub fn job(&self) -> Job {
        self.job
    }

    /// When it was taken: what the job does is to be done by then.
    #[must_use]
    pub fn taken_at(&self) -> DateTime<Utc> {
        self.taken_at
    }

    /// How often it is to be renewed.
    pub(super) fn renewal(&self) -> Duration {
        self.terms.renewal
    }

    /// Has it for longer. False where it is another's by now: then the run must stop.
    ///
    /// # Errors
    /// Where the database fails; then it is still had until it runs out.
    pub async fn renew(&self, centre: &Centre) -> Result<bool, ServiceError> {
        let until = Some(self.terms.until(centre.now()).into());
        self.change(centre, |row| row.lease_until = Set(until))
            .await
    }

    /// Gives the job back without having done it: it is as due as it was.
    ///
    /// # Errors
    /// Where the database fails; then it is free once the lease has run out.
    pub async fn give_back(self, centre: &Centre) -> Result<(), ServiceError> {
        self.change(centre, let_go).await.map(drop)
    }

    /// Writes down how the run ended, and when the job is due next. False where it is another's by now: nothing is
    /// written then.
    pub(super) async fn end(&self, centre: &Centre, ended: &Ended) -> Result<bool, ServiceError> {
        let transaction = centre.db().begin().await?;
        let mut row = job::ActiveModel {
            due_at: Set(ended.due.into()),
            started_at: Set(Some(self.taken_at.into())),
            finished_at: Set(Some(centre.now().into())),
            outcome: Set(Some(ended.outcome)),
            things: Set(ended.things.into()),
            message: Set(ended.message.clone()),
            ..Default::default()
        };
        let_go(&mut row);
        let failures = match ended.outcome {
            Outcome::Done => Expr::value(0),
            Outcome::Failed => Expr::col(job::Column::Failures).add(1),
        };
        let written = job::Entity::update_many()
            .set(row)
            .col_expr(job::Column::Runs, Expr::col(job::Column::Runs).add(1))
            .col_expr(job::Column::Failures, failures)
            .filter(self.own())
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(written.rows_affected == 1)
    }

    /// The job's row, as long as this lease is on it.
    fn own(&self) -> Condition {
        Condition::all()
            .add(job::Column::Name.eq(self.job.name()))
            .add(job::Column::Holder.eq(&self.holder))
    }

    /// Changes the job's row, where this lease is still on it; whether it is.
    async fn change(
        &self,
        centre: &Centre,
        change: impl FnOnce(&mut job::ActiveModel),
    ) -> Result<bool, ServiceError> {
        let mut row = job::ActiveModel::default();
        change(&mut row);
        let transaction = centre.db().begin().await?;
        let changed = job::Entity::update_many()
            .set(row)
            .filter(self.own())
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(changed.rows_affected == 1)
    }
}

fn let_go(row: &mut job::ActiveModel) {
    row.holder = Set(None);
    row.lease_until = Set(None);
    row.taken_at = Set(None);
}
