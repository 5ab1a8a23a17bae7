//! Two members, in one order for everybody.

use centre_store::column::Col;
use centre_store::tables::not_same_member;
use protocol::MemberId;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::error::ServiceError;

/// Two ids, the lesser first: everybody locks accounts in one order.
pub(super) fn sorted<'a>(one: &'a MemberId, other: &'a MemberId) -> [&'a MemberId; 2] {
    if one <= other {
        [one, other]
    } else {
        [other, one]
    }
}

/// The key of a pair in `not_same_member`.
pub(super) fn pair(one: &MemberId, other: &MemberId) -> (Col<MemberId>, Col<MemberId>) {
    let [one, other] = sorted(one, other);
    (one.into(), other.into())
}

/// Whether somebody said of two members that they are two people.
///
/// # Errors
/// Where the database fails.
pub async fn are_two<C: ConnectionTrait>(
    db: &C,
    one: &MemberId,
    other: &MemberId,
) -> Result<bool, ServiceError> {
    let said = not_same_member::Entity::find_by_id(pair(one, other));
    Ok(said.one(db).await?.is_some())
}
