//! One member's history under one program.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{
    Account, AccountRows, BehaviourKind, OpId, Outcome, Points, PointsFrom, Program, Receipt,
    RedeemRequest, Redemption, Standing,
};
use serde::Serialize;

use super::history::{History, What};

/// What became of a member's points, up to a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The tier shown at the end.
    pub tier: String,
    /// Points earned by purchases and behaviour.
    pub issued: Points,
    /// Points added by hand, less those taken.
    pub adjusted: Points,
    /// Points redeemed, those given back taken off.
    pub redeemed: Points,
    /// Of these, points that were not there.
    pub uncovered: Points,
    /// Points taken back by returns.
    pub taken_back: Points,
    /// Points that expired.
    pub expired: Points,
    /// Points left at the end, less debt.
    pub outstanding: Points,
}

impl Figures {
    /// Adds another's points; the tier stays.
    pub fn add(&mut self, other: &Self) {
        self.issued += other.issued;
        self.adjusted += other.adjusted;
        self.redeemed += other.redeemed;
        self.uncovered += other.uncovered;
        self.taken_back += other.taken_back;
        self.expired += other.expired;
        self.outstanding += other.outstanding;
    }

    fn take(&mut self, outcome: &Outcome) {
        self.issued += outcome.earned;
        self.redeemed += outcome.spent - outcome.given_back;
        self.uncovered += outcome.loss;
        self.taken_back += outcome.taken_back;
        self.expired += outcome.expired;
    }
}

/// Replays a history. What a program cannot understand of it (a behaviour that it does not know) has no
/// effect under it.
pub fn replay(program: &Program, history: &History, until: DateTime<Utc>) -> Figures {
    let mut replay = Replay::new(program, history);
    for event in &history.events {
        let passed = loyalty::advance(program, &mut replay.account, event.at);
        replay.figures.take(&passed.outcome);
        if let Some(outcome) = replay.apply(&passed.now, &event.what) {
            replay.figures.take(&outcome);
        }
    }
    let passed = loyalty::advance(program, &mut replay.account, until);
    replay.figures.take(&passed.outcome);
    let mut figures = replay.figures;
    figures.outstanding = replay.account.balance();
    figures.tier = loyalty::shown_tier(program, &replay.account).to_string();
    figures
}

struct Replay<'a> {
    program: &'a Program,
    account: Account,
    figures: Figures,
    receipts: HashMap<String, Receipt>,
    redemptions: HashMap<&'a str, Redemption>,
    /// How often a behaviour counted on a day.
    counted: HashMap<(&'a BehaviourKind, NaiveDate), u32>,
}

impl<'a> Replay<'a> {
    fn new(program: &'a Program, history: &History) -> Self {
        let mut rows: AccountRows = Account::new(history.birthday).into_rows();
        rows.coupons.clone_from(&history.coupons);
        let mut account = Account::from_rows(rows).unwrap_or_default();
        // a tier that this program does not have is no floor under it
        let _ = loyalty::set_tier(program, &mut account, history.floor.clone());
        Self {
            program,
            account,
            figures: Figures::default(),
            receipts: HashMap::new(),
            redemptions: HashMap::new(),
            counted: HashMap::new(),
        }
    }

    fn apply(&mut self, now: &loyalty::Moment, what: &'a What) -> Option<Outcome> {
        let (program, account) = (self.program, &mut self.account);
        match what {
            What::Purchase(sale) => {
                let sold =
                    loyalty::purchase(program, account, now, sale.clone(), Standing::Happened)
                        .ok()?;
                self.receipts.insert(sale.receipt.to_string(), sold.receipt);
                Some(sold.outcome)
            }
            What::Return { receipt, what } => {
                let receipt = self.receipts.get_mut(receipt)?;
                let returned =
                    loyalty::return_goods(program, account, now, receipt, what, Standing::Happened);
                returned.ok().map(|r| r.outcome)
            }
            What::Redeem { id, points } => {
                let request = RedeemRequest {
                    id: OpId::from(id.as_str()),
                    points: *points,
                    from: PointsFrom::Available,
                };
                let redeemed =
                    loyalty::redeem(program, account, now, request, Standing::Happened).ok()?;
                self.redemptions.insert(id, redeemed.redemption);
                Some(redeemed.outcome)
            }
            What::Reverse { of } => {
                let redemption = self.redemptions.get_mut(of.as_str())?;
                loyalty::reverse(program, account, now, redemption, Standing::Happened).ok()
            }
            What::Behave(kind) => {
                let that_day = self.counted.entry((kind, now.date())).or_insert(0);
                let happened = Standing::Happened;
                let outcome =
                    loyalty::behave(program, account, now, kind, *that_day, happened).ok()?;
                *that_day += 1;
                Some(outcome)
            }
            What::Adjust(points, last_day) => {
                let outcome = loyalty::adjust(program, account, now, *points, *last_day).ok()?;
                self.figures.adjusted += *points;
                Some(outcome)
            }
            What::Extend(to) => Some(loyalty::extend(account, *to)),
            What::Freeze => Some(loyalty::freeze(account, now)),
            What::Unfreeze => Some(loyalty::unfreeze(account, now)),
        }
    }
}
