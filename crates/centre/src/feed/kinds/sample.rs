//! Samples that members were given, in every scope where they are shown.

use std::collections::HashMap;

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::told::{ALL, Expected, HOME, Reach, Told, VISIT_NEWEST, Which, of_members, shown_of};
use crate::error::ServiceError;
use crate::feed::CHUNK;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::sample;

/// A sample of a member's, by its operation's id.
pub enum Sample {}

impl Told for Sample {
    const KIND: EntityKind = EntityKind::Sample;
    const SENSITIVE: bool = false;
    type Wire = wire::Sample;
    const EXPECTED: Expected = Expected {
        from: shown_of!("sample"),
        place: "x.op_id",
        scope: HOME,
        key: "x.op_id",
        only: ALL,
        waits: None,
    };

    fn source(_scope: &str, key: &str, body: &str) -> Option<Thing> {
        let member = Self::KIND.member_of(key, body)?;
        Some(Thing::new(Self::KIND, member, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let ids: Vec<(&MemberId, &String)> = of_members(which)
            .flat_map(|(member, ids)| ids.iter().map(move |id| (member, id)))
            .collect();
        let mut rows = Vec::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            let owners: HashMap<&str, &MemberId> = some
                .iter()
                .map(|(member, id)| (id.as_str(), *member))
                .collect();
            let found = sample::Entity::find()
                .filter(sample::Column::OpId.is_in(owners.keys().copied()))
                .all(db)
                .await?;
            for s in found {
                let Some(owner) = owners.get(s.op_id.as_str()) else {
                    continue;
                };
                let shown = people.shown_as(&s.member_id, owner).clone();
                let Some(scopes) = people.scopes_of(&shown) else {
                    continue;
                };
                let key = s.op_id.to_string();
                let body = serde_json::to_string(&wire_sample(s, shown))?;
                rows.extend(Row::in_each(scopes, Self::KIND, &key, Some(&body)));
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
        reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(sample::Entity::find()
            .select_only()
            .column(sample::Column::OpId)
            .filter(sample::Column::MemberId.eq(Col::from(member)))
            .order_by_desc(sample::Column::At)
            .limit((reach == Reach::Visit).then_some(VISIT_NEWEST))
            .into_tuple()
            .all(db)
            .await?)
    }
}

fn wire_sample(s: sample::Model, shown: MemberId) -> wire::Sample {
    wire::Sample {
        id: s.op_id.into_inner(),
        member: shown,
        store: s.store_id.into_inner(),
        clerk: s.clerk_id.into_inner(),
        at: *s.at,
        sku: s.sku.map(|sku| sku.0.into_string()),
        name: s.name,
        qty: *s.qty,
        reason: s.reason,
    }
}
