//! Whether the manager who approved may, and whether that is proven: what happened counts either way, and is listed where not. A
//! store whose device signs what it does bears what only a sound approval allowed.

use loyalty::Points;
use protocol::entity::Role;
use protocol::ids::{MemberId, StoreId};
use protocol::operation::{Approving, OperationKind};
use protocol::push::Effect;
use sea_orm::EntityTrait;

use crate::clerks::APPROVAL_UNPROVEN;
use crate::error::ServiceError;
use crate::operations::case::Case;
use crate::operations::listed::note;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Proof;
use centre_store::tables::clerk;

/// On the manager's list: it needed an approval and has none.
const NOT_APPROVED: &str = "not_approved";
/// On the manager's list: who approved is no active manager of the store.
const NO_MANAGER: &str = "approver_not_manager";

/// What is to be said of an operation's approval; nothing where it is as it should be. `beyond` where it goes beyond what a
/// clerk may do alone.
///
/// # Errors
/// Where the database fails.
pub async fn objection<K: OperationKind>(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    body: &K,
    beyond: bool,
) -> Result<Option<&'static str>, ServiceError> {
    let needed = match K::APPROVING {
        Approving::Never => false,
        Approving::Sometimes => beyond,
        Approving::Always => true,
    };
    let Some(approval) = body.approval() else {
        return Ok(needed.then_some(NOT_APPROVED));
    };
    let manager = clerk::Entity::find_by_id(&approval.manager)
        .one(work.on())
        .await?
        .filter(|c| c.active && c.store_id == *store)
        .map(|c| *c.role);
    if manager != Some(Role::Manager) {
        return Ok(Some(NO_MANAGER));
    }
    Ok((case.proven.approval == Proof::Unproven).then_some(APPROVAL_UNPROVEN))
}

/// Who bears what only a sound approval allowed, where there is an objection: the store, by a device that signs what it
/// does; nobody by one of an older build, which is believed as before.
pub fn bearer<'a>(
    case: &Case<'_>,
    store: &'a StoreId,
    objection: Option<&'static str>,
) -> Option<&'a StoreId> {
    (objection.is_some() && case.proven.signs).then_some(store)
}

/// Puts an objection on the manager's list and into the answer, with the points that it costs the store.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    work: &UnitOfWork,
    case: &Case<'_>,
    store: &StoreId,
    member: &MemberId,
    objection: Option<&'static str>,
    cost: Points,
    effect: &mut Effect,
) -> Result<(), ServiceError> {
    if let Some(reason) = objection {
        note(work, case, store, member, reason, cost).await?;
        effect.loss_reason.get_or_insert_with(|| reason.to_owned());
    }
    Ok(())
}
