//! Whoever tells a story: what is done at a counter, and what the counter shows of it.

use counter::view::{
    Act, ActRequest, Approver, CouponChoice, CouponPlace, LineRequest, MemberTarget, RedeemRequest,
    RedeemWhat, ReturnLineRequest, ReturnRequest, SaleRequest,
};
use counter::{Engine, Error, SignedIn};
use loyalty::{Money, Points};

use super::brand::PRODUCTS;
use crate::clocks::TrueTime;
use crate::dice::Dice;
use crate::people::PIN;

const DAY: usize = 86_400_000;

/// What was asked of the counter.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Sell(SaleRequest),
    Return(ReturnRequest),
    Redeem(RedeemRequest),
    Act(ActRequest),
}

/// Something that was done, and what the counter showed.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) at_ms: i64,
    pub(super) ask: Ask,
    pub(super) member: String,
    pub(super) op_id: String,
    /// Paid, or refunded.
    pub(super) money: Option<Money>,
    pub(super) earned: Points,
    pub(super) spent: Points,
    pub(super) given_back: Points,
    pub(super) taken_back: Points,
    pub(super) balance: Points,
    pub(super) tier: String,
    pub(super) gap: Option<Money>,
}

/// What the counter shows of a member's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownAccount {
    pub(super) balance: Points,
    pub(super) tier: String,
    pub(super) gap: Option<Money>,
    /// Points that expire next, and when.
    pub(super) expiring: Option<(Points, String)>,
}

pub(super) fn shown_account(engine: &Engine, member: &str) -> counter::Result<ShownAccount> {
    let page = engine.member_page(member)?;
    Ok(ShownAccount {
        balance: page.points.once_confirmed,
        tier: page.tier.id,
        gap: page.tier.next.and_then(|n| n.gap),
        expiring: page.points.expiring.map(|e| (e.points, e.date)),
    })
}

/// What an engine said of something that was done.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) op_id: String,
    pub(super) money: Option<Money>,
    pub(super) earned: Points,
    pub(super) spent: Points,
    pub(super) given_back: Points,
    pub(super) taken_back: Points,
}

pub(super) fn act(engine: &Engine, staff: &SignedIn, ask: &Ask) -> counter::Result<Figures> {
    Ok(match ask {
        Ask::Sell(request) => {
            let done = engine.record_sale(staff, request)?;
            Figures {
                op_id: done.op_id,
                money: Some(done.pay),
                earned: done.earned,
                spent: done.spent,
                ..Figures::default()
            }
        }
        Ask::Return(request) => {
            let done = engine.record_return(staff, request)?;
            Figures {
                op_id: done.op_id,
                money: Some(done.refund),
                given_back: done.given_back,
                taken_back: done.taken_back,
                ..Figures::default()
            }
        }
        Ask::Redeem(request) => {
            let done = engine.redeem(staff, request)?;
            Figures {
                op_id: done.op_id,
                spent: done.points,
                ..Figures::default()
            }
        }
        Ask::Act(request) => {
            let done = engine.record_act(staff, request)?;
            let mut figures = Figures {
                op_id: done.op_id,
                ..Figures::default()
            };
            match request.act {
                Act::Behaviour { .. } => figures.earned = done.points,
                _ => figures.given_back = done.points,
            }
            figures
        }
    })
}

/// Number, member and products of what was sold.
type Bought = (String, String, Vec<(String, u32)>);

/// Whoever tells a new story.
pub(super) struct Teller<'a> {
    pub(super) engine: &'a Engine,
    pub(super) staff: SignedIn,
    pub(super) time: TrueTime,
    pub(super) dice: Dice,
    pub(super) members: Vec<String>,
    pub(super) receipts: Vec<Bought>,
    pub(super) shown: Vec<Shown>,
    pub(super) found: Vec<String>,
    pub(super) next: usize,
}

