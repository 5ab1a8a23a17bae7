//! Redemptions and behaviours, in every scope where their member is shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::entity as wire;
use protocol::ids::{MemberId, StoreId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::members::Scopes;
use super::{CHUNK, Row, in_each};
use crate::entities::{behaviour, portion, redemption};
use crate::error::ServiceError;
use crate::feed::behaved_key;
use crate::time::{self, from_millis};
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
        // an operation's id is one member's only; her id first lets the key find the portions
        let members: BTreeSet<&str> = found.iter().map(|r| r.member_id.as_str()).collect();
        let paid = portion::Entity::find()
            .filter(portion::Column::MemberId.is_in(members))
            .filter(portion::Column::OpId.is_in(ids()))
            .filter(portion::Column::Lot.is_not_null())
            .all(db)
            .await?;
        let mut hers: HashMap<&str, i64> = HashMap::new();
        for p in &paid {
            *hers.entry(&p.op_id).or_default() += p.points;
        }
        for r in found {
            let Some(scopes) = scopes.of(&r.member_id) else {
                continue;
            };
            let entity = wire::Redemption {
                id: OpId::from(r.op_id.as_str()),
                member: MemberId::from(r.member_id),
                store: StoreId::from(r.store_id),
                device: r.device_id.and_then(|d| d.parse().ok()),
                at: from_millis(r.at),
                points: Points(r.points),
                hers: Points(hers.get(r.op_id.as_str()).copied().unwrap_or(0)),
                what: serde_json::from_str(&r.what)?,
                reversed: r.reversed_at.map(from_millis),
            };
            let body = serde_json::to_string(&entity)?;
            rows.extend(in_each(scopes, wire::REDEMPTION, &r.op_id, Some(&body)));
        }
    }
    Ok(rows)
}

#[derive(FromQueryResult)]
struct Day {
    kind: String,
    on_date: String,
    times: i64,
}

/// Renders how often behaviours counted on the last day that they did.
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
        let mut days: Vec<Day> = behaviour::Entity::find()
            .select_only()
            .column(behaviour::Column::Kind)
            .column(behaviour::Column::OnDate)
            .column_as(behaviour::Column::OpId.count(), "times")
            .filter(behaviour::Column::MemberId.eq(*member))
            .filter(behaviour::Column::Kind.is_in(kinds))
            .group_by(behaviour::Column::Kind)
            .group_by(behaviour::Column::OnDate)
            .order_by_desc(behaviour::Column::OnDate)
            .into_model()
            .all(db)
            .await?;
        let mut seen = BTreeSet::new();
        days.retain(|day| seen.insert(day.kind.clone()));
        for day in days {
            let entity = wire::Behaved {
                member: MemberId::new(*member),
                behaviour: day.kind.clone(),
                on: time::date(&day.on_date)?,
                times: u32::try_from(day.times).unwrap_or(u32::MAX),
            };
            let key = behaved_key(member, &day.kind);
            let body = serde_json::to_string(&entity)?;
            rows.extend(in_each(scopes, wire::BEHAVED, &key, Some(&body)));
        }
    }
    Ok(rows)
}
