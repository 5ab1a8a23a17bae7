//! Spends from an allowance that the books have forgotten: the centre was put back from a backup.

use loyalty::{GrantId, Moment, Points};

use crate::error::ServiceError;
use crate::ledger::Ledger;
use crate::operations::case::Case;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;

/// Sets up again, as far as the operation spends of it, every allowance that it names and that is not
/// here, where the operation was made under an earlier generation of the centre and its life was not
/// written off. A counter that reports first ([`crate::sync::report`]) needs none of it; what an outbox of
/// an earlier life delivers does.
///
/// # Errors
/// Where the database fails.
pub async fn remember(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    ledger: &mut Ledger,
    now: &Moment,
    spent: &[(GrantId, Points)],
) -> Result<(), ServiceError> {
    let unknown: Vec<_> = spent.iter().filter(|(g, _)| !ledger.knows(g)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let holder = case.holder();
    let made_under = case.op.generation;
    if !recovery::may_be_forgotten(work.on(), case.device, holder.epoch, made_under).await? {
        work.note_unknown_spent();
        return Ok(());
    }
    for (grant, points) in unknown {
        let member = ledger.member.id.0.clone();
        let mut row = recovery::forgotten(
            case.device,
            &member,
            grant.clone(),
            false,
            None,
            now.clock(),
        );
        row.epoch = holder.epoch.into();
        ledger.reinstate(now, row, &[(*points, None)])?;
    }
    Ok(())
}
