//! Coupons as a counter of one: at most one device may use a coupon, and that one alone.

use loyalty::{CouponId, Points};
use protocol::grant::{Grant, ShortReason};
use protocol::{GrantId, MemberId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::Round;
use crate::devices;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::coupon;
use protocol::entity::EntityKind;

impl Round {
    /// Answers the wish for one coupon.
    pub(super) async fn coupon(
        &mut self,
        work: &mut UnitOfWork,
        member: &MemberId,
        member_id: &MemberId,
        id: &CouponId,
    ) -> Result<(), ServiceError> {
        let key = (member_id.into(), id.into());
        let found = coupon::Entity::find_by_id(key).one(work.on()).await?;
        let Some(row) = found.filter(|row| row.used_by.is_none()) else {
            self.short(member, Points::ZERO, ShortReason::NotEnoughPoints);
            return Ok(());
        };
        match row.holder_device {
            Some(holder) if holder == self.device.id => {
                // this life has it by an earlier answer, or a life that is over still does
                if row.holder_epoch != Some(self.device.epoch) {
                    self.short(member, Points::ZERO, ShortReason::InDoubt);
                }
                Ok(())
            }
            Some(holder) => {
                let (db, program) = (work.on(), &self.program);
                let epoch = row.holder_epoch.map(Col::into_inner);
                let reason =
                    if devices::holder_is_silent(db, program, *holder, epoch, self.now).await? {
                        ShortReason::InDoubt
                    } else {
                        ask_back(work, &row).await?;
                        ShortReason::HeldElsewhere
                    };
                self.short(member, Points::ZERO, reason);
                Ok(())
            }
            None => self.give(work, member, &row, false).await,
        }
    }

    /// The open coupons of a member go to the first checkout counter of her store that asks.
    pub(super) async fn coupons_ahead(
        &mut self,
        work: &mut UnitOfWork,
        member: &MemberId,
        member_id: &MemberId,
    ) -> Result<(), ServiceError> {
        if !self.device.checkout {
            return Ok(());
        }
        let today = self.program.business_date(self.now);
        let open = coupon::Entity::find()
            .filter(coupon::Column::MemberId.eq(Col::from(member_id)))
            .filter(coupon::Column::UsedBy.is_null())
            .filter(coupon::Column::HolderDevice.is_null())
            .order_by_asc(coupon::Column::Id)
            .all(work.on())
            .await?;
        for row in open {
            if row.expires_on.is_none_or(|last| last >= today) {
                self.give(work, member, &row, true).await?;
            }
        }
        Ok(())
    }

    async fn give(
        &mut self,
        work: &mut UnitOfWork,
        member: &MemberId,
        row: &coupon::Model,
        ahead: bool,
    ) -> Result<(), ServiceError> {
        let grant = GrantId::fresh();
        coupon::ActiveModel {
            member_id: Set(row.member_id.clone()),
            id: Set(row.id.clone()),
            holder_device: Set(Some(self.device.id)),
            holder_epoch: Set(Some(self.device.epoch)),
            holder_grant: Set(Some(Col(grant.to_string().into()))),
            recalled_at: Set(None),
            ..Default::default()
        }
        .update(work.on())
        .await?;
        work.changed(Changed::of(
            EntityKind::Coupon,
            &row.member_id,
            row.id.as_str(),
        ));
        self.given += 1;
        self.reply.grants.push(Grant {
            grant,
            member: member.clone(),
            points: Points::ZERO,
            lots: Vec::new(),
            lease_until: self.lease_until,
            coupon: Some(row.id.to_string()),
            ahead,
            attestation: None,
        });
        Ok(())
    }
}

/// Asks for a coupon back; once is enough.
async fn ask_back(work: &mut UnitOfWork, row: &coupon::Model) -> Result<(), ServiceError> {
    let (Some(device), Some(grant)) = (row.holder_device, &row.holder_grant) else {
        return Ok(());
    };
    if row.recalled_at.is_some() {
        return Ok(());
    }
    coupon::ActiveModel {
        member_id: Set(row.member_id.clone()),
        id: Set(row.id.clone()),
        recalled_at: Set(Some(work.now().into())),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    work.changed(Changed::recall(*device, grant.as_str(), &row.member_id));
    Ok(())
}
