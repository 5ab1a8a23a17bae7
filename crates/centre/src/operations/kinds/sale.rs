//! A sale: earns, and may be paid in part from allowances. The same sale recorded twice is one.

use identity::receipt::{ReceiptNumber, Relation};
use loyalty::deed::Deed;
use loyalty::{Error, GrantId, Points, RecorderId, Refusal, Standing};
use protocol::operation::{OperationKind as _, Sale, recorded_by};
use protocol::push::{Effect, Outcome, SetAsideReason};

use super::account::{self, gone};
use super::earlier::{self, Earlier};
use super::{approval, coupons, credit, forgotten, presence};
use crate::error::ServiceError;
use crate::ledger::{Ledger, Purchase, PurchaseLine, Recorded, content_hash, lock_accounts};
use crate::operations::awaited;
use crate::operations::case::{Case, Rules};
use crate::operations::listed::{list, note};
use crate::operations::verdict::{Verdict, effect};
use crate::operations::whose::{bearing_store, find_member};
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{clerk, member, receipt};
use sea_orm::EntityTrait;

/// On the manager's list: another sale of that day stands under the number; both count.
const SAME_NUMBER: &str = "same_number";
/// On the manager's list: it is perhaps one that was recorded before; both count.
const PERHAPS_RECORDED: &str = "perhaps_recorded";

/// Enters it, or finds it recorded.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    mut sale: Sale,
) -> Result<Verdict, ServiceError> {
    let Some(mut deed) = sale.deed(case.op_id().as_str(), None) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    let recorder = recorder(work, case).await?;
    recorded_by(&mut deed, recorder.as_str());
    let spent = account::stored(&sale.spends);
    let member = match find_member(work, case, &sale.member).await? {
        Ok(member) => member,
        Err(verdict) => return Ok(verdict),
    };
    let store = bearing_store(work, case, &sale.store).await?;
    let lines: Vec<PurchaseLine> = std::mem::take(&mut sale.lines)
        .into_iter()
        .map(|l| PurchaseLine {
            sku: l.sku,
            name: l.name,
            category: l.category,
            qty: l.qty,
            amount: l.amount,
        })
        .collect();
    let number = ReceiptNumber::stored(&sale.receipt);
    // until her account is held here, another unit of work may record the same sale
    lock_accounts(work.on(), vec![member.id.0.clone()]).await?;
    let this = earlier::Recorded {
        store: &store,
        number: &number,
        at: case.at,
        member: &member.id,
        content: &content_hash(&lines, sale.pay_points, &sale.coupons),
    };
    let before = earlier::of(work.on(), &rules.current, &this).await?;
    if let Some(Earlier {
        relation: Relation::OneSale,
        row,
    }) = &before
        && !sale.new_sale
    {
        return again(work, case, rules, &member, row, (&deed, &spent)).await;
    }
    let decided = credit::decide(work, case, &store, sale.credit.as_ref()).await?;
    let purchase = Purchase {
        op_id: case.op_id(),
        store: store.clone(),
        receipt_no: sale.receipt.as_str().into(),
        at: case.at,
        channel: "store".to_owned(),
        lines,
        pay_points: sale.pay_points,
        spends: spent,
        holder: Some(case.holder()),
        coupons: std::mem::take(&mut sale.coupons),
        shown_pay: Some(sale.shown_pay),
        credited: decided.credited.clone(),
        recorded: Some(Recorded {
            by: recorder,
            named_store: sale.store.clone(),
            all_waits: case.is_after_revocation(),
        }),
    };
    let mut verdict = enter(work, case, rules, &member, &deed, purchase, decided).await?;
    if let Outcome::Applied(effect) = &mut verdict.outcome {
        let objection = approval::objection(work, case, &store, &sale, false).await?;
        // an approval that is not sound answers no doubt; one of an older build is believed as before
        let approved =
            sale.approval.is_some() && approval::bearer(case, &store, objection).is_none();
        let doubt = match before.map_or(Relation::TwoSales, |before| before.relation) {
            Relation::OneSale | Relation::Taken | Relation::Shared => {
                (!approved).then_some(SAME_NUMBER)
            }
            Relation::Perhaps => (!sale.new_sale).then_some(PERHAPS_RECORDED),
            Relation::TwoSales => None,
        };
        approval::list(work, case, &store, &member.id, doubt, Points::ZERO, effect).await?;
        let (whose, spent) = ((&store, &*member.id), (&sale, sale.pay_points));
        presence::look(work, case, &rules.program, whose, spent, effect).await?;
    }
    Ok(Verdict {
        arrived: Some((awaited::SALE, awaited::sale_key(&store, &number))),
        ..verdict
    })
}

