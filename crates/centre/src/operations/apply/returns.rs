//! Goods brought back: points go back to where they came from, earned ones are taken back.

use identity::receipt::ReceiptNumber;
use loyalty::deed::Done;
use loyalty::{Error, Money, Points, Refusal, Standing};
use protocol::acts::Approval;
use protocol::deed::what_comes_back;
use protocol::limits::{LINES, QUANTITY, RECEIPT_CHARS};
use protocol::operation::{Return, SoldAs};
use protocol::push::{Effect, HeldReason, Outcome, SetAsideReason};

use super::{
    Case, Rules, Verdict, approval, bearing_store, called_off, credit, gone, list, note_cost,
    reaction, which,
};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, StoredReceipt, lock_accounts, receipt_by_id};
use crate::operations::effect;
use crate::operations::held::needs;
use crate::work::Work;

/// On the manager's list: more money was given back, on an approval, than the receipt gives.
const REFUND_OVER: &str = "refund_over";

pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Return,
) -> Result<Verdict, ServiceError> {
    let number_fits =
        !body.receipt.trim().is_empty() && body.receipt.chars().count() <= RECEIPT_CHARS;
    let lines_fit =
        body.lines.len() <= LINES && body.lines.iter().all(|l| (1..=QUANTITY).contains(&l.qty));
    let rest_fits = body.approval.as_ref().is_none_or(Approval::fits)
        && body.of.as_ref().is_none_or(SoldAs::fits);
    if !number_fits || !lines_fit || !rest_fits {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let Some(found) = which::sale(work.on(), &rules.current, &store, &body, case.at).await? else {
        let sold_in = body.of.as_ref().map_or(&*store, |of| of.store.as_str());
        if called_off::settle(work, sold_in, &body).await? {
            let goods = reaction::goods(&body, &[]);
            let whose = (&*store, None);
            reaction::keep(work, case, &rules.current, whose, &body, &goods).await?;
            return Ok(Verdict::done(Outcome::Applied(Effect::default())));
        }
        let number = ReceiptNumber::stored(&body.receipt);
        return Ok(Verdict::held(
            HeldReason::ReceiptUnknown,
            needs::SALE,
            needs::sale_key(sold_in, &number),
        ));
    };
    let (member, sale_id) = (found.member_id, found.op_id);
    // until her account is held here, another return may change the receipt
    lock_accounts(work.on(), vec![member.clone()]).await?;
    let row = receipt_by_id(work.on(), &sale_id).await?.ok_or_else(gone)?;
    let stored = StoredReceipt::load(work.on(), row).await?;
    let need = Need {
        lots: stored.receipt.lots().collect(),
        coupons: stored
            .receipt
            .coupons
            .iter()
            .map(|c| c.id.to_string())
            .collect(),
        ..Need::default()
    };
    // what was paid at the sale must be there to be taken off
    let since = case.at.min(stored.receipt.at);
    let mut ledger = Ledger::load(work.on(), &rules.current, &member, since, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    let what = what_comes_back(&body.lines);
    let goods = reaction::goods(&body, &stored.receipt.lines);
    let op_id = case.op_id();
    let sale_op = stored.op_id.clone();
    let returned = ledger.return_goods(
        &rules.program,
        &now,
        stored,
        &what,
        &op_id,
        &store,
        Standing::Happened,
    );
    let returned = match returned {
        Ok(returned) => returned,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let outcome = &returned.outcome;
    let mut effect = Effect {
        sale: Some(sale_id),
        ..effect(outcome, ledger.account.balance())
    };
    ledger.save(work, &rules.current).await?;
    credit::came_back(work, case, &sale_op, returned.refund).await?;
    let whose = (&*store, Some(&*member));
    reaction::keep(work, case, &rules.current, whose, &body, &goods).await?;
    let objection = approval::objection(work, &store, body.approval.as_ref(), false).await?;
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
    approval::list(work, case, &store, &member, objection, &mut effect).await?;
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
