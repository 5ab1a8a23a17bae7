//! Counters: enrolling them, knowing them, what they may read, and the lives of their outboxes.

mod answers;
mod ending;
mod evidence;
mod freeing;
mod lacks;
mod lives;
mod replaced;
mod state;
mod sum;
mod unlock;

use protocol::ErrorCode;
use protocol::ids::{DeviceId, Generation};
use protocol::pull::{BRAND_SCOPE, device_scope, store_scope};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QuerySelect, QueryTrait,
};

use crate::error::ServiceError;
use crate::generation;
use centre_store::column::Col;
use centre_store::db::{Later, difference, read_together};
use centre_store::tables::{device, device_former_store};

pub(crate) use answers::keep_answer;
pub(crate) use ending::{Cause, Ending, doubt_all, ended_by, holds_are_known, outstanding};
pub(crate) use evidence::{attested_answered, attested_given, forgotten, gave_what_is_not_here};
pub use freeing::WrittenOff;
pub(crate) use freeing::{find, free};
pub(crate) use lacks::lacks;
pub(crate) use lives::{Life, judge, last_epoch, old_head, pass_over, two_users};
pub(crate) use replaced::take_place;
pub(crate) use state::holder_is_silent;
pub use state::managed;
pub use unlock::{Unlocked, unlock};

/// What a device may read: nothing, where another has taken its place.
pub fn scopes(row: &device::Model) -> Vec<String> {
    if row.replaced_by.is_some() {
        return Vec::new();
    }
    vec![
        BRAND_SCOPE.to_owned(),
        store_scope(&row.store_id),
        device_scope(&row.id),
    ]
}

/// A device's row, locked until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn lock<C: ConnectionTrait>(db: &C, id: DeviceId) -> Result<device::Model, ServiceError> {
    device::Entity::find_by_id(id)
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or_else(unknown)
}

/// Writes a locked row back.
///
/// # Errors
/// Where the database fails.
pub async fn keep<C: ConnectionTrait>(db: &C, row: device::Model) -> Result<(), ServiceError> {
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}

/// Writes back what of a locked row is not as it was.
///
/// # Errors
/// Where the database fails.
pub async fn keep_changed<C: Later>(
    db: &C,
    before: &device::Model,
    row: &device::Model,
) -> Result<(), ServiceError> {
    if let Some(changed) = difference(before, row) {
        let update = device::Entity::update(changed).validate()?;
        db.write_later(update).await?;
    }
    Ok(())
}

/// A device's row, locked until the transaction ends, and the generation of the centre.
///
/// # Errors
/// As [`lock`].
pub async fn lock_and_generation<C: ConnectionTrait>(
    db: &C,
    id: DeviceId,
) -> Result<(device::Model, Generation), ServiceError> {
    let engine = db.get_database_backend();
    let questions = vec![
        device::Entity::find_by_id(id)
            .lock_exclusive()
            .build(engine),
        generation::question().build(engine),
    ];
    let answers = read_together(db, questions).await?;
    let [device, generation] = answers.as_slice() else {
        return Err(ServiceError::Answers {
            asked: 2,
            given: answers.len(),
        });
    };
    let device = device.first().ok_or_else(unknown)?;
    let generation = generation
        .first()
        .ok_or_else(generation::no_identity)?
        .try_get_by_index::<Col<Generation>>(0)?;
    let device = device::Model::from_query_result(device, "")?;
    Ok((device, generation.into_inner()))
}

/// Notes that a device leaves its store: what it did there may come late, and is that store's.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn note_former_store<C: ConnectionTrait>(
    db: &C,
    row: &device::Model,
) -> Result<(), ServiceError> {
    let former = device_former_store::ActiveModel {
        device_id: Set(row.id),
        store_id: Set(row.store_id.clone()),
    };
    device_former_store::Entity::insert_many([former])
        .on_conflict(
            OnConflict::columns([
                device_former_store::Column::DeviceId,
                device_former_store::Column::StoreId,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn unknown() -> ServiceError {
    ServiceError::refused(ErrorCode::NotAuthenticated, "no such device")
}
