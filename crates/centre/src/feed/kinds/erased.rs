//! Members who were erased, told to every counter.

use protocol::entity::{self as wire, EntityKind};
use protocol::ids::MemberId;
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::erasure;

/// A member who was erased, by the id that is left.
pub enum Erased {}

impl Told for Erased {
    const KIND: EntityKind = EntityKind::Erased;
    const SENSITIVE: bool = false;
    type Wire = wire::Erased;
    const EXPECTED: Expected = Expected {
        from: "erasure x",
        place: "x.member_id",
        scope: BRAND,
        key: "x.member_id",
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
            let found = erasure::Entity::find_by_id(MemberId::from(id))
                .one(db)
                .await?;
            if let Some(row) = found {
                let erased = wire::Erased {
                    ops: serde_json::from_str(&row.op_ids)?,
                    member: row.member_id.into_inner(),
                };
                let key = erased.member.to_string();
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &erased)?);
            }
        }
        Ok(rows)
    }

    // nothing of it leaves with a visitor: it is what is left once everybody has
    belongs_to_no_member!();
}
