//! A redemption undone: its points go back to where they came from, once.

use protocol::operation::{OperationKind as _, Redeemed, Reversal};
use protocol::push::{HeldReason, Outcome, SetAsideReason};

use super::{account, approval};
use crate::error::ServiceError;
use crate::ledger::{find_redemption, lock_accounts};
use crate::operations::awaited;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::list;
use crate::operations::verdict::Verdict;
use crate::operations::whose::{bearing_store, find_by_id};
use crate::stock;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::redemption;

/// Undoes it, once.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Reversal,
) -> Result<Verdict, ServiceError> {
    let Some(deed) = body.deed(case.op_id().as_str(), None) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    // until her account is held here, another reversal may change the redemption
    lock_accounts(work.on(), vec![member.id.0.clone()]).await?;
    let Some(row) = find_redemption(work.on(), &body.of).await? else {
        let of = body.of.into_string();
        return Ok(Verdict::held(
            HeldReason::RedemptionUnknown,
            awaited::REDEMPTION,
            of,
        ));
    };
    if row.member_id != member.id {
        return Ok(Verdict::set_aside(SetAsideReason::Conflict));
    }
    let store = bearing_store(work, case, &body.store).await?;
    let beyond = goes_beyond_a_clerk(case, rules, &row);
    let first = row.reversed_at.is_none();
    let what: Redeemed = serde_json::from_str(&row.what)?;
    let objection = approval::objection(work, case, &store, &body, beyond).await?;
    let bearer = approval::bearer(case, &store, objection);
    let whose = (&*member.id, Some(&store));
    let mut carried = match account::carry_out_for(work, case, rules, whose, &deed, bearer).await? {
        Ok(carried) => carried,
        Err(verdict) => return Ok(verdict),
    };
    if first {
        // what was given out lies in the store that took it back
        stock::put_back(work, &store, &what).await?;
    }
    let outcome = &carried.done.outcome;
    let (overruled, loss) = (&outcome.overruled, outcome.loss);
    list(work, case, &store, &member.id, overruled, loss).await?;
    let (cost, effect) = (carried.cost, &mut carried.effect);
    approval::list(work, case, &store, &member.id, objection, cost, effect).await?;
    Ok(Verdict {
        member: Some(member.id.into_inner()),
        ..Verdict::done(Outcome::Applied(carried.effect))
    })
}

/// A clerk undoes by herself what her own counter gave on the same business day.
fn goes_beyond_a_clerk(case: &Case<'_>, rules: &Rules, row: &redemption::Model) -> bool {
    let same_counter = row.device_id == Some(case.device.id);
    let day = |at| rules.program.business_date(at);
    !same_counter || day(*row.at) != day(case.at)
}
