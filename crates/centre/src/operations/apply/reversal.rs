//! A redemption undone: its points go back to where they came from, once.

use loyalty::{Error, Standing};
use protocol::operation::{Redeemed, Reversal};
use protocol::push::{HeldReason, SetAsideReason};

use super::{Case, Rules, Verdict, approval, bearing_store, find_by_id, gone, list};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, StoredRedemption, find_redemption, lock_accounts};
use crate::operations::effect;
use crate::operations::held::needs;
use crate::stock;
use crate::time::from_millis;
use crate::work::Work;
use centre_store::tables::redemption;

pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Reversal,
) -> Result<Verdict, ServiceError> {
    if !body.fits() {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    // until her account is held here, another reversal may change the redemption
    lock_accounts(work.on(), vec![member.id.clone()]).await?;
    let Some(row) = find_redemption(work.on(), body.of.as_str()).await? else {
        let of = body.of.into_string();
        return Ok(Verdict::held(
            HeldReason::RedemptionUnknown,
            needs::REDEMPTION,
            of,
        ));
    };
    if row.member_id != member.id {
        return Ok(Verdict::set_aside(SetAsideReason::Conflict));
    }
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let needed = needs_manager(case, rules, &row)?;
    let first = row.reversed_at.is_none();
    let what: Redeemed = serde_json::from_str(&row.what)?;
    let objection = approval::objection(work, &store, body.approval.as_ref(), needed).await?;
    let stored = StoredRedemption::load(work.on(), row).await?;
    let need = Need {
        lots: stored.redemption.lots().collect(),
        ..Need::default()
    };
    let mut ledger = Ledger::load(work.on(), &rules.current, &member.id, case.at, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    let op_id = case.op_id();
    let reversed = ledger.reverse(&rules.program, &now, stored, &op_id, Standing::Happened);
    let outcome = match reversed {
        Ok(outcome) => outcome,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let mut effect = effect(&outcome, ledger.account.balance());
    ledger.save(work, &rules.current).await?;
    if first {
        // what was given out lies in the store that took it back
        stock::put_back(work, &store, &what).await?;
    }
    list(
        work,
        case,
        &store,
        &member.id,
        &outcome.overruled,
        outcome.loss,
    )
    .await?;
    approval::list(work, case, &store, &member.id, objection, &mut effect).await?;
    Ok(Verdict::applied(&member.id, effect))
}

/// A clerk undoes by herself what her own counter gave on the same business day.
fn needs_manager(
    case: &Case<'_>,
    rules: &Rules,
    row: &redemption::Model,
) -> Result<bool, ServiceError> {
    let same_counter = row.device_id.as_deref() == Some(&case.device.id);
    let day = |at| rules.program.business_date(at);
    Ok(!same_counter || day(from_millis(row.at)?) != day(case.at))
}
