//! Points frozen, and usable again. Doing either where it is so already changes nothing.

use loyalty::Error;
use protocol::acts::Approval;
use protocol::operation::{Freeze, Unfreeze};
use protocol::push::SetAsideReason;

use super::{Case, Rules, Verdict, approval, bearing_store, find_by_id, gone};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, lapsed, lock_accounts};
use crate::operations::effect;
use crate::work::Work;

/// Freezes. Where this comes late, what expired since comes back: frozen points do not expire.
///
/// # Errors
/// Where the database fails.
pub async fn freeze(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Freeze,
) -> Result<Verdict, ServiceError> {
    act(work, case, rules, body, true).await
}

/// Unfreezes.
///
/// # Errors
/// Where the database fails.
pub async fn unfreeze(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Unfreeze,
) -> Result<Verdict, ServiceError> {
    act(work, case, rules, body, false).await
}

async fn act(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Freeze,
    freeze: bool,
) -> Result<Verdict, ServiceError> {
    if !body.approval.as_ref().is_none_or(Approval::fits) {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    lock_accounts(work.on(), vec![member.id.clone()]).await?;
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let objection = approval::objection(work, &store, body.approval.as_ref(), true).await?;
    let late = if freeze {
        let date = rules.current.business_date(case.at);
        lapsed(work.on(), &member.id, date, case.at).await?
    } else {
        Vec::new()
    };
    let need = Need {
        lots: late.iter().map(|l| l.lot).collect(),
        all_lots: !freeze,
        ..Need::default()
    };
    let mut ledger = Ledger::load(work.on(), &rules.current, &member.id, case.at, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    let op_id = case.op_id();
    let done = if freeze {
        ledger.freeze(&rules.program, &now, late, &op_id)
    } else {
        ledger.unfreeze(&rules.program, &now, &op_id)
    };
    let outcome = match done {
        Ok(outcome) => outcome,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let mut effect = effect(&outcome, ledger.account.balance());
    ledger.save(work, &rules.current).await?;
    approval::list(work, case, &store, &member.id, objection, &mut effect).await?;
    Ok(Verdict::applied(&member.id, effect))
}
