//! The generation of the centre's database: a number that grows where it was put back from a backup.

use protocol::ids::Generation;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
};

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::centre;

/// The beginning of 2020, in seconds since 1970.
const EPOCH_2020: i64 = 1_577_836_800;

/// The generation as the database has it now.
///
/// # Errors
/// Where the database fails.
pub async fn current<C: ConnectionTrait>(db: &C) -> Result<Generation, ServiceError> {
    let found: Option<Col<Generation>> = question().into_tuple().one(db).await?;
    found.map(Col::into_inner).ok_or_else(no_identity)
}

/// The question for [`current`].
pub(crate) fn question() -> Select<centre::Entity> {
    centre::Entity::find()
        .select_only()
        .column(centre::Column::Generation)
}

pub(crate) fn no_identity() -> ServiceError {
    ServiceError::missing("centre", 1)
}

/// Begins a new generation, once however many ask at the same time: `seen` is the one that they saw,
/// and `told` the latest that a counter has told of. A backup that is put back twice must not begin
/// the same generation twice, so it is no less than the minutes since 2020.
///
/// # Errors
/// Where the database fails.
pub async fn begin(
    work: &UnitOfWork,
    seen: Generation,
    told: Generation,
) -> Result<Generation, ServiceError> {
    let minutes = (work.now().timestamp() - EPOCH_2020) / 60;
    // a clock before 2020 says nothing
    let minutes = Generation(u32::try_from(minutes).unwrap_or(0));
    let next = minutes.max(after(seen)).max(after(told));
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            generation: Set(next.into()),
            copied_at: Set(None),
            ..Default::default()
        })
        .filter(centre::Column::Generation.eq(Col(seen)))
        .exec(work.on())
        .await?;
    current(work.on()).await
}

fn after(generation: Generation) -> Generation {
    Generation(generation.0.saturating_add(1))
}
