//! Goods brought back: points go back to where they came from, earned ones are taken back.

use identity::receipt::ReceiptNumber;
use loyalty::deed::Done;
use loyalty::{Money, Points, Refusal};

use protocol::operation::{OperationKind as _, Return};
use protocol::push::{Effect, HeldReason, Outcome, SetAsideReason};

use super::account;
use super::{approval, called_off, credit, reaction, which};
use crate::error::ServiceError;
use crate::ledger::{StoredReceipt, lock_accounts, receipt_by_id};
use crate::operations::awaited;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::{list, note_cost};
use crate::operations::verdict::Verdict;
use crate::operations::whose::bearing_store;
use crate::unit_of_work::UnitOfWork;

/// On the manager's list: more money was given back, on an approval, than the receipt gives.
const REFUND_OVER: &str = "refund_over";

/// Takes them back.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: Return,
) -> Result<Verdict, ServiceError> {
    let store = bearing_store(work, case, &body.store).await?;
    let Some(found) = which::sale(work.on(), &rules.current, &store, &body, case.at).await? else {
        let sold_in = body.of.as_ref().map_or(&store, |of| &of.store);
        if called_off::settle(work, sold_in, &body).await? {
            let goods = reaction::goods(&body, &[]);
            let whose = (&store, None);
            reaction::keep(work, case, &rules.current, whose, &body, &goods).await?;
            return Ok(Verdict::done(Outcome::Applied(Effect::default())));
        }
        let number = ReceiptNumber::stored(&body.receipt);
        return Ok(Verdict::held(
            HeldReason::ReceiptUnknown,
            awaited::SALE,
            awaited::sale_key(sold_in, &number),
        ));
    };
    let (member, sale_id) = (found.member_id.into_inner(), found.op_id.into_inner());
    let op_id = case.op_id();
    let Some(deed) = body.deed(op_id.as_str(), Some(sale_id.as_str())) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    // what comes back is told by the receipt as it was before: her account is held from here on
    lock_accounts(work.on(), vec![member.clone()]).await?;
    let row = receipt_by_id(work.on(), &sale_id)
        .await?
        .ok_or_else(|| ServiceError::missing("receipt", &sale_id))?;
    let before = StoredReceipt::load(work.on(), row).await?;
    let goods = reaction::goods(&body, &before.receipt.lines);
    let whose = (&member, Some(&store));
    let carried = match account::carry_out(work, case, rules, whose, &deed).await? {
        Ok(carried) => carried,
        Err(verdict) => return Ok(verdict),
    };
    let returned = carried.done;
    let outcome = &returned.outcome;
    let sale_op = before.op_id;
    let mut effect = Effect {
        sale: Some(sale_id.into_string()),
        ..carried.effect
    };
    credit::came_back(work, case, &sale_op, returned.refund).await?;
    let whose = (&store, Some(&member));
    reaction::keep(work, case, &rules.current, whose, &body, &goods).await?;
    let objection = approval::objection(work, case, &store, &body, false).await?;
    if let Some((reason, money)) = overpaid(&body, &returned) {
        let cost = (Points::ZERO, money);
        note_cost(work, case, &store, &member, reason, cost).await?;
        effect.loss_reason.get_or_insert_with(|| reason.to_owned());
    }
    list(
        work,
        case,
        &store,
        &member,
        &outcome.overruled,
        outcome.loss,
    )
    .await?;
    approval::list(
        work,
        case,
        &store,
        &member,
        objection,
        Points::ZERO,
        &mut effect,
    )
    .await?;
    Ok(Verdict::applied(&member, effect))
}

/// What the store bears in money: what was handed out for pieces that had come back before, or on an
/// approval beyond what the receipt gives. Why, and how much.
fn overpaid(body: &Return, returned: &Done) -> Option<(&'static str, Money)> {
    let again = returned.outcome.overruled.contains(&Refusal::OverReturned);
    let reason = match (again, &body.approval) {
        (true, _) => Refusal::OverReturned.code(),
        (false, Some(_)) => REFUND_OVER,
        (false, None) => return None,
    };
    let over = body.shown_refund - returned.refund;
    (body.shown_refund.is_amount() && over > Money::ZERO).then_some((reason, over))
}
