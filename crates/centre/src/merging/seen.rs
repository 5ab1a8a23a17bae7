//! Merges that stand, for whoever may undo them.

use centre_store::boxed;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::{ErrorCode, MemberId, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::duplicates::{Side, sides};
use crate::Centre;
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::member_merge;

/// A merge that stands.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who said so.
    pub by: String,
    /// The stable word of why.
    pub why: String,
    /// Who went.
    pub went: Side,
    /// Who stayed.
    pub stayed: Side,
}

/// Merges that stand and are no older than this, the latest first. Of a store: one of the two is at home there.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn latest<C: ConnectionTrait>(
    db: &C,
    store: Option<&StoreId>,
    since: DateTime<Utc>,
    most: usize,
) -> Result<Vec<Merged>, ServiceError> {
    let rows = member_merge::Entity::find()
        .filter(member_merge::Column::UndoneAt.is_null())
        .filter(member_merge::Column::At.gte(Col(since)))
        .order_by_desc(member_merge::Column::At)
        .order_by_desc(member_merge::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<&MemberId> = rows
        .iter()
        .flat_map(|r| [&r.member_id.0, &r.into_id.0])
        .collect();
    let sides = sides(db, ids.into_iter()).await?;
    let found = rows.iter().filter_map(|row| {
        let went = sides.get(&row.member_id.0)?.clone();
        let stayed = sides.get(&row.into_id.0)?.clone();
        let here = |side: &Side| store.is_none_or(|s| side.member.home_store == *s);
        (here(&went) || here(&stayed)).then(|| Merged {
            id: row.id.clone(),
            at: *row.at,
            by: row.by_whom.clone(),
            why: row.why.clone(),
            went,
            stayed,
        })
    });
    Ok(found.take(most).collect())
}

/// Who went by a merge that stands, and who stayed.
///
/// # Errors
/// [`ErrorCode::NotFound`]; where the database fails.
#[boxed]
pub async fn of(centre: &Centre, merge: &str) -> Result<(MemberId, MemberId), ServiceError> {
    let row = member_merge::Entity::find_by_id(merge.to_owned())
        .one(centre.db().read())
        .await?;
    let none = || ServiceError::refused(ErrorCode::NotFound, "no such merge stands");
    let row = row.filter(|m| m.undone_at.is_none()).ok_or_else(none)?;
    Ok((row.member_id.into_inner(), row.into_id.into_inner()))
}

/// How far back a manager sees what was merged.
pub const SHOWN_FOR: TimeDelta = TimeDelta::days(90);
