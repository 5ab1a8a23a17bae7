//! What of a row is to be written.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Iterable, ModelTrait};

/// The columns of a row that are not as they were; none where all are. Only they are to be written: an
/// index is written anew for each of its columns that is named, and a foreign key looked up.
pub fn difference<M, A>(before: &M, now: &M) -> Option<A>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let mut changed = None;
    for column in <M::Entity as EntityTrait>::Column::iter() {
        let value = now.get(column);
        if before.get(column) != value {
            changed
                .get_or_insert_with(|| before.clone().into_active_model())
                .set(column, value);
        }
    }
    changed
}