impl Teller<'_> {
    pub(super) fn tell(&mut self, steps: usize) -> counter::Result<()> {
        // the counter notices that there is no network
        let _ = self.engine.sync_now();
        for _ in 0..steps {
            let wait = match self.dice.below(100) {
                0..60 => 60_000 + self.dice.below(DAY / 4),
                60..90 => self.dice.below(6 * DAY) + 60_000,
                _ => self.dice.below(30 * DAY) + 60_000,
            };
            self.time.pass(i64::try_from(wait).unwrap_or(60_000));
            match self.dice.below(100) {
                0..45 => self.sell()?,
                45..70 => self.bring_back()?,
                70..82 => self.redeem()?,
                _ => self.act()?,
            }
        }
        Ok(())
    }

    fn member(&mut self) -> String {
        let members = self.members.clone();
        self.dice.pick(&members).unwrap_or_default()
    }

    fn sell(&mut self) -> counter::Result<()> {
        let member = self.member();
        self.next += 1;
        let mut lines = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let (sku, _, fen) = self.dice.pick(&PRODUCTS).unwrap_or(PRODUCTS[0]);
            let qty = 1 + u32::try_from(self.dice.below(3)).unwrap_or(0);
            // now and then the till took another price
            let amount = self.dice.percent(25).then(|| {
                let full = usize::try_from(fen).unwrap_or(1) * 3;
                Money::from_fen(i64::try_from(self.dice.below(full)).unwrap_or(0))
            });
            lines.push(LineRequest {
                sku: sku.into(),
                qty,
                amount,
                amount_of: None,
            });
        }
        let mut request = SaleRequest {
            presence: None,
            receipt: format!("T{}", self.next),
            member: MemberTarget::Member { id: member.clone() },
            lines,
            pay_points: Points::ZERO,
            coupons: Vec::new(),
            fit_points: false,
            propose: self.dice.percent(60),
            credit: None,
            number: Default::default(),
            approver: None,
        };
        let quote = self.engine.quote_sale(&request)?;
        let usable = |c: &&CouponChoice| {
            c.refusal.is_none() && c.barred.is_none() && c.coupon.place == CouponPlace::Here
        };
        request.coupons.clone_from(&quote.chosen);
        if !request.propose {
            let some: Vec<&CouponChoice> = quote.coupons.iter().filter(usable).collect();
            if let Some(one) = self.dice.pick(&some) {
                request.coupons.clone_from(&one.with);
            }
        }
        request.propose = false;
        if self.dice.percent(45) {
            let most = self.engine.quote_sale(&request)?.max_points_offline.get();
            let share = i64::try_from(self.dice.below(101)).unwrap_or(0);
            let points = most * share / 100 / 5 * 5;
            request.pay_points = if points >= 10 {
                Points(points)
            } else {
                Points::ZERO
            };
        }
        let quote = self.engine.quote_sale(&request)?;
        let skus: Vec<(String, u32)> = request
            .lines
            .iter()
            .map(|l| (l.sku.clone(), l.qty))
            .collect();
        let no = request.receipt.clone();
        let shown = self.done(Ask::Sell(request), &member)?;
        self.receipts.push((no, member, skus));
        self.hold("pay", &Some(quote.pay), &shown.money);
        self.hold("earned", &quote.earned, &shown.earned);
        self.hold("balance after", &quote.balance_after, &Some(shown.balance));
        if let Some(up) = quote.tier_up {
            self.hold("tier", &up.id, &shown.tier);
        }
        let chosen: Money = quote
            .coupons
            .iter()
            .filter(|c| c.chosen)
            .map(|c| c.off)
            .sum();
        self.hold("each coupon's part", &chosen, &quote.coupons_off);
        Ok(())
    }

    fn bring_back(&mut self) -> counter::Result<()> {
        let receipts = self.receipts.clone();
        let Some((receipt, member, skus)) = self.dice.pick(&receipts) else {
            return Ok(());
        };
        let lines = if self.dice.percent(25) {
            Vec::new()
        } else {
            let one = self.dice.pick(&skus);
            one.map(|(sku, qty)| {
                let qty = 1 + u32::try_from(self.dice.below(qty as usize)).unwrap_or(0);
                ReturnLineRequest {
                    sku,
                    qty,
                    line: None,
                }
            })
            .into_iter()
            .collect()
        };
        let mut request = ReturnRequest {
            receipt,
            sale: None,
            store: None,
            date: None,
            lines,
            reason: "other".into(),
            refund: None,
            approver: None,
            reaction: None,
        };
        let mut quote = self.engine.quote_return(&request);
        if let (Err(Error::WhichLine { lines, .. }), Some(line)) =
            (&quote, request.lines.first_mut())
        {
            // asked which piece it is, the clerk says one of them
            line.line = self.dice.pick(lines).map(|choice| choice.line);
            quote = self.engine.quote_return(&request);
        }
        let quote = match quote {
            Err(Error::OverReturned { .. }) => return Ok(()),
            quote => quote?,
        };
        let shown = self.done(Ask::Return(request), &member)?;
        self.hold("refund", &Some(quote.refund), &shown.money);
        self.hold("given back", &quote.given_back, &shown.given_back);
        self.hold("taken back", &quote.taken_back, &shown.taken_back);
        self.hold("balance after", &quote.balance_after, &Some(shown.balance));
        let tier = quote.tier_after.map(|t| t.id);
        self.hold("tier after", &tier, &Some(shown.tier));
        Ok(())
    }

    fn redeem(&mut self) -> counter::Result<()> {
        let member = self.member();
        let options = self.engine.redeem_options(&member)?;
        let share = i64::try_from(self.dice.below(60)).unwrap_or(0);
        let points = options.possible_now.get() * share / 100 / 5 * 5;
        if points < 10 {
            return Ok(());
        }
        let request = RedeemRequest {
            presence: None,
            member_id: member.clone(),
            what: RedeemWhat::Cash {
                points: Points(points),
                bill: Money::from_fen(100_000_000),
            },
        };
        self.done(Ask::Redeem(request), &member)?;
        Ok(())
    }

    /// A behaviour, a redemption undone, or a manager's act.
    fn act(&mut self) -> counter::Result<()> {
        let member = self.member();
        let acts = self.engine.member_acts(&member)?;
        let act = match self.dice.below(100) {
            // frozen points are not so for long
            0..40 if acts.frozen => Act::Unfreeze,
            0..8 => Act::Freeze,
            8..20 => {
                let days = i64::try_from(1 + self.dice.below(90)).unwrap_or(1);
                let to = self.time.now() + chrono::Duration::days(days);
                Act::Extension {
                    to: to.date_naive().to_string(),
                }
            }
            20..60 => {
                let open: Vec<_> = acts
                    .redemptions
                    .iter()
                    .filter(|r| r.undone.is_none())
                    .collect();
                let Some(one) = self.dice.pick(&open) else {
                    return Ok(());
                };
                Act::Reversal {
                    redemption: one.op_id.clone(),
                }
            }
            _ => {
                let possible: Vec<_> = acts.behaviours.iter().filter(|b| b.possible).collect();
                let Some(one) = self.dice.pick(&possible) else {
                    return Ok(());
                };
                Act::Behaviour {
                    behaviour: one.behaviour.clone(),
                }
            }
        };
        let request = ActRequest {
            member_id: member.clone(),
            act,
            reason: "asked".into(),
            approver: Some(Approver {
                manager: "S1-C".into(),
                pin: PIN.into(),
            }),
        };
        let quote = match self.engine.quote_act(&self.staff, &request) {
            Err(Error::NothingToExtend | Error::DateInvalid) => return Ok(()),
            quote => quote?,
        };
        if quote.exists {
            return Ok(());
        }
        let shown = self.done(Ask::Act(request), &member)?;
        let points = shown.earned + shown.given_back;
        self.hold("points of an act", &quote.points, &points);
        self.hold("balance after", &quote.balance_after, &shown.balance);
        Ok(())
    }

    fn done(&mut self, ask: Ask, member: &str) -> counter::Result<Shown> {
        let at_ms = self.time.ms();
        let figures = act(self.engine, &self.staff, &ask)?;
        let after = shown_account(self.engine, member)?;
        let shown = Shown {
            at_ms,
            ask,
            member: member.to_owned(),
            op_id: figures.op_id,
            money: figures.money,
            earned: figures.earned,
            spent: figures.spent,
            given_back: figures.given_back,
            taken_back: figures.taken_back,
            balance: after.balance,
            tier: after.tier,
            gap: after.gap,
        };
        self.shown.push(shown.clone());
        Ok(shown)
    }

    /// A quote and what was then done.
    fn hold<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, quoted: &T, done: &T) {
        if quoted != done {
            let step = self.shown.len();
            self.found.push(format!(
                "step {step} {what}: quoted {quoted:?}, then {done:?}"
            ));
        }
    }
}
