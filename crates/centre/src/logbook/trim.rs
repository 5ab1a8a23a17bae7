//! Removing what is old: the log stays verifiable by a signed statement about what went.

use chrono::{DateTime, TimeDelta, Utc};
use protocol::log::Says;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::checkpoint::sign;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{log_checkpoint, log_entry};

/// Days for which every entry is kept, whatever is set.
pub const KEPT_AT_LEAST: u32 = 180;

/// Removes the entries from the log's beginning that were noted more than so many days before `now`. How many.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn trim(centre: &Centre, now: DateTime<Utc>, days: u32) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(i64::from(Ord::max(days, KEPT_AT_LEAST)));
    let mut work = centre.work().await?;
    // nothing behind one that stays goes, though a clock was set back in between
    let stays = log_entry::Entity::find()
        .filter(log_entry::Column::At.gte(Col(before)))
        .order_by_asc(log_entry::Column::N)
        .one(work.on())
        .await?;
    let mut old = log_entry::Entity::find().filter(log_entry::Column::At.lt(Col(before)));
    if let Some(stays) = &stays {
        old = old.filter(log_entry::Column::N.lt(stays.n));
    }
    let Some(last) = old
        .order_by_desc(log_entry::Column::N)
        .one(work.on())
        .await?
    else {
        work.rollback().await?;
        return Ok(0);
    };
    sign(centre, &work, Says::Removed, *last.n, *last.hash).await?;
    // what was said of them before is said by this statement
    log_checkpoint::Entity::delete_many()
        .filter(
            Condition::any()
                .add(log_checkpoint::Column::N.lt(last.n))
                .add(
                    log_checkpoint::Column::N
                        .eq(last.n)
                        .and(log_checkpoint::Column::Kind.eq(Says::Stood.word())),
                ),
        )
        .exec(work.on())
        .await?;
    let gone = log_entry::Entity::delete_many()
        .filter(log_entry::Column::N.lte(last.n))
        .exec(work.on())
        .await?;
    work.note(Entry::of(Kind::LogTrimmed).what(format!("up to entry {}", last.n)));
    work.commit().await?;
    Ok(gone.rows_affected)
}