/// Who recorded it, for the ceiling of a clerk's day. All names that no clerk of the brand has are one: a counter cannot
/// get past the ceiling by making up more of them.
async fn recorder(work: &UnitOfWork, case: &Case<'_>) -> Result<RecorderId, ServiceError> {
    let named = &case.op.clerk;
    let known = clerk::Entity::find_by_id(named).one(work.on()).await?;
    Ok(known.map_or_else(
        || RecorderId::new(format!("unknown:{}", case.device.store_id.as_str())),
        |_| RecorderId::from(named.as_str()),
    ))
}

async fn enter(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    member: &member::Model,
    deed: &Deed,
    mut purchase: Purchase,
    decided: credit::Decided,
) -> Result<Verdict, ServiceError> {
    let mut ledger = Ledger::load_for(work.on(), &rules.current, &member.id, case.at, deed)
        .await?
        .ok_or_else(|| gone(&member.id))?;
    let (now, _) = ledger.advance(&rules.current, case.at);
    forgotten::remember(work, case, &mut ledger, &now, &purchase.spends).await?;
    let not_held = coupons::not_held(work, case, &member.id, &purchase.coupons).await?;
    // a coupon that nobody gave takes nothing off by the rules; the sale counts without it
    let known = |id: &String| ledger.account.coupon(&id.as_str().into()).is_some();
    let (coupons, unknown): (Vec<_>, Vec<_>) = purchase.coupons.into_iter().partition(known);
    purchase.coupons = coupons;
    let (store, receipt) = (purchase.store.clone(), purchase.receipt_no.clone());
    let outcome = match ledger.purchase(&rules.program, &now, purchase, Standing::Happened) {
        Ok(outcome) => outcome,
        Err(Error::Malformed(_) | Error::Refused(_)) => {
            return Ok(Verdict::set_aside(SetAsideReason::Malformed));
        }
    };
    let balance = ledger.account.balance();
    let paid = ledger.paid();
    ledger.save(work, &rules.current).await?;
    let unknown_seller = decided.unknown;
    credit::sold(work, case, &member.id, (&store, &receipt), paid, decided).await?;
    if unknown_seller {
        let code = credit::SELLER_UNKNOWN;
        note(work, case, &store, &member.id, code, Points::ZERO).await?;
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
    let mut effect = effect(&outcome, balance);
    for (coupon, reason) in &not_held {
        tracing::warn!(op = %case.op.op_id, %coupon, reason, "a coupon was used that was not here to use");
        note(work, case, &store, &member.id, reason, Points::ZERO).await?;
        effect
            .loss_reason
            .get_or_insert_with(|| (*reason).to_owned());
    }
    if !unknown.is_empty() {
        let code = Refusal::CouponUnknown.code();
        note(work, case, &store, &member.id, code, Points::ZERO).await?;
        effect.loss_reason.get_or_insert_with(|| code.to_owned());
    }
    Ok(Verdict::applied(&member.id, effect))
}

/// The sale is here already, by another counter or an import. What this counter took from its
/// allowances for it was spent twice over and goes back to the member.
async fn again(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    rules: &Rules,
    member: &member::Model,
    before: &receipt::Model,
    (deed, spent): (&Deed, &[(GrantId, Points)]),
) -> Result<Verdict, ServiceError> {
    let mut ledger = Ledger::load_for(work.on(), &rules.current, &member.id, case.at, deed)
        .await?
        .ok_or_else(|| gone(&member.id))?;
    let holder = case.holder();
    if !spent.is_empty() {
        let (now, _) = ledger.advance(&rules.current, case.at);
        for (grant, points) in spent {
            let back = (*points).min(ledger.left(&holder, grant));
            // cannot be refused: no more than is left
            let _ = ledger.release(&rules.current, &now, grant, back, &case.op_id());
        }
    }
    let effect = Effect {
        earned: *before.earned,
        spent: *before.points_paid,
        balance: ledger.account.balance(),
        sale: Some(before.op_id.to_string()),
        ..Effect::default()
    };
    if !spent.is_empty() {
        ledger.save(work, &rules.current).await?;
    }
    Ok(Verdict {
        member: Some(member.id.0.clone()),
        ..Verdict::done(Outcome::Exists(effect))
    })
}
