//! Whose operation it is, and which store bears it.

use identity::MemberCode;
use protocol::operation::{MemberRef, PHONE};
use protocol::push::{HeldReason, SetAsideReason};
use protocol::{MemberId, StoreId};
use sea_orm::EntityTrait;

use super::awaited;
use super::case::Case;
use super::verdict::Verdict;
use crate::error::ServiceError;
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{device_former_store, member};

/// [`find_member`] by the id that a counter has of her.
pub async fn find_by_id(
    work: &UnitOfWork,
    case: &Case<'_>,
    member: &MemberId,
) -> Result<Result<member::Model, Verdict>, ServiceError> {
    let who = MemberRef::Id {
        member: member.clone(),
    };
    find_member(work, case, &who).await
}

/// Finds whose operation it is; the verdict where it must wait for her.
pub async fn find_member(
    work: &UnitOfWork,
    case: &Case<'_>,
    who: &MemberRef,
) -> Result<Result<member::Model, Verdict>, ServiceError> {
    let (found, need, key) = match who {
        MemberRef::Id { member } => (
            members::by_id(work.on(), member).await?,
            awaited::CODE,
            member.to_string(),
        ),
        MemberRef::Code { code } => {
            let Some(scanned) = MemberCode::typed(code) else {
                return Ok(Err(Verdict::set_aside(SetAsideReason::Malformed)));
            };
            (
                // where several cards may be meant it waits for one that is meant alone
                members::by_card(work.on(), &scanned)
                    .await?
                    .one()
                    .ok()
                    .flatten(),
                awaited::CODE,
                awaited::code_key(&scanned),
            )
        }
        MemberRef::Phone => {
            let Some(phone) = case
                .op
                .personal_value(PHONE)
                .and_then(protocol::phone::mobile_number)
            else {
                return Ok(Err(Verdict::set_aside(SetAsideReason::Malformed)));
            };
            (
                members::by_phone(work.on(), &phone).await?,
                awaited::PHONE,
                phone,
            )
        }
    };
    Ok(found.ok_or_else(|| Verdict::held(HeldReason::MemberUnknown, need, key)))
}

/// The store that an operation happened in and that bears it: the one that it names, where its device belongs to it or
/// did before. Whatever else it names, it is the device's own: what a device claims changes no other store.
///
/// # Errors
/// Where the database fails.
pub async fn bearing_store(
    work: &UnitOfWork,
    case: &Case<'_>,
    named: &StoreId,
) -> Result<StoreId, ServiceError> {
    let own = &case.device.store_id;
    if belongs_to(work, case, named).await? {
        return Ok(named.clone());
    }
    Ok(own.0.clone())
}

/// Whether the device of an operation belongs to a store, or did before.
///
/// # Errors
/// Where the database fails.
pub async fn belongs_to(
    work: &UnitOfWork,
    case: &Case<'_>,
    named: &StoreId,
) -> Result<bool, ServiceError> {
    if case.device.store_id == *named {
        return Ok(true);
    }
    let key = (case.device.id, named.into());
    let before = device_former_store::Entity::find_by_id(key)
        .one(work.on())
        .await?;
    Ok(before.is_some())
}
