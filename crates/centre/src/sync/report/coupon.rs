//! Whose a single-use coupon is, by what counters report.

use loyalty::{CouponId, GrantId};
use protocol::ids::MemberId;
use protocol::report::{AllowanceState, Reported};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::coupons;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::generation;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{coupon, device};
use protocol::entity::EntityKind;

/// Takes what a counter tells of a coupon to a database that was put back from a backup. Whoever has it in hand holds it,
/// whoever was known to hold it before; of two who say so, the one to whom it was given later; else who used it, unless one who has told all has it in hand; never who gave it
/// back. Whether this counter holds it now and did not before.
///
/// # Errors
/// Where the database fails.
pub(super) async fn told(
    work: &mut UnitOfWork,
    device: &device::Model,
    member: &MemberId,
    id: &CouponId,
    told: &Reported,
) -> Result<bool, ServiceError> {
    let key = (member.into(), id.into());
    let Some(row) = coupon::Entity::find_by_id(key).one(work.on()).await? else {
        return Ok(false);
    };
    let grant = Col(GrantId::new(told.grant.to_string()));
    let own = row.holder_device == Some(device.id)
        && row.holder_epoch == Some(device.epoch)
        && row.holder_grant.as_ref() == Some(&grant);
    match told.state {
        AllowanceState::GivenBack if own => {
            coupons::let_go(work, row).await?;
            return Ok(false);
        }
        AllowanceState::GivenBack => return Ok(false),
        AllowanceState::InHand | AllowanceState::Used if own || row.used_by.is_some() => {
            return Ok(false);
        }
        // this database knows that it gave it, and that it came back since
        AllowanceState::InHand | AllowanceState::Used
            if recovery::remembers(work.on(), device, told).await? =>
        {
            return Ok(false);
        }
        AllowanceState::Used if holder_has_told(work, &row).await? => return Ok(false),
        // both say that they have it: it was given a second time only once it had come back from the first. Ids of grants
        // grow with time
        AllowanceState::InHand
            if row
                .holder_grant
                .as_ref()
                .is_some_and(|theirs| theirs.as_str() > grant.as_str())
                && holder_has_told(work, &row).await? =>
        {
            return Ok(false);
        }
        AllowanceState::InHand | AllowanceState::Used => {}
    }
    if let (Some(other), Some(theirs)) = (row.holder_device, row.holder_grant) {
        work.changed(Changed::recall(*other, theirs.as_str(), &row.member_id));
    }
    coupon::ActiveModel {
        member_id: Set(row.member_id.clone()),
        id: Set(row.id.clone()),
        holder_device: Set(Some(device.id)),
        holder_epoch: Set(Some(device.epoch)),
        holder_grant: Set(Some(grant)),
        recalled_at: Set(None),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    work.changed(Changed::of(
        EntityKind::Coupon,
        row.member_id,
        row.id.as_str(),
    ));
    Ok(true)
}

/// Whether whoever holds a coupon has reported all that it holds.
async fn holder_has_told(work: &UnitOfWork, row: &coupon::Model) -> Result<bool, ServiceError> {
    let Some(holder) = row.holder_device else {
        return Ok(false);
    };
    let generation = generation::current(work.on()).await?;
    let holder = device::Entity::find_by_id(holder).one(work.on()).await?;
    Ok(holder.is_some_and(|device| *device.reported_generation >= generation))
}
