//! The brand.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use protocol::sign_up::{CODE_FORMAT, SignUpTerms};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::brand;

/// The brand: there is one, without an id.
pub enum Brand {}

impl Told for Brand {
    const KIND: EntityKind = EntityKind::Brand;
    const SENSITIVE: bool = false;
    type Wire = wire::Brand;
    const EXPECTED: Expected = Expected {
        from: "brand x",
        place: "x.only_row",
        scope: BRAND,
        key: "'brand'",
        only: ALL,
        waits: None,
    };

    fn source(_scope: &str, _key: &str, _body: &str) -> Option<Thing> {
        Some(Thing::new(Self::KIND, Owner::Brand, ""))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for _ in of_brand(which) {
            let found = brand::Entity::find().one(db).await?;
            if let Some(row) = found {
                let key = EntityKind::Brand.name().to_owned();
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &wire_brand(row)?)?);
            }
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

fn wire_brand(b: brand::Model) -> Result<wire::Brand, ServiceError> {
    let set = b
        .sign_up
        .as_deref()
        .map(serde_json::from_str::<SignUpTerms>);
    Ok(wire::Brand {
        // whatever was set by an earlier build: which codes are read is a matter of this one
        sign_up: Some(SignUpTerms {
            format: CODE_FORMAT,
            ..set.transpose()?.unwrap_or_default()
        }),
        name: b.name,
        demo: b.demo,
        welcome_gift: b.welcome_gift,
        phone_base: b.phone_base,
    })
}
