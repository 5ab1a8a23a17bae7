//! Applying the steps of a scenario in order, as the centre would.

use std::collections::HashMap;

use super::{LineDiscount, LotState, Operation, Scenario, ScenarioError, Step, StepState};
use crate::account::Account;
use crate::deed::{Book, Deed, Done, apply};
use crate::ids::{OpId, ReceiptNo};
use crate::movement::Standing;
use crate::program::Program;
use crate::receipt::Receipt;
use crate::refusal::{Error, Identity};
use crate::tier::{qualifying, shown_tier};
use crate::time::{Moment, advance};

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
    done: Done,
    exists: bool,
}

struct History<'a> {
    program: &'a Program,
    book: Book,
    sales: HashMap<ReceiptNo, &'a Operation>,
    operations: HashMap<OpId, &'a Operation>,
}

impl<'a> History<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            program: &scenario.program,
            book: Book::of(Account::new(scenario.birthday)),
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
        let passed = advance(self.program, &mut self.book.account, step.at);
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
        let sale = match &step.operation.deed {
            Some(Deed::Purchase(sale)) => Some(&sale.id),
            _ => None,
        };
        // of a sale that was refused, or is there already, nothing is paid
        let receipt = sale
            .filter(|_| refused.is_none() && !effect.exists)
            .and_then(|id| self.book.receipts.get(id));
        let back = matches!(step.operation.deed, Some(Deed::Return { .. }));
        let mut outcome = passed.outcome;
        outcome.append(effect.done.outcome);
        let account = &self.book.account;
        let lots = account.lots().iter().filter(|lot| lot.points.is_positive());
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
            pay: sale.map(|_| receipt.map(|receipt| receipt.pay).unwrap_or_default()),
            refund: back.then_some(effect.done.refund),
            discounts: sale.map(|_| receipt.map(discounts).unwrap_or_default()),
            balance: account.balance(),
            debt: account.debt(),
            waiting: account.waiting(),
            lots: lots
                .map(|lot| LotState {
                    points: lot.points,
                    expires: lot.expires,
                })
                .collect(),
            tier: shown_tier(self.program, account).clone(),
            qualifying: qualifying(self.program, account, step.at),
        })
    }

    /// Identity first: the same again has no effect, and what is refused leaves its id unused.
    fn once(&mut self, now: &Moment, operation: &'a Operation) -> Result<Effect, Error> {
        let receipt = match &operation.deed {
            Some(Deed::Purchase(sale)) => Some(&sale.receipt),
            _ => None,
        };
        let stored = match (receipt, &operation.id) {
            (Some(receipt), _) => self.sales.get(receipt),
            (None, Some(id)) => self.operations.get(id),
            (None, None) => None,
        };
        if Identity::of(stored, &operation)? == Identity::Exists {
            return Ok(Effect {
                exists: true,
                ..Effect::default()
            });
        }
        let done = match &operation.deed {
            Some(deed) => apply(self.program, &mut self.book, now, deed, Standing::Proposed)?,
            None => Done::default(),
        };
        if let Some(receipt) = receipt {
            self.sales.insert(receipt.clone(), operation);
        }
        if let Some(id) = &operation.id {
            self.operations.insert(id.clone(), operation);
        }
        Ok(Effect {
            done,
            exists: false,
        })
    }
}

fn discounts(receipt: &Receipt) -> Vec<LineDiscount> {
    let lines = receipt.lines.iter();
    let discount = lines.map(|line| LineDiscount {
        sku: line.sku.clone(),
        amount: line.discount(),
    });
    discount.collect()
}
