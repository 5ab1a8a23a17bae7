//! An allowance given back by its holder: debt first, what has expired meanwhile expires.

use loyalty::Points;
use protocol::operation::Release;
use protocol::push::{Effect, SetAsideReason};

use super::{Case, Rules, Verdict, coupons, find_by_id, gone, note};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need};
use crate::operations::effect;
use crate::work::Work;

/// On the manager's list: more was given back than the allowance had.
const OVER_RELEASED: &str = "over_released";

pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Release,
) -> Result<Verdict, ServiceError> {
    let points_fit = match body.coupon {
        None => body.points.is_positive() && body.points.is_amount(),
        Some(_) => body.points.is_zero(),
    };
    if !points_fit {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    let grant = body.grant.to_string();
    if let Some(coupon) = &body.coupon {
        coupons::release(work, case, &member.id, coupon, &grant).await?;
        return Ok(Verdict::applied(&member.id, Effect::default()));
    }
    let need = Need {
        grants: vec![grant.clone()],
        ..Need::default()
    };
    let mut ledger = Ledger::load(work.on(), &rules.current, &member.id, case.at, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    let left = ledger.left(&case.holder(), &grant);
    let back = body.points.min(left);
    let Ok(outcome) = ledger.release(&rules.current, &now, &grant, back, &case.op_id()) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let balance = ledger.account.balance();
    ledger.save(work, &rules.current).await?;
    if back < body.points {
        let store = &case.device.store_id;
        note(work, case, store, &member.id, OVER_RELEASED, Points::ZERO).await?;
    }
    Ok(Verdict::applied(&member.id, effect(&outcome, balance)))
}
