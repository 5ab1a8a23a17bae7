//! Coupons of members, and the one function by which a coupon comes to be.

use centre_store::boxed;
use identity::Found;
use loyalty::{Coupon, CouponId};
use protocol::{ErrorCode, MemberId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::ledger::{Ledger, Need};
use crate::log::{Entry, Kind};
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{coupon, member};
use protocol::entity::EntityKind;

/// Who is meant by an id, a card number or a phone number.
///
/// # Errors
/// [`ErrorCode::NotFound`], [`ErrorCode::Malformed`] where several may be meant; where the database fails.
pub async fn named<C: ConnectionTrait>(db: &C, who: &str) -> Result<member::Model, ServiceError> {
    match members::by_number(db, who).await? {
        Found::One(named) => Ok(named.model),
        Found::None => Err(nobody()),
        Found::Several(all) => {
            let cards: Vec<String> = all.into_iter().map(|n| n.model.card_no).collect();
            let which = format!("several may be meant, by card: {}", cards.join(", "));
            Err(ServiceError::refused(ErrorCode::Malformed, which))
        }
    }
}

/// Gives a member a coupon.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such member, [`ErrorCode::Malformed`] for a coupon that
/// cannot be or whose id is taken; where the database fails.
#[boxed]
pub async fn give(centre: &Centre, who: &str, coupon: Coupon) -> Result<CouponId, ServiceError> {
    let mut work = centre.work().await?;
    let member = named(work.on(), who).await?;
    let id = coupon.id.clone();
    let taken = coupon::Entity::find()
        .filter(coupon::Column::Id.eq(Col::from(&id)))
        .one(work.on())
        .await?;
    let malformed = |what: String| ServiceError::refused(ErrorCode::Malformed, what);
    if taken.is_some() {
        return Err(malformed(format!("coupon {id} has been given before")));
    }
    let program = centre.current_program().await?;
    let loaded = Ledger::load(
        work.on(),
        &program,
        &member.id,
        work.now(),
        &Need::default(),
    )
    .await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", &member.id))?;
    loyalty::give_coupon(&mut ledger.account, coupon).map_err(|e| malformed(e.to_string()))?;
    ledger.save(&mut work, &program).await?;
    let entry = Entry::of(Kind::CouponGiven).about(&member.id);
    work.note(entry.what(format!("coupon {id}")));
    work.changed(Changed::of(EntityKind::Coupon, member.id, id.as_str()));
    work.commit().await?;
    Ok(id)
}

/// Lets go of a coupon: nobody holds it any more, and any counter may ask for it.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn let_go(work: &mut UnitOfWork, held: coupon::Model) -> Result<(), ServiceError> {
    coupon::ActiveModel {
        member_id: Set(held.member_id.clone()),
        id: Set(held.id.clone()),
        holder_device: Set(None),
        holder_epoch: Set(None),
        holder_grant: Set(None),
        recalled_at: Set(None),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    work.changed(Changed::of(
        EntityKind::Coupon,
        held.member_id.clone(),
        held.id.as_str(),
    ));
    let owner = member::Entity::find_by_id(held.member_id.clone());
    let into = owner.one(work.on()).await?.and_then(|m| m.merged_into);
    match into {
        Some(into) => go_over(work, held, &into).await,
        None => Ok(()),
    }
}

/// A coupon that nobody holds becomes another member's: two were merged.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn go_over(
    work: &mut UnitOfWork,
    row: coupon::Model,
    into: &MemberId,
) -> Result<(), ServiceError> {
    let came_from = Some(row.member_id.clone());
    becomes(work, row, into, came_from).await
}

/// A coupon that came along with a member who was merged is hers again.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn come_back(
    work: &mut UnitOfWork,
    row: coupon::Model,
    to: &MemberId,
) -> Result<(), ServiceError> {
    becomes(work, row, to, None).await
}

async fn becomes(
    work: &mut UnitOfWork,
    row: coupon::Model,
    whose: &MemberId,
    came_from: Option<Col<MemberId>>,
) -> Result<(), ServiceError> {
    let before = row.member_id.clone();
    let moved = coupon::ActiveModel {
        member_id: Set(whose.into()),
        came_from: Set(came_from),
        ..Default::default()
    };
    coupon::Entity::update_many()
        .set(moved)
        .filter(coupon::Column::MemberId.eq(before.clone()))
        .filter(coupon::Column::Id.eq(row.id.clone()))
        .exec(work.on())
        .await?;
    for owner in [before, whose.into()] {
        work.changed(Changed::of(EntityKind::Coupon, owner, row.id.as_str()));
    }
    Ok(())
}

/// All coupons of a member, used ones too.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn of(centre: &Centre, member: &MemberId) -> Result<Vec<coupon::Model>, ServiceError> {
    Ok(coupon::Entity::find()
        .filter(coupon::Column::MemberId.eq(Col::from(member)))
        .order_by_asc(coupon::Column::Id)
        .all(centre.db().read())
        .await?)
}

fn nobody() -> ServiceError {
    ServiceError::refused(ErrorCode::NotFound, "no such member")
}
