//! Points given for something: always from allowances, and within them never refused.

use loyalty::{Error, Points, Standing};
use protocol::operation::{OperationKind as _, Redemption};
use protocol::push::SetAsideReason;

use super::{account, forgotten, presence};
use crate::error::ServiceError;
use crate::ledger::Redeeming;
use crate::operations::awaited;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::{list, note};
use crate::operations::verdict::{Verdict, effect};
use crate::operations::whose::bearing_store;
use crate::stock::{self, OUT_OF_STOCK};
use crate::unit_of_work::UnitOfWork;

/// Spends the points.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    redemption: Redemption,
) -> Result<Verdict, ServiceError> {
    let Some(deed) = redemption.deed(case.op_id().as_str(), None) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let spent = account::stored(&redemption.spends);
    let store = bearing_store(work, case, &redemption.store).await?;
    let mut ledger = match account::load(work, case, rules, &redemption.member, &deed).await? {
        Ok(ledger) => ledger,
        Err(verdict) => return Ok(verdict),
    };
    let member = ledger.member.id.0.clone();
    let (now, _) = ledger.advance(&rules.current, case.at);
    forgotten::remember(work, case, &mut ledger, &now, &spent).await?;
    let redeeming = Redeeming {
        op_id: case.op_id(),
        store: store.clone(),
        at: case.at,
        points: redemption.points,
        spends: spent,
        holder: Some(case.holder()),
        what: serde_json::to_string(&redemption.what)?,
    };
    let outcome = match ledger.redeem(&rules.program, &now, redeeming, Standing::Happened) {
        Ok(outcome) => outcome,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let balance = ledger.account.balance();
    ledger.save(work, &rules.current).await?;
    let short = stock::take_redeemed(work, &store, &redemption.what).await?;
    list(
        work,
        case,
        &store,
        &member,
        &outcome.overruled,
        outcome.loss,
    )
    .await?;
    let mut effect = effect(&outcome, balance);
    let spent = (&redemption, redemption.points);
    presence::look(
        work,
        case,
        &rules.program,
        (&store, &member),
        spent,
        &mut effect,
    )
    .await?;
    if short {
        note(work, case, &store, &member, OUT_OF_STOCK, Points::ZERO).await?;
        effect
            .loss_reason
            .get_or_insert_with(|| OUT_OF_STOCK.to_owned());
    }
    Ok(Verdict {
        arrived: Some((awaited::REDEMPTION, case.op_id().into_string())),
        ..Verdict::applied(&member, effect)
    })
}
