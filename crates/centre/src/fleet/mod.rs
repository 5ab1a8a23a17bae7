//! Looking after a thousand devices: how each is, what headquarters sets for them, their logs, one in another's place, and
//! new versions given out by and by.

mod check_in;
mod health;
mod logs;
mod offers;
mod packages;
mod releases;
mod replace;
mod settings;
mod staging;

pub use check_in::check_in;
pub use health::{DeviceLine, health_of};
pub use logs::{KeptLog, ask_for_log, forget_old as forget_old_logs, keep_log, kept_log};
pub use offers::offered_to_all;
pub use packages::{Added, Folder, NewRelease, add, package};
pub use releases::{Release, ReleaseFileLine, hold, releases, stage};
pub use replace::replace;
pub use settings::{set as set_settings, settings_of};
pub use staging::Stage;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::device;
use protocol::StoreId;

/// Has the devices of a store, or of all, check in at their next contact.
async fn call_in(work: &UnitOfWork, store: Option<&StoreId>) -> Result<(), ServiceError> {
    let due = device::ActiveModel {
        check_in_due: Set(true),
        ..Default::default()
    };
    let mut update = device::Entity::update_many()
        .set(due)
        .filter(device::Column::RevokedAt.is_null());
    if let Some(store) = store {
        update = update.filter(device::Column::StoreId.eq(Col::from(store)));
    }
    update.exec(work.on()).await?;
    Ok(())
}
