//! Numbers that members had before.

use protocol::MemberId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{former_phone, member};

/// Why a number is no longer hers: she has another.
pub const CHANGED: &str = "changed";
/// Why a number is no longer hers: whoever has it now proved it, and is somebody else.
pub const NEW_OWNER: &str = "new_owner";

/// Takes a number from whoever has it: she keeps everything under her card.
///
/// # Errors
/// Where the database fails.
pub async fn give_up_number(
    work: &mut UnitOfWork,
    phone: &str,
    why: &str,
) -> Result<(), ServiceError> {
    let owner = member::Entity::find()
        .filter(member::Column::Phone.eq(phone))
        .one(work.on())
        .await?;
    let Some(owner) = owner else { return Ok(()) };
    let id = owner.id.into_inner();
    let without = member::ActiveModel {
        id: Set((&id).into()),
        phone: Set(None),
        ..Default::default()
    };
    without.update(work.on()).await?;
    keep_former(work, &id, phone, why).await?;
    work.changed(Changed::member(&id));
    Ok(())
}

/// Keeps a number that a member had.
///
/// # Errors
/// Where the database fails.
pub async fn keep_former(
    work: &UnitOfWork,
    id: &MemberId,
    phone: &str,
    why: &str,
) -> Result<(), ServiceError> {
    let row = former_phone::ActiveModel {
        member_id: Set(id.into()),
        phone: Set(phone.to_owned()),
        until: Set(work.now().into()),
        why: Set(why.to_owned()),
    };
    let key = [former_phone::Column::MemberId, former_phone::Column::Phone];
    let again = OnConflict::columns(key)
        .update_columns([former_phone::Column::Until, former_phone::Column::Why])
        .to_owned();
    former_phone::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}
