//! Points that expire earlier expire on another date now.

use chrono::Duration;
use loyalty::Error;
use protocol::acts::Approval;
use protocol::limits::EXTENSION_DAYS;
use protocol::operation::Extension;
use protocol::push::SetAsideReason;

use super::{Case, Rules, Verdict, approval, bearing_store, find_by_id, gone};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, lapsed, lock_accounts};
use crate::operations::effect;
use crate::work::Work;

/// Extends. Where this comes late, what expired since comes back: the member was told that it stays.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    body: Extension,
) -> Result<Verdict, ServiceError> {
    if !body.approval.as_ref().is_none_or(Approval::fits) {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    }
    let date = rules.current.business_date(case.at);
    // a counter keeps to this by its own clock; a date beyond it is taken as the furthest
    let furthest = date + Duration::days(EXTENSION_DAYS);
    let to = body.to.min(furthest);
    let member = match find_by_id(work, case, &body.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    lock_accounts(work.on(), vec![member.id.clone()]).await?;
    let store = bearing_store(work, case, body.store.as_str()).await?;
    let objection = approval::objection(work, &store, body.approval.as_ref(), true).await?;
    let late = lapsed(work.on(), &member.id, date, case.at).await?;
    let need = Need {
        lots: late.iter().map(|l| l.lot).collect(),
        ..Need::default()
    };
    let mut ledger = Ledger::load(work.on(), &rules.current, &member.id, case.at, &need)
        .await?
        .ok_or_else(gone)?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    let outcome = match ledger.extend(&rules.program, &now, to, late, &case.op_id()) {
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
