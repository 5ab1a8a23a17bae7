//! A change of a member's profile, one by one. Many at once are `operations::batch`'s; what a
//! change does is decided in [`crate::profile`].

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use loyalty::{OpId, Points};
use protocol::ids::DeviceId;
use protocol::operation::{Operation, OperationKind as _, PHONE, Profile};
use protocol::phone::mobile_number;
use protocol::profile::{CALLED, NAME, NOTE};
use protocol::push::{Effect, SetAsideReason};

use super::account::gone;
use crate::error::ServiceError;
use crate::members;
use crate::operations::case::Case;
use crate::operations::listed::note;
use crate::operations::verdict::Verdict;
use crate::operations::whose::find_by_id;
use crate::profile::{Change, Profiles};
use crate::unit_of_work::UnitOfWork;

/// On the manager's list: the new phone number is another member's; she keeps her old one.
const PHONE_TAKEN: &str = "phone_taken";

/// What an operation changes; none where it is beyond the limits. The phone number is as it was
/// typed: whether it is free is the caller's to find out.
pub fn change<'a>(
    op: &'a Operation,
    device: DeviceId,
    at: DateTime<Utc>,
    body: &'a Profile,
) -> Option<Change<'a>> {
    if !body.fits(op) {
        return None;
    }
    let phone = op.personal_value(PHONE).map(mobile_number);
    Some(Change {
        body,
        name: op.personal_value(NAME),
        called: op.personal_value(CALLED),
        phone: phone.flatten(),
        note: op.personal_value(NOTE),
        op_id: OpId::new(op.op_id.to_string()),
        clerk: &op.clerk,
        source: format!("counter:{device}"),
        at,
    })
}

/// Changes it.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    body: &Profile,
) -> Result<Verdict, ServiceError> {
    let Some(mut change) = change(case.op, *case.device.id, case.at, body) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => members::who_stayed(work.on(), member).await?,
        Err(verdict) => return Ok(verdict),
    };
    if member.erased_at.is_some() {
        // it was done before its counter heard of it: nothing of it is kept
        return Ok(Verdict::applied(&member.id, Effect::default()));
    }
    let mut taken = false;
    if let Some(phone) = &change.phone {
        let owner = members::by_phone(work.on(), phone).await?;
        taken = owner.is_some_and(|o| o.id != member.id);
    }
    if taken {
        change.phone = None;
    }
    let id = member.id.into_inner();
    let one = BTreeSet::from([id.clone()]);
    let mut profiles = Profiles::load(work.on(), &one, &one).await?;
    let kept = profiles.get(&id).ok_or_else(|| gone(&id))?;
    kept.change(&change)?;
    let after = kept.member.clone();
    profiles.save(work).await?;
    if taken {
        let store = &case.device.store_id;
        note(work, case, store, &after.id, PHONE_TAKEN, Points::ZERO).await?;
    }
    Ok(Verdict::applied(&after.id, Effect::default()))
}
