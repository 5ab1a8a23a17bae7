//! `central audit`: whether the books hold, asked of a live database.
//!
//! Everything is read in one snapshot ([`snapshot`]), so what counters commit meanwhile cannot look like
//! a fault. Most checks are one statement that finds the rows that break it ([`statements`], `sql/`); what
//! a statement cannot say is walked through in pages: hashes and effects of operations ([`chain`],
//! [`branches`]), caps in the brand's rules ([`caps`]), the feed against what it would be rendered as now
//! ([`feed`], [`missing`]), coupons as the rules read them ([`coupons`]). `docs/AUDIT.md` says what each check means
//! and what to do where it finds something.

mod branches;
mod caps;
mod chain;
mod coupons;
mod effect;
mod erasures;
mod feed;
mod log;
mod missing;
mod raw;
mod report;
mod same;
pub(crate) mod snapshot;
mod statements;

use centre_store::boxed;
pub use log::Signer;
pub use report::{CheckReport, Invariant, LISTED, Report, Violation};

use chrono::{DateTime, Utc};
use protocol::log::LogCheckpoint;
use sea_orm::DatabaseTransaction;

use crate::Centre;
use crate::error::ServiceError;
use centre_store::db::{self, Db};
use snapshot::Snapshot;

/// Checks every invariant in one snapshot of a database that may be in use.
///
/// # Errors
/// Where the database fails, or holds a document that nothing can read.
#[boxed]
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<Report, ServiceError> {
    let transaction = db::snapshot::begin(db).await?;
    let report = run_in(&transaction, now).await;
    db::snapshot::end(transaction).await?;
    report
}

/// As [`run`], of a centre whose key is at hand: signatures in its database must be its own.
///
/// # Errors
/// As [`run`].
#[boxed]
pub async fn of(centre: &Centre) -> Result<Report, ServiceError> {
    let signer = signer(centre);
    let transaction = db::snapshot::begin(centre.db()).await?;
    let report = all(&transaction, centre.now(), Some(&signer)).await;
    db::snapshot::end(transaction).await?;
    report
}

/// Checks the log alone, and against a checkpoint that was kept elsewhere.
///
/// # Errors
/// As [`run`].
#[boxed]
pub async fn of_log(centre: &Centre, kept: Option<&LogCheckpoint>) -> Result<Report, ServiceError> {
    let signer = signer(centre);
    let transaction = db::snapshot::begin(centre.db()).await?;
    let mut at = Snapshot::of(&transaction, centre.now());
    let checked = log::check(&mut at, Some(&signer), kept).await;
    let report = at.report();
    db::snapshot::end(transaction).await?;
    checked.map(|()| report)
}

fn signer(centre: &Centre) -> Signer {
    Signer {
        centre: centre.id(),
        public_key: centre.public_key(),
    }
}

/// The same, of what a transaction sees; it must be a snapshot, or nothing else may write.
///
/// # Errors
/// As [`run`].
#[boxed]
pub async fn run_in(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
) -> Result<Report, ServiceError> {
    all(transaction, now, None).await
}

async fn all(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
    signer: Option<&Signer>,
) -> Result<Report, ServiceError> {
    let mut at = Snapshot::of(transaction, now);
    statements::check(&mut at).await?;
    let less = erasures::check(&mut at, signer).await?;
    let claims = chain::check(&mut at, &less).await?;
    let claims = branches::check(&mut at, claims, &less).await?;
    chain::check_claims(&mut at, claims).await?;
    caps::check(&mut at).await?;
    let today = feed::today(&at).await?;
    missing::check(&mut at, &today).await?;
    feed::check(&mut at, today).await?;
    coupons::check(&mut at).await?;
    log::check(&mut at, signer, None).await?;
    Ok(at.report())
}
