//! Coupons, wherever their member is shown; gone once they are used or expired.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::told::{Expected, HOME, Reach, Told, Which, of_members};
use crate::error::ServiceError;
use crate::feed::CHUNK;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use crate::zone;
use centre_store::column::Col;
use centre_store::tables::coupon;

/// A coupon of a member's, by its id, which no other member's coupon has.
pub enum Coupon {}

impl Told for Coupon {
    const KIND: EntityKind = EntityKind::Coupon;
    const SENSITIVE: bool = false;
    type Wire = wire::Coupon;
    const EXPECTED: Expected = Expected {
        from: "coupon x JOIN member m ON m.id = x.member_id",
        place: "x.member_id || '/' || x.id",
        scope: HOME,
        key: "x.id",
        only: "x.used_by IS NULL AND (x.expires_on IS NULL OR x.expires_on >= {today})",
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
        let zone = zone::of_business(db, people.now()).await?;
        let today = zone::business_date(zone, people.now());
        let ids: Vec<&String> = of_members(which).flat_map(|(_, ids)| ids).collect();
        let mut rows = Vec::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            let found = coupon::Entity::find()
                .filter(coupon::Column::Id.is_in(some.iter().copied()))
                .all(db)
                .await?;
            for c in found {
                let Some(scopes) = people.scopes_of(&c.member_id) else {
                    continue;
                };
                let over = c.used_by.is_some() || c.expires_on.is_some_and(|last| last < today);
                let body = if over {
                    None
                } else {
                    let entity = wire::Coupon {
                        member: c.member_id.into_inner(),
                        coupon: serde_json::from_str(&c.document)?,
                        held_by: c.holder_device.map(Col::into_inner),
                    };
                    Some(serde_json::to_string(&entity)?)
                };
                rows.extend(Row::in_each(
                    scopes,
                    Self::KIND,
                    c.id.as_str(),
                    body.as_deref(),
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
        let mut query = coupon::Entity::find()
            .select_only()
            .column(coupon::Column::Id)
            .filter(coupon::Column::MemberId.eq(Col::from(member)));
        if reach == Reach::Visit {
            query = query.filter(coupon::Column::UsedBy.is_null());
        }
        Ok(query.into_tuple().all(db).await?)
    }

    fn has_passed(body: &str, today: &str) -> bool {
        serde_json::from_str::<wire::Coupon>(body).is_ok_and(|c| {
            let last = c.coupon.expires;
            last.is_some_and(|last| last.to_string().as_str() < today)
        })
    }
}
