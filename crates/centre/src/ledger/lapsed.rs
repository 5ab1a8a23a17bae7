//! Points that time took before an act arrived that would have kept them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Lapsed, LotId, Points};
use protocol::ids::MemberId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::{lot, transfer};

const EXPIRED: &str = "expired";

/// What expired later than `at`, of a member's lots whose last day is `at`'s business date `since` or later,
/// and has not come back. (A lot's date may have been moved since some of it expired earlier.) Load these lots
/// with her account.
///
/// # Errors
/// Where the database fails.
pub async fn lapsed<C: ConnectionTrait>(
    db: &C,
    member_id: &MemberId,
    since: NaiveDate,
    at: DateTime<Utc>,
) -> Result<Vec<Lapsed>, ServiceError> {
    let lots: Vec<Col<LotId>> = lot::Entity::find()
        .select_only()
        .column(lot::Column::N)
        .filter(lot::Column::MemberId.eq(Col::from(member_id)))
        .filter(lot::Column::ExpiresOn.gte(Col(since)))
        .into_tuple()
        .all(db)
        .await?;
    if lots.is_empty() {
        return Ok(Vec::new());
    }
    let moved = transfer::Entity::find()
        .filter(transfer::Column::MemberId.eq(Col::from(member_id)))
        .filter(transfer::Column::Lot.is_in(lots))
        .filter(
            transfer::Column::ToAccount
                .eq(EXPIRED)
                .or(transfer::Column::FromAccount.eq(EXPIRED)),
        )
        .order_by_asc(transfer::Column::N)
        .all(db)
        .await?;
    let mut sums: BTreeMap<LotId, Points> = BTreeMap::new();
    for t in moved {
        let Some(lot) = t.lot else { continue };
        let sum = sums.entry(*lot).or_default();
        if t.to_account != EXPIRED {
            // what came back bears the time of the act that brought it, which may be earlier than this one's
            *sum = (*sum - *t.points).floor_zero();
        } else if t.at > at {
            *sum += *t.points;
        }
    }
    Ok(sums
        .into_iter()
        .filter(|(_, points)| points.is_positive())
        .map(|(lot, points)| Lapsed { lot, points })
        .collect())
}
