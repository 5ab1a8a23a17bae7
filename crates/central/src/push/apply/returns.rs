//! Goods brought back: points go back to where they came from, earned ones are taken back.

use loyalty::{Error, ReturnLine, ReturnOf, Standing};
use protocol::limits::{LINES, QUANTITY, RECEIPT_CHARS};
use protocol::operation::Return;
use protocol::push::{HeldReason, SetAsideReason};

use super::{Case, Rules, Verdict, bearing_store, gone, list};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, StoredReceipt, find_receipt, lock_accounts};
use crate::push::effect;
use crate::push::held::needs;
use crate::work::Work;

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
    if !number_fits || !lines_fit {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let Some(found) = find_receipt(work.on(), &store, &body.receipt).await? else {
        return Ok(Verdict::held(
            HeldReason::ReceiptUnknown,
            needs::RECEIPT,
            body.receipt,
        ));
    };
    let member = found.member_id;
    // until her account is held here, another return may change the receipt
    lock_accounts(work.on(), vec![member.clone()]).await?;
    let row = find_receipt(work.on(), &store, &body.receipt)
        .await?
        .ok_or_else(gone)?;
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
    let what = if body.lines.is_empty() {
        ReturnOf::All
    } else {
        let lines = body.lines.iter();
        ReturnOf::Lines(
            lines
                .map(|l| ReturnLine {
                    sku: l.sku.as_str().into(),
                    qty: l.qty,
                })
                .collect(),
        )
    };
    let op_id = case.op_id();
    let returned = ledger.return_goods(
        &rules.program,
        &now,
        stored,
        &what,
        &op_id,
        &store,
        Standing::Happened,
    );
    let outcome = match returned {
        Ok(returned) => returned.outcome,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let balance = ledger.account.balance();
    ledger.save(work, &rules.current).await?;
    list(
        work,
        case,
        &store,
        &member,
        &outcome.overruled,
        outcome.loss,
    )
    .await?;
    Ok(Verdict::applied(&member, effect(&outcome, balance)))
}
