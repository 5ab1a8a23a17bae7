//! The generation of the centre's database: a number that grows where it was put back from a backup.

use protocol::ids::Generation;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
};

use crate::error::ServiceError;
use crate::work::Work;
use centre_store::tables::centre;

/// The beginning of 2020, in seconds since 1970.
const EPOCH_2020: i64 = 1_577_836_800;

/// The generation as the database has it now.
///
/// # Errors
/// Where the database fails.
pub async fn current<C: ConnectionTrait>(db: &C) -> Result<i32, ServiceError> {
    let found: Option<i32> = question().into_tuple().one(db).await?;
    found.ok_or_else(no_identity)
}

/// The question for [`current`].
pub(crate) fn question() -> Select<centre::Entity> {
    centre::Entity::find()
        .select_only()
        .column(centre::Column::Generation)
}

pub(crate) fn no_identity() -> ServiceError {
    ServiceError::broken("the centre has no identity")
}

/// A stored generation as it goes over the wire.
pub fn on_the_wire(stored: i32) -> Generation {
    Generation(u32::try_from(stored).unwrap_or(1))
}

/// Begins a new generation, once however many ask at the same time: `seen` is the one that they saw,
/// and `told` the latest that a counter has told of. A backup that is put back twice must not begin
/// the same generation twice, so it is no less than the minutes since 2020.
///
/// # Errors
/// Where the database fails.
pub async fn begin(work: &Work, seen: i32, told: i32) -> Result<i32, ServiceError> {
    let minutes = (work.now().timestamp() - EPOCH_2020) / 60;
    let next = i32::try_from(minutes)
        .unwrap_or(0)
        .max(seen.saturating_add(1))
        .max(told.saturating_add(1));
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            generation: Set(next),
            copied_at: Set(None),
            ..Default::default()
        })
        .filter(centre::Column::Generation.eq(seen))
        .exec(work.on())
        .await?;
    current(work.on()).await
}
