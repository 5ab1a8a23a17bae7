//! The manager's list: what the rules would have refused, or what a manager should know, by the store that bears it.

use loyalty::{Money, Points, Refusal};
use protocol::ids::{MemberId, StoreId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::case::Case;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::db::Later;
use centre_store::tables::manager_list;

/// Puts what the rules would have refused on the manager's list of the store that bears it.
pub async fn list(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: &MemberId,
    overruled: &[Refusal],
    loss: Points,
) -> Result<(), ServiceError> {
    for (i, refusal) in overruled.iter().enumerate() {
        let points = if *refusal == Refusal::NotEnoughPoints || (i == 0 && overruled.len() == 1) {
            loss.floor_zero()
        } else {
            Points::ZERO
        };
        note(work, case, store, member, refusal.code(), points).await?;
    }
    Ok(())
}

/// Puts a reason on the list.
///
/// # Errors
/// Where the database fails.
pub async fn note(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: &MemberId,
    reason: &str,
    points: Points,
) -> Result<(), ServiceError> {
    note_cost(work, case, store, member, reason, (points, Money::ZERO)).await
}

/// [`note`], with the money that the store bears beside the points.
pub async fn note_cost(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: &MemberId,
    reason: &str,
    cost: (Points, Money),
) -> Result<(), ServiceError> {
    enter(work, case, store, Some(member), reason, cost).await
}

/// [`note`] of what costs nothing, and may be about no member.
///
/// # Errors
/// Where the database fails.
pub async fn note_of(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: Option<&MemberId>,
    reason: &str,
) -> Result<(), ServiceError> {
    enter(
        work,
        case,
        store,
        member,
        reason,
        (Points::ZERO, Money::ZERO),
    )
    .await
}

async fn enter(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: Option<&MemberId>,
    reason: &str,
    (points, money): (Points, Money),
) -> Result<(), ServiceError> {
    let row = manager_list::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        store_id: Set(store.into()),
        op_id: Set(case.op_id().into()),
        member_id: Set(member.map(Col::from)),
        reason: Set(reason.to_owned()),
        points: Set(points.into()),
        at: Set(work.now().into()),
        seen_at: Set(None),
        fen: Set(money.into()),
    };
    let row = manager_list::Entity::insert_many([row]).on_conflict(
        OnConflict::columns([manager_list::Column::OpId, manager_list::Column::Reason])
            .do_nothing()
            .to_owned(),
    );
    Ok(work.on().write_later(row).await?)
}
