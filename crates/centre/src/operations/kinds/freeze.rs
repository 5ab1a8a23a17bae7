//! Points frozen, usable again, or made to last longer: what a manager always has to approve. Doing any of it where it is so
//! already changes nothing. Where a freeze or an extension comes late, what expired since comes back: frozen points do not
//! expire, and she was told that they stay.

use loyalty::deed::Deed;
use protocol::operation::OperationKind;
use protocol::push::{Outcome, SetAsideReason};

use super::{account, approval};
use crate::error::ServiceError;
use crate::operations::case::{Case, Rules};
use crate::operations::verdict::Verdict;
use crate::operations::whose::bearing_store;
use crate::unit_of_work::UnitOfWork;

/// Freezes or unfreezes.
///
/// # Errors
/// Where the database fails.
pub async fn apply<K: OperationKind>(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: &K,
) -> Result<Verdict, ServiceError> {
    match body.deed(case.op_id().as_str(), None) {
        Some(deed) => approved(work, case, rules, body, &deed).await,
        None => Ok(Verdict::set_aside(SetAsideReason::Malformed)),
    }
}

/// Does a deed that bears on no store and that a manager has to approve.
///
/// # Errors
/// Where the database fails.
pub async fn approved<K: OperationKind>(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    body: &K,
    deed: &Deed,
) -> Result<Verdict, ServiceError> {
    let (Some(member), Some(store)) = (body.member(), body.store()) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let store = bearing_store(work, case, store).await?;
    let objection = approval::objection(work, case, &store, body, false).await?;
    let bearer = approval::bearer(case, &store, objection);
    // nothing of it is a loss but what nothing allowed
    let whose = (member, None);
    let mut carried = match account::carry_out_for(work, case, rules, whose, deed, bearer).await? {
        Ok(carried) => carried,
        Err(verdict) => return Ok(verdict),
    };
    let (member, cost) = (&carried.member, carried.cost);
    let effect = &mut carried.effect;
    approval::list(work, case, &store, member, objection, cost, effect).await?;
    Ok(Verdict {
        member: Some(carried.member),
        ..Verdict::done(Outcome::Applied(carried.effect))
    })
}
