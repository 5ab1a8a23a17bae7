//! The cases that are planted, each as somebody would do it.

use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};
use loyalty::watch::{Facts, LineFact, Listed, ReturnFact, SaleFact, Suspicion};
use loyalty::{Money, OpId, Points, Program, RecorderId, Sku};

use crate::demo::dice::Dice;

/// A planted case.
pub(super) struct Case {
    /// What it is about.
    pub rule: Suspicion,
    /// Its sales or returns.
    pub ops: Vec<OpId>,
}

/// Plants cases into a copy of a history.
pub(super) struct Planter<'a> {
    program: &'a Program,
    honest: &'a [SaleFact],
    /// Of the honest ones, those that the till's record has been due for.
    due: Vec<&'a SaleFact>,
    facts: Facts,
    cases: Vec<Case>,
    dice: Dice,
}

impl<'a> Planter<'a> {
    pub(super) fn new(
        program: &'a Program,
        honest: &'a Facts,
        seed: u64,
        now: DateTime<Utc>,
    ) -> Self {
        let long_ago = now - Duration::days(10);
        Self {
            program,
            honest: &honest.sales,
            due: honest
                .sales
                .iter()
                .filter(|sale| sale.at < long_ago)
                .collect(),
            facts: honest.clone(),
            cases: Vec::new(),
            dice: Dice::new(seed, "planted fraud"),
        }
    }

    /// Whether this history can show such a case.
    pub(super) fn can(&self, rule: Suspicion) -> bool {
        match rule {
            Suspicion::OddAmount => self.priced().next().is_some(),
            Suspicion::Night => {
                let by_night = self.honest.iter().filter(|sale| self.hour(sale.at) < 5);
                by_night.count() * 50 < self.honest.len()
            }
            Suspicion::Unmatched => self.due.iter().any(|sale| sale.till.is_some()),
            Suspicion::OtherStore => {
                let first = self.honest.first().map(|sale| &sale.store);
                self.honest.iter().any(|sale| Some(&sale.store) != first)
            }
            Suspicion::Velocity
            | Suspicion::RoundSums
            | Suspicion::ManyMembers
            | Suspicion::SameMember
            | Suspicion::Returns
            | Suspicion::TillDiffers
            | Suspicion::OverCeiling
            | Suspicion::UnknownProduct
            | Suspicion::OwnPurchase => !self.honest.is_empty(),
            Suspicion::Other => false,
        }
    }

    /// Plants so many.
    pub(super) fn plant(&mut self, rule: Suspicion, times: u32) {
        for _ in 0..times {
            let from = if rule == Suspicion::Unmatched {
                self.dice.pick(&self.due).copied()
            } else {
                self.dice.pick(self.honest)
            };
            let Some(like) = from else { return };
            let ops = self.case(rule, like);
            self.cases.push(Case { rule, ops });
        }
    }

    /// The history with what was planted, and the cases.
    pub(super) fn finish(self) -> (Facts, Vec<Case>) {
        (self.facts, self.cases)
    }

    fn hour(&self, at: DateTime<Utc>) -> u32 {
        at.with_timezone(&self.program.timezone()).hour()
    }

