//! From when versions of the rules hold.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::program::VERSION;
use super::told::{ALL, BRAND, Expected, Told, Which, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::program;

/// From when a version of the rules holds, by its number.
pub enum ProgramSchedule {}

impl Told for ProgramSchedule {
    const KIND: EntityKind = EntityKind::ProgramSchedule;
    type Wire = wire::ProgramSchedule;
    const EXPECTED: Expected = Expected {
        from: "program x",
        place: "x.version",
        scope: BRAND,
        key: VERSION,
        only: ALL,
        waits: Some(("''", VERSION)),
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
                let key = row.version.to_string();
                let schedule = wire_schedule(&row);
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &schedule)?);
            }
        }
        Ok(rows)
    }
}

fn wire_schedule(p: &program::Model) -> wire::ProgramSchedule {
    wire::ProgramSchedule {
        version: *p.version,
        from: *p.effective_from,
    }
}
