//! Applying the steps of a scenario in order, as the centre would.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{LineDiscount, LotState, Operation, Scenario, ScenarioError, Step, StepState};
use crate::account::Account;
use crate::ids::{BehaviourKind, OpId, ReceiptNo};
use crate::money::Money;
use crate::movement::{Outcome, Standing};
use crate::program::Program;
use crate::purchase::{Sale, Sold, purchase};
use crate::receipt::{Receipt, Redemption};
use crate::redeem::{RedeemRequest, redeem, reverse};
use crate::refusal::{Error, Identity, Refusal};
use crate::returns::{ReturnOf, return_goods};
use crate::spend::PointsFrom;
use crate::tier::{qualifying, set_tier, shown_tier};
use crate::time::{Moment, advance};
use crate::{LastDay, adjust, behave, extend, freeze, give_coupon, unfreeze};

/// Applies the steps of a scenario in order: the state after each.
///
/// # Errors
/// A step that cannot be understood; of a scenario that [`parse`](super::parse) read only where its factors
/// multiply beyond what one purchase may earn, or where its program was replaced by one without a tier or
/// behaviour that it names.
pub fn run(scenario: &Scenario) -> Result<Vec<StepState>, ScenarioError> {
    let mut history = History::new(scenario);
    scenario
        .steps
        .iter()
        .enumerate()
        .map(|(i, step)| history.step(&scenario.name, i + 1, step))
        .collect()
}

/// What one step did besides what time brought.
#[derive(Default)]
struct Effect {
    outcome: Outcome,
    exists: bool,
    pay: Option<Money>,
    refund: Option<Money>,
    discounts: Option<Vec<LineDiscount>>,
}

impl From<Outcome> for Effect {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }
}

struct History<'a> {
    program: &'a Program,
    account: Account,
    receipts: HashMap<ReceiptNo, Receipt>,
    redemptions: HashMap<OpId, Redemption>,
    behaved: HashMap<(BehaviourKind, NaiveDate), u32>,
    sales: HashMap<ReceiptNo, &'a Operation>,
    operations: HashMap<OpId, &'a Operation>,
}

