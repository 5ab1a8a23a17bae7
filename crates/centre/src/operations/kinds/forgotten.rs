//! Spends from an allowance that the books have forgotten: the centre was put back from a backup.

use loyalty::{GrantId, Moment, Points};

use crate::error::ServiceError;
use crate::ledger::Ledger;
use crate::operations::case::Case;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;

/// Sets up again every allowance that an operation spends from and that is not here, where this centre's own signature
/// says that it gave it to the life that spends ([`recovery::proven`]), and nobody has written that life off. A counter
/// that reports first (`sync::report`) needs none of it; what an outbox of an earlier life delivers does.
/// Without the signature its store bears what is spent.
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
    let epoch = case.holder().epoch;
    for (grant, _) in spent {
        if ledger.knows(grant) {
            continue;
        }
        let member = ledger.member.id.0.clone();
        let told = recovery::proven(work.on(), case.device, epoch, grant).await?;
        let Some(told) = told.filter(|told| told.member == member) else {
            work.note_unknown_spent();
            continue;
        };
        let row = recovery::forgotten(case.device, epoch, &member, &told, now.clock());
        let lots: Vec<_> = told.lots.iter().map(|l| (l.points, l.expires)).collect();
        ledger.reinstate(now, row, &lots)?;
    }
    Ok(())
}
