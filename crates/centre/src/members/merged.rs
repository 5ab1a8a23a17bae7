//! Who a member is since two were merged: whoever finds the one that went is given the one that stayed.

use protocol::MemberId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::member;

/// The member that she is.
///
/// # Errors
/// Where the database fails, or has no such member.
pub async fn who_stayed<C: ConnectionTrait>(
    db: &C,
    found: member::Model,
) -> Result<member::Model, ServiceError> {
    let Some(into) = &found.merged_into else {
        return Ok(found);
    };
    let stayed = member::Entity::find_by_id(into.clone()).one(db).await?;
    stayed.ok_or_else(|| ServiceError::missing("member", into))
}

/// [`who_stayed`] of whoever was found.
///
/// # Errors
/// As [`who_stayed`].
pub async fn who_stayed_of<C: ConnectionTrait>(
    db: &C,
    found: Option<member::Model>,
) -> Result<Option<member::Model>, ServiceError> {
    match found {
        Some(found) => who_stayed(db, found).await.map(Some),
        None => Ok(None),
    }
}

/// Those who went when they were merged with her, the first first.
///
/// # Errors
/// Where the database fails.
pub async fn who_went<C: ConnectionTrait>(
    db: &C,
    stayed: &MemberId,
) -> Result<Vec<MemberId>, ServiceError> {
    let ids: Vec<Col<MemberId>> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::MergedInto.eq(Col::from(stayed)))
        .order_by_asc(member::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(Col::into_inner).collect())
}
