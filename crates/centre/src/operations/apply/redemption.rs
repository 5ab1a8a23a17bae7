//! Points given for something: always from allowances, and within them never refused.

use loyalty::{Error, Points, Standing};
use protocol::operation::Redemption;
use protocol::push::SetAsideReason;

use super::{Case, Rules, Verdict, bearing_store, find_by_id, forgotten, gone, list, note, spends};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Need, Redeeming};
use crate::operations::effect;
use crate::operations::held::needs;
use crate::stock;
use crate::work::Work;

/// On the manager's list: more was given out than the store counted.
const OUT_OF_STOCK: &str = "out_of_stock";

pub async fn apply(
    work: &mut Work,
    case: &Case<'_>,
    rules: &Rules,
    redemption: Redemption,
) -> Result<Verdict, ServiceError> {
    let spent = spends(&redemption.spends, redemption.points);
    let Some(spent) = spent.filter(|_| redemption.points.is_positive()) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let store = bearing_store(work, case, redemption.store.as_str()).await?;
    let need = Need {
        grants: spent.iter().map(|(grant, _)| grant.clone()).collect(),
        ..Need::default()
    };
    let named = redemption.member.as_str();
    let loaded = Ledger::load(work.on(), &rules.current, named, case.at, &need).await?;
    let mut ledger = match loaded {
        Some(ledger) => ledger,
        None => {
            // by a name that led to her before, or nobody's
            let id = match find_by_id(work, case, &redemption.member).await? {
                Ok(member) => member.id,
                Err(verdict) => return Ok(verdict),
            };
            Ledger::load(work.on(), &rules.current, &id, case.at, &need)
                .await?
                .ok_or_else(gone)?
        }
    };
    let member = ledger.member.id.clone();
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
    let short = stock::take(work, &store, &redemption.what).await?;
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
    if short {
        note(work, case, &store, &member, OUT_OF_STOCK, Points::ZERO).await?;
        effect
            .loss_reason
            .get_or_insert_with(|| OUT_OF_STOCK.to_owned());
    }
    Ok(Verdict {
        arrived: Some((needs::REDEMPTION, case.op_id())),
        ..Verdict::applied(&member, effect)
    })
}