impl<'a> History<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            program: &scenario.program,
            account: Account::new(scenario.birthday),
            receipts: HashMap::new(),
            redemptions: HashMap::new(),
            behaved: HashMap::new(),
            sales: HashMap::new(),
            operations: HashMap::new(),
        }
    }

    fn step(
        &mut self,
        name: &str,
        number: usize,
        step: &'a Step,
    ) -> Result<StepState, ScenarioError> {
        let passed = advance(self.program, &mut self.account, step.at);
        let (effect, refused) = match self.once(&passed.now, &step.operation) {
            Ok(effect) => (effect, None),
            Err(Error::Refused(refusal)) => (Effect::default(), Some(refusal)),
            Err(Error::Malformed(error)) => {
                return Err(ScenarioError {
                    scenario: Some(name.to_owned()),
                    step: Some(number),
                    place: error.place,
                    reason: error.reason,
                });
            }
        };
        let sale = matches!(step.operation, Operation::Purchase { .. });
        let back = matches!(step.operation, Operation::Return { .. });
        let mut outcome = passed.outcome;
        outcome.append(effect.outcome);
        let lots = self
            .account
            .lots()
            .iter()
            .filter(|lot| lot.points.is_positive());
        Ok(StepState {
            scenario: name.to_owned(),
            step: number,
            ok: refused.is_none(),
            refused,
            exists: effect.exists,
            earned: outcome.earned,
            spent: outcome.spent,
            taken_back: outcome.taken_back,
            given_back: outcome.given_back,
            expired: outcome.expired,
            pay: sale.then(|| effect.pay.unwrap_or_default()),
            refund: back.then(|| effect.refund.unwrap_or_default()),
            discounts: sale.then(|| effect.discounts.unwrap_or_default()),
            balance: self.account.balance(),
            debt: self.account.debt(),
            lots: lots
                .map(|lot| LotState {
                    points: lot.points,
                    expires: lot.expires,
                })
                .collect(),
            tier: shown_tier(self.program, &self.account).clone(),
            qualifying: qualifying(self.program, &self.account, step.at),
        })
    }

    /// Identity first: the same again has no effect, and what is refused leaves its id unused.
    fn once(&mut self, now: &Moment, operation: &'a Operation) -> Result<Effect, Error> {
        let id = operation.id();
        let stored = match (operation, &id) {
            (Operation::Purchase { receipt, .. }, _) => self.sales.get(receipt),
            (_, Some(id)) => self.operations.get(id),
            _ => None,
        };
        if Identity::of(stored, &operation)? == Identity::Exists {
            return Ok(Effect {
                exists: true,
                ..Effect::default()
            });
        }
        let effect = self.apply(now, operation)?;
        if let Operation::Purchase { receipt, .. } = operation {
            self.sales.insert(receipt.clone(), operation);
        }
        if let Some(id) = id {
            self.operations.insert(id, operation);
        }
        Ok(effect)
    }

    fn apply(&mut self, now: &Moment, operation: &Operation) -> Result<Effect, Error> {
        let (program, account) = (self.program, &mut self.account);
        Ok(match operation {
            Operation::Purchase {
                receipt,
                lines,
                pay_points,
                coupons,
            } => {
                let sale = Sale {
                    receipt: receipt.clone(),
                    lines: lines.clone(),
                    pay_points: *pay_points,
                    from: PointsFrom::Available,
                    coupons: coupons.clone(),
                };
                let Sold { receipt, outcome } =
                    purchase(program, account, now, sale, Standing::Proposed)?;
                let discounts = receipt.lines.iter();
                let discounts = discounts.map(|line| LineDiscount {
                    sku: line.sku.clone(),
                    amount: line.discount(),
                });
                let effect = Effect {
                    outcome,
                    pay: Some(receipt.pay),
                    discounts: Some(discounts.collect()),
                    ..Effect::default()
                };
                self.receipts.insert(receipt.no.clone(), receipt);
                effect
            }
            Operation::Return { receipt, lines, .. } => {
                let receipt = self
                    .receipts
                    .get_mut(receipt)
                    .ok_or(Refusal::UnknownReceipt)?;
                let what = lines
                    .as_ref()
                    .map_or(ReturnOf::All, |lines| ReturnOf::Lines(lines.clone()));
                let returned =
                    return_goods(program, account, now, receipt, &what, Standing::Proposed)?;
                Effect {
                    outcome: returned.outcome,
                    refund: Some(returned.refund),
                    ..Effect::default()
                }
            }
            Operation::Redeem { id, points, .. } => {
                let request = RedeemRequest {
                    id: id.clone(),
                    points: *points,
                    from: PointsFrom::Available,
                };
                let redeemed = redeem(program, account, now, request, Standing::Proposed)?;
                self.redemptions.insert(id.clone(), redeemed.redemption);
                redeemed.outcome.into()
            }
            Operation::Reverse { of, .. } => {
                let redemption = self
                    .redemptions
                    .get_mut(of)
                    .ok_or(Refusal::UnknownRedemption)?;
                reverse(program, account, now, redemption, Standing::Proposed)?.into()
            }
            Operation::Behave { kind, .. } => {
                let that_day = self.behaved.entry((kind.clone(), now.date())).or_insert(0);
                let outcome = behave(program, account, now, kind, *that_day, Standing::Proposed)?;
                *that_day += 1;
                outcome.into()
            }
            Operation::Adjust {
                points, expires, ..
            } => {
                let last_day = match expires {
                    None => LastDay::ByProgram,
                    Some(None) => LastDay::Never,
                    Some(Some(date)) => LastDay::On(*date),
                };
                adjust(program, account, now, *points, last_day)?.into()
            }
            Operation::Extend { to, .. } => extend(account, *to).into(),
            Operation::Freeze { .. } => freeze(account, now).into(),
            Operation::Unfreeze { .. } => unfreeze(account, now).into(),
            Operation::SetTier { tier, .. } => set_tier(program, account, tier.clone())?.into(),
            Operation::GiveCoupon(coupon) => give_coupon(account, coupon.clone())?.into(),
            Operation::Tick => Effect::default(),
        })
    }
}
