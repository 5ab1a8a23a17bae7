//! What came before its clerk's key was known is proven once it is, and needs nobody's eye any more: a counter that was
//! brought up to date while it was offline sends what was done there before it can tell the key.

use centre_store::column::{Col, Proof};
use centre_store::tables::{manager_list, operation};
use ed25519_dalek::VerifyingKey;
use protocol::{ClerkId, DeviceId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::store;
use crate::clerks::CLERK_UNPROVEN;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// Looks again at what a clerk did on a device, by a key that has just become known.
///
/// # Errors
/// Where the database fails.
pub async fn prove_late(
    work: &UnitOfWork,
    device: DeviceId,
    clerk: &ClerkId,
    key: &VerifyingKey,
) -> Result<(), ServiceError> {
    let unproven = operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(Col(device)))
        .filter(operation::Column::ClerkId.eq(Col::from(clerk)))
        .filter(operation::Column::ClerkProof.eq(Proof::Unproven))
        .all(work.on())
        .await?;
    for row in unproven {
        if !store::operation(&row)?.is_by_clerk(key) {
            continue;
        }
        manager_list::Entity::delete_many()
            .filter(manager_list::Column::OpId.eq(row.op_id.to_string()))
            .filter(manager_list::Column::Reason.eq(CLERK_UNPROVEN))
            .exec(work.on())
            .await?;
        let mut row = row.into_active_model();
        row.clerk_proof = Set(Proof::Proven);
        row.update(work.on()).await?;
    }
    Ok(())
}
