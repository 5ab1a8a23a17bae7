//! Redemptions, in every scope where their member is shown.

use std::collections::HashMap;

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::settlement::{Paid, lots_as_shown};
use super::told::{ALL, Expected, HOME, Reach, Told, VISIT_NEWEST, Which, of_members, shown_of};
use crate::error::ServiceError;
use crate::feed::CHUNK;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::redemption;

/// A redemption of a member's, by its operation's id.
pub enum Redemption {}

impl Told for Redemption {
    const KIND: EntityKind = EntityKind::Redemption;
    const SENSITIVE: bool = false;
    type Wire = wire::Redemption;
    const LATER: &'static [&'static str] = &["portions"];
    const EXPECTED: Expected = Expected {
        from: shown_of!("redemption"),
        place: "x.op_id",
        scope: HOME,
        key: "x.op_id",
        only: ALL,
        waits: Some(("x.member_id", "x.op_id")),
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
        let keys: Vec<(&MemberId, &String)> = of_members(which)
            .flat_map(|(member, ids)| ids.iter().map(move |id| (member, id)))
            .collect();
        let mut rows = Vec::with_capacity(keys.len());
        for some in keys.chunks(CHUNK) {
            let owners: HashMap<&str, &MemberId> = some
                .iter()
                .map(|(member, id)| (id.as_str(), *member))
                .collect();
            let found = redemption::Entity::find()
                .filter(redemption::Column::OpId.is_in(owners.keys().copied()))
                .all(db)
                .await?;
            let operations = found.iter().map(|r| (&*r.member_id, &*r.op_id));
            let mut paid = Paid::of(db, operations).await?;
            for r in found {
                let Some(owner) = owners.get(r.op_id.as_str()) else {
                    continue;
                };
                let shown = people.shown_as(&r.member_id, owner).clone();
                let Some(scopes) = people.scopes_of(&shown) else {
                    continue;
                };
                let portions = lots_as_shown(paid.take(&r.op_id), &r.member_id, &shown);
                let hers = portions.iter().filter(|p| p.lot > 0);
                let entity = wire::Redemption {
                    id: r.op_id.0.clone(),
                    of_other_account: *r.member_id != shown,
                    member: shown,
                    store: r.store_id.into_inner(),
                    device: r.device_id.map(Col::into_inner),
                    at: *r.at,
                    points: *r.points,
                    hers: hers.map(|p| p.points).sum(),
                    what: serde_json::from_str(&r.what)?,
                    reversed: r.reversed_at.map(Col::into_inner),
                    portions,
                };
                let body = serde_json::to_string(&entity)?;
                rows.extend(Row::in_each(
                    scopes,
                    Self::KIND,
                    r.op_id.as_str(),
                    Some(&body),
                ));
            }
        }
        Ok(rows)
    }

    async fn ids_of<C: ConnectionTrait>(
        db: &C,
        member: &MemberId,
        reach: Reach,
    ) -> Result<Vec<String>, ServiceError> {
        Ok(redemption::Entity::find()
            .select_only()
            .column(redemption::Column::OpId)
            .filter(redemption::Column::MemberId.eq(Col::from(member)))
            .order_by_desc(redemption::Column::At)
            .limit((reach == Reach::Visit).then_some(VISIT_NEWEST))
            .into_tuple()
            .all(db)
            .await?)
    }
}
