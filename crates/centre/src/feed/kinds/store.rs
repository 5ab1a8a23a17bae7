//! Stores.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::store;
use protocol::ids::StoreId;

/// A store, by its id.
pub enum Store {}

impl Told for Store {
    const KIND: EntityKind = EntityKind::Store;
    const SENSITIVE: bool = false;
    type Wire = wire::Store;
    const EXPECTED: Expected = Expected {
        from: "store x",
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
            let found = store::Entity::find_by_id(StoreId::from(id)).one(db).await?;
            if let Some(row) = found {
                let key = row.id.to_string();
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &wire_store(row))?);
            }
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

fn wire_store(s: store::Model) -> wire::Store {
    wire::Store {
        id: s.id.into_inner(),
        name: s.name,
        city: s.city,
    }
}
