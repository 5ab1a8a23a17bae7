//! One device in another's place.

use protocol::DeviceId;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::find;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::device;

/// A device takes the place of another, within the unit of work in which it is let in. The old one delivers what it has,
/// gives back what it holds, and gets nothing more.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn take_place(
    work: &mut UnitOfWork,
    old: DeviceId,
    new: DeviceId,
) -> Result<(), ServiceError> {
    let row = find(work, old).await?;
    let name = row.name.clone();
    let gone = device::ActiveModel {
        id: Set(row.id),
        // a name is one device's: the new one has it
        name: Set(format!("{name} ({})", short(old))),
        replaced_by: Set(Some(new.into())),
        ..Default::default()
    };
    device::Entity::update(gone).exec(work.on()).await?;
    work.changed(Changed::device(old));
    work.note(Entry::of(Kind::DeviceReplaced).what(format!("device {old} by {new}")));
    Ok(())
}

/// The first letters of an id: enough to tell two of a name apart.
fn short(id: DeviceId) -> String {
    let text = id.to_string();
    let last = text.rsplit('-').next().unwrap_or_default();
    last.chars().take(6).collect()
}
