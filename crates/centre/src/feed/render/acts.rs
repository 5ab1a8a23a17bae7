//! Redemptions and behaviours, in every scope where their member is shown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use protocol::entity as wire;
use protocol::ids::{MemberId, StoreId};
use protocol::limits::BEHAVIOUR_DAYS;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::members::Scopes;
use super::settlement::Paid;
use super::{CHUNK, Row, in_each};
use crate::error::ServiceError;
use crate::feed::behaved_key;
use crate::time::{self, from_millis};
use centre_store::tables::{behaviour, redemption};
use loyalty::{OpId, Points};

/// Ids of a member's redemptions, the newest `most` or all.
///
/// # Errors
/// Where the database fails.
pub async fn redemptions_of<C: ConnectionTrait>(
    db: &C,
    member: &str,
    most: Option<u64>,
) -> Result<Vec<String>, ServiceError> {
    Ok(redemption::Entity::find()
        .select_only()
        .column(redemption::Column::OpId)
        .filter(redemption::Column::MemberId.eq(member))
        .order_by_desc(redemption::Column::At)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?)
}

/// Kinds of behaviours that a member has shown.
///
/// # Errors
/// Where the database fails.
pub async fn behaviours_of<C: ConnectionTrait>(
    db: &C,
    member: &str,
) -> Result<Vec<String>, ServiceError> {
    Ok(behaviour::Entity::find()
        .select_only()
        .column(behaviour::Column::Kind)
        .distinct()
        .filter(behaviour::Column::MemberId.eq(member))
        .into_tuple()
        .all(db)
        .await?)
}

/// Renders redemptions.
pub async fn redemption_rows<C: ConnectionTrait>(
    db: &C,
    which: &BTreeMap<&str, BTreeSet<String>>,
    scopes: &Scopes,
) -> Result<Vec<Row>, ServiceError> {
    let keys: Vec<&String> = which.values().flatten().collect();
    let mut rows = Vec::with_capacity(keys.len());
    for some in keys.chunks(CHUNK) {
        let ids = || some.iter().map(|id| id.as_str());
        let found = redemption::Entity::find()
            .filter(redemption::Column::OpId.is_in(ids()))
            .all(db)
            .await?;
        let operations = found.iter().map(|r| (&*r.member_id, &*r.op_id));
        let mut paid = Paid::of(db, operations).await?;
        for r in found {
            let Some(scopes) = scopes.of(&r.member_id) else {
                continue;
            };
            let portions = paid.take(&r.op_id)?;
            let hers = portions.iter().filter(|p| p.lot > 0);
            let entity = wire::Redemption {
                id: OpId::from(r.op_id.as_str()),
                member: MemberId::from(r.member_id),
                store: StoreId::from(r.store_id),
                device: r.device_id.and_then(|d| d.parse().ok()),
                at: from_millis(r.at)?,
                points: Points(r.points),
                hers: hers.map(|p| p.points).sum(),
                what: serde_json::from_str(&r.what)?,
                reversed: r.reversed_at.map(from_millis).transpose()?,
                portions,
            };
            let body = serde_json::to_string(&entity)?;
            rows.extend(in_each(scopes, wire::REDEMPTION, &r.op_id, Some(&body)));
        }
    }
    Ok(rows)
}

/// When a behaviour counted last.
#[derive(FromQueryResult)]
struct Last {
    kind: String,
    at: i64,
}

/// Renders what behaviours came to.
pub async fn behaved_rows<C: ConnectionTrait>(
    db: &C,
    which: &BTreeMap<&str, BTreeSet<String>>,
    scopes: &Scopes,
) -> Result<Vec<Row>, ServiceError> {
    let mut rows = Vec::new();
    for (member, kinds) in which {
        let Some(scopes) = scopes.of(member) else {
            continue;
        };
        let last: Vec<Last> = behaviour::Entity::find()
            .select_only()
            .column(behaviour::Column::Kind)
            .column_as(behaviour::Column::At.max(), "at")
            .filter(behaviour::Column::MemberId.eq(*member))
            .filter(behaviour::Column::Kind.is_in(kinds))
            .group_by(behaviour::Column::Kind)
            .into_model()
            .all(db)
            .await?;
        for Last { kind, at } in last {
            let since = from_millis(at)? - Duration::days(BEHAVIOUR_DAYS);
            let shown = behaviour::Entity::find()
                .filter(behaviour::Column::MemberId.eq(*member))
                .filter(behaviour::Column::Kind.eq(&kind))
                .filter(behaviour::Column::At.gte(since.timestamp_millis()))
                .order_by_asc(behaviour::Column::At)
                .order_by_asc(behaviour::Column::OpId)
                .all(db)
                .await?;
            let Some(on) = shown.iter().map(|b| b.on_date.as_str()).max() else {
                continue;
            };
            let times = shown.iter().filter(|b| b.on_date == on).count();
            let entity = wire::Behaved {
                member: MemberId::new(*member),
                on: time::date(on)?,
                times: u32::try_from(times).unwrap_or(u32::MAX),
                moments: shown
                    .iter()
                    .map(|b| from_millis(b.at))
                    .collect::<Result<_, _>>()?,
                since: Some(since),
                behaviour: kind,
            };
            let key = behaved_key(member, &entity.behaviour);
            let body = serde_json::to_string(&entity)?;
            rows.extend(in_each(scopes, wire::BEHAVED, &key, Some(&body)));
        }
    }
    Ok(rows)
}
