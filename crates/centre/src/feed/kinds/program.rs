//! Versions of the rules, as the documents that they are.

use protocol::entity::EntityKind;
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::program;

/// The version as text, which is the key.
pub const VERSION: &str = "CAST(x.version AS TEXT)";

/// A version of the rules, by its number.
pub enum Program {}

impl Told for Program {
    const KIND: EntityKind = EntityKind::Program;
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
        Some(Thing {
            kind: Self::KIND,
            owner: String::new(),
            id: key.to_owned(),
        })
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for id in of_brand(which) {
            let version: Option<u32> = id.parse().ok();
            let Some(version) = version else { continue };
            let found = program::Entity::find_by_id(Col(version)).one(db).await?;
            if let Some(row) = found {
                rows.push(Row {
                    scope: BRAND_SCOPE.to_owned(),
                    kind: Self::KIND,
                    key: row.version.to_string(),
                    body: Some(row.document),
                });
            }
        }
        Ok(rows)
    }
}
