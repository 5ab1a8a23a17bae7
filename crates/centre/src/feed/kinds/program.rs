//! Versions of the rules, as the documents that they are.

use protocol::entity::EntityKind;
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::program;

/// The version as text, which is the key.
pub const VERSION: &str = "CAST(x.version AS TEXT)";

/// A version of the rules, by its number.
pub enum Program {}

impl Told for Program {
    const KIND: EntityKind = EntityKind::Program;
    const SENSITIVE: bool = false;
    type Wire = serde_json::Value;
    const EXPECTED: Expected = Expected {
        from: "program x",
        place: "x.version",
        scope: BRAND,
        key: VERSION,
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
        let versions = versions(db, which).await?.into_iter();
        let row = |row: program::Model| Row {
            scope: BRAND_SCOPE.to_owned(),
            kind: Self::KIND,
            key: row.version.to_string(),
            body: Some(row.document),
        };
        Ok(versions.map(row).collect())
    }

    belongs_to_no_member!();
}

/// The versions that are there of those that are meant, by their numbers.
pub async fn versions<C: ConnectionTrait>(
    db: &C,
    which: &Which,
) -> Result<Vec<program::Model>, ServiceError> {
    let mut found = Vec::new();
    for id in of_brand(which) {
        if let Ok(version) = id.parse() {
            let version: Col<u32> = Col(version);
            found.extend(program::Entity::find_by_id(version).one(db).await?);
        }
    }
    Ok(found)
}
