//! From when versions of the rules hold.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use sea_orm::ConnectionTrait;

use super::program::{VERSION, versions};
use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::tables::program;

/// From when a version of the rules holds, by its number.
pub enum ProgramSchedule {}

impl Told for ProgramSchedule {
    const KIND: EntityKind = EntityKind::ProgramSchedule;
    const SENSITIVE: bool = false;
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
        Some(Thing::new(Self::KIND, Owner::Brand, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let versions = versions(db, which).await?.into_iter();
        let row = |row: program::Model| {
            let key = row.version.to_string();
            Ok(Row::with(
                BRAND_SCOPE.to_owned(),
                key,
                &wire_schedule(&row),
            )?)
        };
        versions.map(row).collect()
    }

    belongs_to_no_member!();
}

fn wire_schedule(p: &program::Model) -> wire::ProgramSchedule {
    wire::ProgramSchedule {
        version: *p.version,
        from: *p.effective_from,
    }
}
