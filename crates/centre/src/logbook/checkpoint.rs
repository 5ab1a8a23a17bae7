//! Checkpoints: the log's end, signed with the centre's key.

use chrono::SubsecRound;
use protocol::chain::Hash;
use protocol::log::{LogCheckpoint, Says, statement};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::tables::{log_checkpoint, log_head};

/// Signs where the log ends now, and keeps that in the database too; none where nothing was noted yet.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn checkpoint(centre: &Centre) -> Result<Option<LogCheckpoint>, ServiceError> {
    let mut work = centre.work().await?;
    let made = at_head(centre, &work).await?;
    if made.is_some() {
        work.note(Entry::of(Kind::CheckpointTaken));
        work.commit().await?;
    }
    Ok(made)
}

/// As [`checkpoint`], where something was noted since the last one: what the job does. Whether it was so.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn keep_checkpoint(centre: &Centre) -> Result<bool, ServiceError> {
    let work = centre.work().await?;
    let head = head(&work).await?;
    let key = (head.n, Says::Stood.word().to_owned());
    let there = log_checkpoint::Entity::find_by_id(key)
        .one(work.on())
        .await?;
    if there.is_some() {
        work.rollback().await?;
        return Ok(false);
    }
    let made = at_head(centre, &work).await?;
    work.commit().await?;
    Ok(made.is_some())
}

async fn head(work: &UnitOfWork) -> Result<log_head::Model, ServiceError> {
    log_head::Entity::find_by_id(1)
        .one(work.on())
        .await?
        .ok_or_else(|| ServiceError::missing("log_head", 1))
}

async fn at_head(
    centre: &Centre,
    work: &UnitOfWork,
) -> Result<Option<LogCheckpoint>, ServiceError> {
    let head = head(work).await?;
    if head.n == 0 {
        return Ok(None);
    }
    sign(centre, work, Says::Stood, *head.n, *head.hash)
        .await
        .map(Some)
}

/// Signs a statement about an entry, and keeps it.
pub(super) async fn sign(
    centre: &Centre,
    work: &UnitOfWork,
    says: Says,
    n: u64,
    hash: Hash,
) -> Result<LogCheckpoint, ServiceError> {
    let at = work.now().trunc_subsecs(3);
    let signature = centre.sign(&statement(centre.id(), says, n, &hash, at));
    let row = log_checkpoint::ActiveModel {
        n: Set(n.into()),
        kind: Set(says.word().to_owned()),
        hash: Set(hash.into()),
        at: Set(at.into()),
        signature: Set(signature.clone()),
    };
    log_checkpoint::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([log_checkpoint::Column::N, log_checkpoint::Column::Kind])
                .update_columns([
                    log_checkpoint::Column::Hash,
                    log_checkpoint::Column::At,
                    log_checkpoint::Column::Signature,
                ])
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    Ok(LogCheckpoint {
        centre: centre.id(),
        says,
        n,
        hash,
        at,
        public_key: centre.public_key(),
        signature,
    })
}

/// A checkpoint that the database keeps, as one that may be verified; none where its word is no statement.
pub(crate) fn of_row(
    row: &log_checkpoint::Model,
    centre: protocol::CentreId,
    public_key: &str,
) -> Option<LogCheckpoint> {
    Some(LogCheckpoint {
        centre,
        says: Says::named(&row.kind)?,
        n: *row.n,
        hash: *row.hash,
        at: *row.at,
        public_key: public_key.to_owned(),
        signature: row.signature.clone(),
    })
}
