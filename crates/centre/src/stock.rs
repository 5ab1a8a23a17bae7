//! Pieces of rewards that a store has: set by headquarters, lowered by redemptions, never below zero. What a
//! store does not count has no row and is never short.

use centre_store::boxed;
use protocol::operation::Redeemed;
use protocol::{ErrorCode, StoreId};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{reward, reward_stock, store};
use protocol::entity::EntityKind;

/// On the manager's list: more was given out than the store counted.
pub(crate) const OUT_OF_STOCK: &str = "out_of_stock";
/// Most pieces that a store can count of one reward.
pub const MOST: u32 = 1_000_000;

/// Says how many pieces of a reward a store has; none = it is not counted there any more.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such store or reward; [`ErrorCode::Malformed`] beyond [`MOST`];
/// where the database fails.
#[boxed]
pub async fn set(
    work: &mut UnitOfWork,
    store_id: &StoreId,
    reward_id: &str,
    pieces: Option<u32>,
) -> Result<(), ServiceError> {
    let missing =
        |what: &str| ServiceError::refused(ErrorCode::NotFound, format!("no such {what}"));
    if store::Entity::find_by_id(store_id)
        .one(work.on())
        .await?
        .is_none()
    {
        return Err(missing("store"));
    }
    if reward::Entity::find_by_id(reward_id)
        .one(work.on())
        .await?
        .is_none()
    {
        return Err(missing("reward"));
    }
    let key = (store_id.into(), reward_id.to_owned());
    match pieces {
        None => {
            reward_stock::Entity::delete_by_id(key)
                .exec(work.on())
                .await?;
        }
        Some(pieces) if pieces <= MOST => {
            let row = reward_stock::ActiveModel {
                store_id: Set(key.0),
                reward_id: Set(key.1),
                pieces: Set(pieces.into()),
            };
            reward_stock::Entity::insert(row)
                .on_conflict(
                    OnConflict::columns([
                        reward_stock::Column::StoreId,
                        reward_stock::Column::RewardId,
                    ])
                    .update_column(reward_stock::Column::Pieces)
                    .to_owned(),
                )
                .exec_without_returning(work.on())
                .await?;
        }
        Some(_) => {
            return Err(ServiceError::refused(
                ErrorCode::Malformed,
                "more pieces than a store can count",
            ));
        }
    }
    let counted = pieces.map_or_else(|| "not counted".to_owned(), |n| n.to_string());
    let what = format!("store {store_id}, reward {reward_id}: {counted}");
    work.note(Entry::of(Kind::StockSet).what(what));
    told(work, store_id, reward_id);
    Ok(())
}

/// Takes what a redemption gave out. Answers whether there was less than it gave: what is there goes then.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn take_redeemed(
    work: &mut UnitOfWork,
    store_id: &StoreId,
    what: &Redeemed,
) -> Result<bool, ServiceError> {
    match what {
        Redeemed::Reward { reward, qty, .. } => take(work, store_id, reward, *qty).await,
        Redeemed::Cash { .. } => Ok(false),
    }
}

/// Takes pieces of a reward that were given out. Answers whether there were fewer: what is there goes then.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn take(
    work: &mut UnitOfWork,
    store_id: &StoreId,
    reward: &str,
    qty: u32,
) -> Result<bool, ServiceError> {
    let qty = i64::from(qty);
    // one statement: two redemptions at once never take the same piece
    let taken = changing(store_id, reward, -qty)
        .filter(reward_stock::Column::Pieces.gte(qty))
        .exec(work.on())
        .await?;
    if taken.rows_affected > 0 {
        told(work, store_id, reward);
        return Ok(false);
    }
    let emptied = reward_stock::Entity::update_many()
        .col_expr(reward_stock::Column::Pieces, Expr::value(0))
        .filter(reward_stock::Column::StoreId.eq(Col::from(store_id)))
        .filter(reward_stock::Column::RewardId.eq(reward))
        .exec(work.on())
        .await?;
    if emptied.rows_affected > 0 {
        told(work, store_id, reward);
    }
    Ok(emptied.rows_affected > 0)
}

/// Puts back what a redemption had given out: it was reversed.
///
/// # Errors
/// Where the database fails.
pub async fn put_back(
    work: &mut UnitOfWork,
    store_id: &StoreId,
    what: &Redeemed,
) -> Result<(), ServiceError> {
    let Redeemed::Reward { reward, qty, .. } = what else {
        return Ok(());
    };
    let qty = i64::from(*qty);
    let room = i64::from(MOST) - qty;
    let done = changing(store_id, reward, qty)
        .filter(reward_stock::Column::Pieces.lte(room))
        .exec(work.on())
        .await?;
    if done.rows_affected > 0 {
        told(work, store_id, reward);
    }
    Ok(())
}

fn changing(
    store_id: &StoreId,
    reward_id: &str,
    by: i64,
) -> sea_orm::UpdateMany<reward_stock::Entity> {
    reward_stock::Entity::update_many()
        .col_expr(
            reward_stock::Column::Pieces,
            Expr::col(reward_stock::Column::Pieces).add(by),
        )
        .filter(reward_stock::Column::StoreId.eq(Col::from(store_id)))
        .filter(reward_stock::Column::RewardId.eq(reward_id))
}

fn told(work: &mut UnitOfWork, store_id: &StoreId, reward_id: &str) {
    work.changed(Changed::of(EntityKind::Stock, store_id, reward_id));
}
