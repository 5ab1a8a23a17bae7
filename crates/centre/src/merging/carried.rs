//! What goes along with a member who is merged with another, and comes back with her: what counters show of her, coupons,
//! notes.

use std::collections::HashSet;

use protocol::MemberId;
use protocol::entity::EntityKind;
use protocol::pull::{device_scope, store_scope};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};

use crate::coupons;
use crate::error::ServiceError;
use crate::feed::{self, Changed};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{
    coupon, feed as feed_row, member, member_note, receipt, redemption, sample, sign_up_waits,
    visit,
};

/// Keys in one statement.
const CHUNK: usize = 125;

/// Scopes in which a member is shown.
async fn scopes(work: &UnitOfWork, one: &member::Model) -> Result<Vec<String>, ServiceError> {
    let visits = visit::Entity::find()
        .filter(visit::Column::MemberId.eq(&one.id))
        .all(work.on())
        .await?;
    let visits = visits.iter().map(|v| device_scope(&v.device_id));
    Ok(std::iter::once(store_scope(&one.home_store))
        .chain(visits)
        .collect())
}

/// Takes everything of a member out of the scopes in which `who` is shown. What is shown there all the same, as whose it is
/// now, is told with it and counts.
pub(super) async fn leave(
    work: &mut UnitOfWork,
    who: &member::Model,
    of: &MemberId,
) -> Result<(), ServiceError> {
    let hers = feed::keys_of_member(work.on(), of).await?;
    for scope in scopes(work, who).await? {
        for some in hers.chunks(CHUNK) {
            let shown: HashSet<(String, String)> = feed_row::Entity::find()
                .select_only()
                .columns([feed_row::Column::Entity, feed_row::Column::EntityKey])
                .filter(feed_row::Column::Scope.eq(&scope))
                .filter(feed_row::Column::EntityKey.is_in(some.iter().map(|(_, key)| key.clone())))
                .filter(feed_row::Column::Body.is_not_null())
                .into_tuple()
                .all(work.on())
                .await?
                .into_iter()
                .collect();
            for (kind, key) in some {
                if shown.contains(&(kind.name().to_owned(), key.clone())) {
                    let (scope, kind, key) = (scope.clone(), *kind, key.clone());
                    work.changed(Changed::Gone { scope, kind, key });
                }
            }
        }
    }
    Ok(())
}

/// Tells what a member bought, redeemed and was given anew: as whose it is shown has changed.
pub(super) async fn tell(work: &mut UnitOfWork, who: &MemberId) -> Result<(), ServiceError> {
    let own = Col::from(who);
    let receipts: Vec<String> = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::OpId)
        .filter(receipt::Column::MemberId.eq(own.clone()))
        .into_tuple()
        .all(work.on())
        .await?;
    let redemptions: Vec<String> = redemption::Entity::find()
        .select_only()
        .column(redemption::Column::OpId)
        .filter(redemption::Column::MemberId.eq(own.clone()))
        .into_tuple()
        .all(work.on())
        .await?;
    let samples: Vec<String> = sample::Entity::find()
        .select_only()
        .column(sample::Column::OpId)
        .filter(sample::Column::MemberId.eq(own))
        .into_tuple()
        .all(work.on())
        .await?;
    for (kind, ids) in [
        (EntityKind::Receipt, receipts),
        (EntityKind::Redemption, redemptions),
        (EntityKind::Sample, samples),
    ] {
        for id in ids {
            work.changed(Changed::of(kind, who, id));
        }
    }
    Ok(())
}

/// Coupons that nobody holds or has used go along; those that a counter holds are asked back, and go along when they come.
pub(super) async fn coupons_go(
    work: &mut UnitOfWork,
    went: &MemberId,
    into: &MemberId,
) -> Result<(), ServiceError> {
    for row in of_member(work, went).await? {
        match (row.holder_device, row.holder_grant.as_ref()) {
            (None, _) => coupons::go_over(work, row, into).await?,
            (Some(device), Some(grant)) if row.recalled_at.is_none() => {
                let asked = coupon::ActiveModel {
                    member_id: Set(row.member_id.clone()),
                    id: Set(row.id.clone()),
                    recalled_at: Set(Some(work.now().into())),
                    ..Default::default()
                };
                asked.update(work.on()).await?;
                work.changed(Changed::recall(*device, grant.as_str(), went));
            }
            (Some(_), _) => {}
        }
    }
    Ok(())
}

/// Coupons that came along and that nobody holds or has used come back.
pub(super) async fn coupons_come_back(
    work: &mut UnitOfWork,
    stayed: &MemberId,
    went: &MemberId,
) -> Result<(), ServiceError> {
    let hers = of_member(work, stayed).await?;
    let from = |row: &coupon::Model| row.came_from.as_ref().is_some_and(|from| **from == *went);
    for row in hers
        .into_iter()
        .filter(|row| from(row) && row.holder_device.is_none())
    {
        coupons::come_back(work, row, went).await?;
    }
    Ok(())
}

async fn of_member(work: &UnitOfWork, id: &MemberId) -> Result<Vec<coupon::Model>, ServiceError> {
    Ok(coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(Col::from(id)))
        .filter(coupon::Column::UsedBy.is_null())
        .all(work.on())
        .await?)
}

/// Notes by clerks, and what waits for a number to be proven. The ids of the notes.
pub(super) async fn notes_go(
    work: &UnitOfWork,
    went: &MemberId,
    into: &MemberId,
) -> Result<Vec<String>, ServiceError> {
    let notes: Vec<String> = member_note::Entity::find()
        .select_only()
        .column(member_note::Column::OpId)
        .filter(member_note::Column::MemberId.eq(Col::from(went)))
        .into_tuple()
        .all(work.on())
        .await?;
    notes_to(work, went, into, &notes).await?;
    let waits = sign_up_waits::ActiveModel {
        member_id: Set(into.into()),
        ..Default::default()
    };
    sign_up_waits::Entity::update_many()
        .set(waits)
        .filter(sign_up_waits::Column::MemberId.eq(Col::from(went)))
        .exec(work.on())
        .await?;
    Ok(notes)
}

/// Puts notes under another member.
pub(super) async fn notes_to(
    work: &UnitOfWork,
    from: &MemberId,
    to: &MemberId,
    notes: &[String],
) -> Result<(), ServiceError> {
    for some in notes.chunks(CHUNK) {
        let moved = member_note::ActiveModel {
            member_id: Set(to.into()),
            ..Default::default()
        };
        member_note::Entity::update_many()
            .set(moved)
            .filter(member_note::Column::MemberId.eq(Col::from(from)))
            .filter(member_note::Column::OpId.is_in(some.to_vec()))
            .exec(work.on())
            .await?;
    }
    Ok(())
}
