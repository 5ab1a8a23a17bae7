//! A change of a member's profile, one by one. Many at once are [`crate::operations::batch`]'s; what a
//! change does is decided in [`crate::profile`].

use std::collections::BTreeSet;

use loyalty::Points;
use protocol::operation::{Operation, PHONE, Profile};
use protocol::phone::mobile_number;
use protocol::profile::{CALLED, NAME, NOTE};
use protocol::push::{Effect, SetAsideReason};

use super::{Case, Verdict, find_by_id, gone, note};
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::operations::held;
use crate::profile::{Change, Profiles};
use crate::work::Work;

/// On the manager's list: the new phone number is another member's; she keeps her old one.
const PHONE_TAKEN: &str = "phone_taken";

/// What an operation changes; none where it is beyond the limits. The phone number is as it was
/// typed: whether it is free is the caller's to find out.
pub fn change<'a>(
    op: &'a Operation,
    device: &str,
    at: i64,
    body: &'a Profile,
) -> Option<Change<'a>> {
    let phone = op.personal_value(PHONE).map(mobile_number);
    if !body.is_sound(op) || phone == Some(None) {
        return None;
    }
    Some(Change {
        body,
        name: op.personal_value(NAME),
        called: op.personal_value(CALLED),
        phone: phone.flatten(),
        note: op.personal_value(NOTE),
        op_id: op.op_id.to_string(),
        clerk: op.clerk.as_str(),
        source: format!("counter:{device}"),
        at,
    })
}

pub async fn apply(
    centre: &Centre,
    work: &mut Work,
    case: &Case<'_>,
    body: &Profile,
) -> Result<Verdict, ServiceError> {
    let at = case.at.timestamp_millis();
    let Some(mut change) = change(case.op, &case.device.id, at, body) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    let mut taken = false;
    if let Some(phone) = &change.phone {
        let owner = members::by_phone(work.on(), phone).await?;
        taken = owner.is_some_and(|o| o.id != member.id);
    }
    if taken {
        change.phone = None;
    }
    let one = BTreeSet::from([member.id]);
    let mut profiles = Profiles::load(work.on(), &one, &one).await?;
    let id = one.first().map_or("", String::as_str);
    let kept = profiles.get(id).ok_or_else(gone)?;
    kept.change(&change)?;
    let after = kept.member.clone();
    profiles.save(work).await?;
    if taken {
        let store = &case.device.store_id;
        note(work, case, store, &after.id, PHONE_TAKEN, Points::ZERO).await?;
    }
    if change.phone.is_some() {
        // sales that were made out to that number waited for her
        Box::pin(held::retry_for_member(centre, work, &after)).await?;
    }
    Ok(Verdict::applied(&after.id, Effect::default()))
}
