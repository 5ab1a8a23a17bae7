//! Clerks, in their store's scope.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::ClerkId;
use protocol::pull::store_scope;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::clerk;

/// A clerk, by her id; her store is read from the tables.
pub enum Clerk {}

impl Told for Clerk {
    const KIND: EntityKind = EntityKind::Clerk;
    const SENSITIVE: bool = false;
    type Wire = wire::Clerk;
    const EXPECTED: Expected = Expected {
        from: "clerk x",
        place: "x.id",
        scope: "'store:' || x.store_id",
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
            let id = ClerkId::from(id);
            if let Some(row) = clerk::Entity::find_by_id(&id).one(db).await? {
                let scope = store_scope(&row.store_id);
                rows.push(Row::with(scope, row.id.to_string(), &wire_clerk(row))?);
            }
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

fn wire_clerk(c: clerk::Model) -> wire::Clerk {
    wire::Clerk {
        id: c.id.into_inner(),
        name: c.name,
        role: *c.role,
        store: c.store_id.into_inner(),
        // a counter that needs no hash is told the mark in its place, when it pulls
        pin_hash: c.pin_hash,
        pin_mark: None,
        active: c.active,
    }
}
