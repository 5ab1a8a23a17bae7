//! What points are given for.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::reward;

/// A reward, by its id.
pub enum Reward {}

impl Told for Reward {
    const KIND: EntityKind = EntityKind::Reward;
    const SENSITIVE: bool = false;
    type Wire = wire::Reward;
    const EXPECTED: Expected = Expected {
        from: "reward x",
        place: "x.id",
        scope: BRAND,
        key: "x.id",
        only: ALL,
        waits: None,
    };

    fn source(_scope: &str, key: &str, _body: &str) -> Option<Thing> {
        Some(Thing::new(Self::KIND, Owner::Brand, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for id in of_brand(which) {
            let found = reward::Entity::find_by_id(id).one(db).await?;
            if let Some(row) = found {
                let key = row.id.clone();
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &wire_reward(row)?)?);
            }
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

fn wire_reward(r: reward::Model) -> Result<wire::Reward, ServiceError> {
    Ok(wire::Reward {
        id: r.id,
        name: r.name,
        name_en: r.name_en,
        size: r.size,
        kind: *r.kind,
        points: *r.points,
        min_tier: r.min_tier.map(|tier| tier.to_string()),
        swatch: r.swatch,
        allergens: serde_json::from_str(&r.allergens)?,
        active: r.active,
    })
}
