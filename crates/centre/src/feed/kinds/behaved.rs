//! What behaviours of members came to, in every scope where they are shown.

use chrono::{DateTime, Duration, Utc};
use protocol::entity::{self as wire, Entity as _, EntityKind};
use protocol::ids::MemberId;
use protocol::limits::BEHAVIOUR_DAYS;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::told::{ALL, Expected, HOME, Reach, Told, Which, of_members};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::behaviour;

/// What a behaviour of a member's came to, by the behaviour's name.
pub enum Behaved {}

/// When a behaviour counted last.
#[derive(FromQueryResult)]
struct Last {
    kind: String,
    at: Col<DateTime<Utc>>,
}

impl Told for Behaved {
    const KIND: EntityKind = EntityKind::Behaved;
    const SENSITIVE: bool = false;
    type Wire = wire::Behaved;
    const LATER: &'static [&'static str] = &["moments", "since"];
    const EXPECTED: Expected = Expected {
        from: "behaviour x JOIN member m ON m.id = x.member_id",
        place: "x.member_id || '/' || x.op_id",
        scope: HOME,
        key: "x.member_id || '/' || x.kind",
        only: ALL,
        waits: Some(("x.member_id", "x.kind")),
    };

    fn source(_scope: &str, _key: &str, body: &str) -> Option<Thing> {
        let behaved: wire::Behaved = serde_json::from_str(body).ok()?;
        Some(Thing::new(Self::KIND, behaved.member, behaved.behaviour))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for (member, kinds) in of_members(which) {
            let Some(scopes) = people.scopes_of(member) else {
                continue;
            };
            let last: Vec<Last> = behaviour::Entity::find()
                .select_only()
                .column(behaviour::Column::Kind)
                .column_as(behaviour::Column::At.max(), "at")
                .filter(behaviour::Column::MemberId.eq(Col::from(member)))
                .filter(behaviour::Column::Kind.is_in(kinds))
                .group_by(behaviour::Column::Kind)
                .into_model()
                .all(db)
                .await?;
            for Last { kind, at } in last {
                let since = *at - Duration::days(BEHAVIOUR_DAYS);
                let shown = behaviour::Entity::find()
                    .filter(behaviour::Column::MemberId.eq(Col::from(member)))
                    .filter(behaviour::Column::Kind.eq(&kind))
                    .filter(behaviour::Column::At.gte(since.timestamp_millis()))
                    .order_by_asc(behaviour::Column::At)
                    .order_by_asc(behaviour::Column::OpId)
                    .all(db)
                    .await?;
                let Some(on) = shown.iter().map(|b| *b.on_date).max() else {
                    continue;
                };
                let times = shown.iter().filter(|b| b.on_date == on).count();
                let entity = wire::Behaved {
                    member: member.clone(),
                    on,
                    times: u32::try_from(times).unwrap_or(u32::MAX),
                    moments: shown.iter().map(|b| *b.at).collect(),
                    since: Some(since),
                    behaviour: kind,
                };
                let key = entity.key();
                let body = serde_json::to_string(&entity)?;
                rows.extend(Row::in_each(scopes, Self::KIND, &key, Some(&body)));
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
        _reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(behaviour::Entity::find()
            .select_only()
            .column(behaviour::Column::Kind)
            .distinct()
            .filter(behaviour::Column::MemberId.eq(Col::from(member)))
            .into_tuple()
            .all(db)
            .await?)
    }

    async fn keys_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
    ) -> Result<Vec<String>, ServiceError> {
        let kinds = Self::ids_of(db, member, Reach::All).await?;
        Ok(kinds
            .iter()
            .map(|kind| wire::behaved_key(member.as_str(), kind))
            .collect())
    }
}
