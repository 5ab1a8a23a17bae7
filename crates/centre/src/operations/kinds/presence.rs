//! Whether what spends a member's points says that she was there. It has happened and counts; what is missing is listed.

use loyalty::{Points, PresenceAsked, Program, presence_asked};
use protocol::operation::OperationKind;
use protocol::{MemberId, StoreId};

use super::approval;
use crate::error::ServiceError;
use crate::operations::case::Case;
use crate::unit_of_work::UnitOfWork;
use protocol::push::Effect;

/// On the manager's list: points above the floor were spent, and nobody asked for the last four digits.
const NO_PRESENCE: &str = "presence_missing";

/// Puts on the manager's list what is missing. Of a build that asks for nothing nothing is expected.
///
/// # Errors
/// Where the database fails.
pub async fn look<K: OperationKind>(
    work: &UnitOfWork,
    case: &Case<'_>,
    program: &Program,
    (store, member): (&StoreId, &MemberId),
    (body, points): (&K, Points),
    effect: &mut Effect,
) -> Result<(), ServiceError> {
    let asked = presence_asked(program, points);
    let asks = case.device.tokens_since.is_some();
    let approved = asks && asked == PresenceAsked::Manager;
    let objection = approval::objection(work, case, store, body, approved).await?;
    let approved_by_sound = body.approval().is_some() && objection.is_none();
    // who has no phone number is known to the manager alone
    let missing =
        asks && asked != PresenceAsked::Nothing && body.presence().is_none() && !approved_by_sound;
    for reason in [objection, missing.then_some(NO_PRESENCE)] {
        approval::list(work, case, store, member, reason, Points::ZERO, effect).await?;
    }
    Ok(())
}
