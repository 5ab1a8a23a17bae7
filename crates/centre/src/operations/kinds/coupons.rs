//! Whose a coupon was to use: a counter of one.

use loyalty::{CouponId, GrantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::coupons;
use crate::devices::{self, Cause};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::operations::case::Case;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::coupon;
use protocol::entity::EntityKind;
use protocol::ids::MemberId;

/// On the manager's list: another counter held the coupon, or none did.
const NOT_HELD: &str = "coupon_not_held";
/// On the manager's list: the counter that used it had been written off.
const WRITTEN_OFF: &str = "coupon_written_off";

/// Coupons of a sale that its counter did not hold, and why that is on the manager's list. The sale
/// counts as it happened; what the coupon took off is the store's to bear.
///
/// # Errors
/// Where the database fails.
pub async fn not_held(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    member: &MemberId,
    used: &[String],
) -> Result<Vec<(CouponId, &'static str)>, ServiceError> {
    if used.is_empty() {
        return Ok(Vec::new());
    }
    let holder = case.holder();
    let rows = coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(Col::from(member)))
        .filter(coupon::Column::Id.is_in(used.to_vec()))
        .all(work.on())
        .await?;
    let mut found = Vec::new();
    if rows.len() < used.len() {
        work.note_unknown_spent();
    }
    for row in rows {
        work.changed(Changed::of(
            EntityKind::Coupon,
            &row.member_id,
            row.id.as_str(),
        ));
        let (Some(device), Some(grant)) = (row.holder_device, &row.holder_grant) else {
            // one that was used is the rules' to object to
            if row.used_by.is_none() && !is_proven(work, case, &row.id).await? {
                work.note_unknown_spent();
                let over = [Cause::WriteOff, Cause::Fork, Cause::Revoked];
                let ended =
                    devices::ended_by(work.on(), holder.device, holder.epoch, &over).await?;
                found.push((row.id.0, if ended { WRITTEN_OFF } else { NOT_HELD }));
            }
            continue;
        };
        if device == holder.device && row.holder_epoch == Some(Col(holder.epoch)) {
            if row.recalled_at.is_some() {
                work.changed(Changed::recall(*device, grant.as_str(), &row.member_id));
            }
            continue;
        }
        // whoever holds it finds it used: it is asked back from there
        work.changed(Changed::recall(*device, grant.as_str(), &row.member_id));
        found.push((row.id.0, NOT_HELD));
    }
    Ok(found)
}

/// Whether the counter shows that it was given the coupon, and the books have forgotten it.
async fn is_proven(
    work: &UnitOfWork,
    case: &Case<'_>,
    coupon: &CouponId,
) -> Result<bool, ServiceError> {
    let epoch = case.holder().epoch;
    recovery::coupon_is_proven(work.on(), case.device, epoch, coupon).await
}

/// Lets a coupon go that its holder gives back. Whether it held it.
///
/// # Errors
/// Where the database fails.
pub async fn release(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    member: &MemberId,
    id: &CouponId,
    grant: &GrantId,
) -> Result<bool, ServiceError> {
    let holder = case.holder();
    let key = (member.into(), id.into());
    let Some(row) = coupon::Entity::find_by_id(key).one(work.on()).await? else {
        return Ok(false);
    };
    let held = row.holder_device == Some(Col(holder.device))
        && row.holder_epoch == Some(Col(holder.epoch))
        && row.holder_grant.as_deref() == Some(grant);
    if !held {
        return Ok(false);
    }
    let member = row.member_id.clone();
    coupons::let_go(work, row).await?;
    work.changed(Changed::recall(holder.device, grant.as_str(), &member));
    Ok(true)
}
