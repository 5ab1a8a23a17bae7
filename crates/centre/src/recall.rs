//! Asking allowances back. Only the holder gives back: the centre asks, in the feed of the device, and
//! the device answers by a release.

use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::allowance;

/// Asks for these allowances back, where points are left in them; once is enough.
///
/// # Errors
/// Where the database fails.
pub async fn ask_back(
    work: &mut UnitOfWork,
    held: &[allowance::Model],
) -> Result<(), ServiceError> {
    for one in held {
        if !one.outstanding.is_positive() || one.recalled_at.is_some() {
            continue;
        }
        allowance::ActiveModel {
            member_id: Set(one.member_id.clone()),
            id: Set(one.id.clone()),
            recalled_at: Set(Some(work.now().into())),
            ..Default::default()
        }
        .update(work.on())
        .await?;
        work.changed(told(one));
    }
    Ok(())
}

/// What the feed shows of an allowance that is asked back: it, or that it is no longer.
pub fn told(one: &allowance::Model) -> Changed {
    Changed::recall(*one.device_id, one.id.as_str(), &one.member_id)
}