    fn priced(&self) -> impl Iterator<Item = (&'a SaleFact, &'a LineFact)> + use<'a> {
        let lines = self
            .honest
            .iter()
            .flat_map(|sale| sale.lines.iter().map(move |l| (sale, l)));
        lines.filter(|(_, line)| matches!(line.listed, Listed::At(price) if price > Money::ZERO))
    }

    /// One case, where and by whom an honest sale was.
    fn case(&mut self, rule: Suspicion, like: &SaleFact) -> Vec<OpId> {
        match rule {
            Suspicion::Velocity => {
                let (n, within) = (self.dice.between(6, 16), self.dice.between(3, 9));
                let from = like.at;
                self.sales(n, like, |dice, sale| {
                    sale.at = from + Duration::seconds(i64::from(dice.between(0, within * 60)));
                })
            }
            Suspicion::RoundSums => {
                let n = self.dice.between(6, 12);
                let day = self.day(like);
                self.sales(n, like, |dice, sale| {
                    sale.at = opening(day, dice);
                    sale.net = Money::from_fen(i64::from(dice.between(1, 30)) * 10_000);
                })
            }
            Suspicion::ManyMembers => {
                let (n, day) = (self.dice.between(45, 90), self.day(like));
                let mut nth = 0;
                self.sales(n, like, |dice, sale| {
                    nth += 1;
                    sale.at = opening(day, dice);
                    sale.member = format!("{}:phone {nth}", sale.id);
                })
            }
            Suspicion::SameMember => {
                let (n, day) = (self.dice.between(5, 10), self.day(like));
                let member = like.member.clone();
                self.sales(n, like, |dice, sale| {
                    sale.at = opening(day, dice);
                    sale.member.clone_from(&member);
                })
            }
            Suspicion::Night => {
                let (n, day) = (self.dice.between(1, 3), self.day(like));
                self.sales(n, like, |dice, sale| {
                    sale.at = day + Duration::minutes(i64::from(dice.between(30, 290)));
                })
            }
            Suspicion::Unmatched => {
                let n = self.dice.between(5, 12);
                let last = like.at;
                self.sales(n, like, |dice, sale| {
                    sale.at = last - Duration::hours(i64::from(dice.between(0, 20 * 24)));
                    sale.unconfirmed = true;
                    sale.till = None;
                })
            }
            Suspicion::Returns => self.returns(like),
            Suspicion::TillDiffers => self.sales(1, like, |dice, sale| {
                sale.till = Some(sale.net);
                sale.till_differs = true;
                sale.net = Money::from_fen(sale.net.fen() * i64::from(dice.between(2, 9)) + 100);
            }),
            Suspicion::OverCeiling => {
                let most = self.program.doc().awards.per_receipt.fen();
                self.sales(1, like, |dice, sale| {
                    sale.net = Money::from_fen(most + i64::from(dice.between(1, 1_000)) * 10_000);
                    sale.unconfirmed = true;
                    sale.till = None;
                    sale.waiting = Points(i64::from(dice.between(100, 1_000_000)));
                })
            }
            Suspicion::UnknownProduct => self.sales(1, like, |dice, sale| {
                sale.lines.push(LineFact {
                    sku: Sku::new(format!("X{}", dice.between(1, 999_999))),
                    qty: 1,
                    amount: sale.net,
                    listed: Listed::Unknown,
                });
            }),
            Suspicion::OtherStore => {
                let others: Vec<String> = self
                    .honest
                    .iter()
                    .map(|sale| &sale.store)
                    .filter(|store| **store != like.store)
                    .take(200)
                    .cloned()
                    .collect();
                self.sales(1, like, |dice, sale| {
                    sale.named_store = dice.pick(&others).cloned();
                })
            }
            Suspicion::OddAmount => {
                let priced: Vec<_> = self.priced().take(2_000).collect();
                self.sales(1, like, |dice, sale| {
                    let Some((_, line)) = dice.pick(&priced) else {
                        return;
                    };
                    let Listed::At(price) = line.listed else {
                        return;
                    };
                    let times = if dice.chance(0.5) {
                        dice.between(2, 20) * 100
                    } else {
                        dice.between(1, 25)
                    };
                    let amount = Money::from_fen((price.fen() * i64::from(times) / 100).max(1));
                    sale.lines = vec![LineFact {
                        qty: 1,
                        amount,
                        ..(*line).clone()
                    }];
                    sale.net = amount;
                })
            }
            Suspicion::OwnPurchase => self.sales(1, like, |_, sale| sale.own = true),
            Suspicion::Other => Vec::new(),
        }
    }

    /// Sales of honest size by the clerk of one, changed as the case wants it.
    fn sales(
        &mut self,
        n: u32,
        like: &SaleFact,
        mut change: impl FnMut(&mut Dice, &mut SaleFact),
    ) -> Vec<OpId> {
        let case = self.cases.len();
        let mut ops = Vec::new();
        for i in 0..n {
            let Some(other) = self.dice.pick(self.honest) else {
                break;
            };
            let mut sale = SaleFact {
                id: OpId::new(format!("planted:{case}:{i}")),
                number: format!("P{case}-{i}"),
                at: like.at,
                store: like.store.clone(),
                named_store: like.named_store.clone(),
                clerk: like.clerk.clone(),
                till: like.till.map(|_| other.net),
                ..other.clone()
            };
            change(&mut self.dice, &mut sale);
            ops.push(sale.id.clone());
            self.facts.sales.push(sale);
        }
        ops
    }

    fn returns(&mut self, like: &SaleFact) -> Vec<OpId> {
        let (case, day) = (self.cases.len(), self.day(like));
        let n = self.dice.between(6, 12);
        let mut ops = Vec::new();
        for i in 0..n {
            let at = opening(day, &mut self.dice);
            let Some(other) = self.dice.pick(self.honest) else {
                break;
            };
            let id = OpId::new(format!("planted:{case}:{i}"));
            ops.push(id.clone());
            self.facts.returns.push(ReturnFact {
                id,
                at,
                store: like.store.clone(),
                clerk: RecorderId::from(like.clerk.as_str()),
                member: other.member.clone(),
                refund: other.net,
            });
        }
        ops
    }

    /// The beginning of the business day of a sale.
    fn day(&self, sale: &SaleFact) -> DateTime<Utc> {
        let day: NaiveDate = self.program.business_date(sale.at);
        self.program.day_begins(day)
    }
}

/// A moment of a day at which shops are open.
fn opening(day: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
    day + Duration::minutes(i64::from(dice.between(10 * 60, 21 * 60 + 30)))
}
