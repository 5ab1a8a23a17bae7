//! An allowance given back by its holder: debt first, what has expired meanwhile expires.

use loyalty::{CouponId, GrantId, Points};
use protocol::operation::{OperationKind as _, Release};
use protocol::push::{Effect, SetAsideReason};

use super::{account, coupons};
use crate::error::ServiceError;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::note;
use crate::operations::verdict::{Verdict, effect};
use crate::operations::whose::find_by_id;
use crate::unit_of_work::UnitOfWork;

/// On the manager's list: more was given back than the allowance had.
const OVER_RELEASED: &str = "over_released";

/// Takes it back, as far as it is its counter's.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Release,
) -> Result<Verdict, ServiceError> {
    let op_id = case.op_id();
    let Some(deed) = body.deed(op_id.as_str(), None) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let grant = GrantId::new(body.grant.to_string());
    if let Some(coupon) = &body.coupon {
        let member = match find_by_id(work, case, &body.member).await? {
            Ok(member) => member,
            Err(verdict) => return Ok(verdict),
        };
        let coupon = CouponId::from(coupon.as_str());
        coupons::release(work, case, &member.id, &coupon, &grant).await?;
        return Ok(Verdict::applied(&member.id, Effect::default()));
    }
    let mut ledger = match account::load(work, case, rules, &body.member, &deed).await? {
        Ok(ledger) => ledger,
        Err(verdict) => return Ok(verdict),
    };
    let member = ledger.member.id.0.clone();
    let (now, _) = ledger.advance(&rules.current, case.at);
    let left = ledger.left(&case.holder(), &grant);
    let back = body.points.min(left);
    let Ok(outcome) = ledger.release(&rules.current, &now, &grant, back, &op_id) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let balance = ledger.account.balance();
    ledger.save(work, &rules.current).await?;
    if back < body.points {
        let store = &case.device.store_id;
        note(work, case, store, &member, OVER_RELEASED, Points::ZERO).await?;
    }
    Ok(Verdict::applied(&member, effect(&outcome, balance)))
}
