//! Sales that no till has confirmed: how far their points can be spent, and what becomes of the rest.
//!
//! A counter's sale is what a clerk typed. Until the till's own record confirms it, no more of it *counts* than the
//! program's ceilings let through: of one receipt, of a member's receipts of a business day, of a clerk's of a day. What
//! counts is money of N (the lines after coupons), so that one rule bounds points and tiers alike, whatever a tier or a
//! factor multiplies by. The points of the rest **wait**: they are neither available nor granted, do not expire, settle
//! no debt, and what was paid for them counts for no tier. A return takes waiting points before any other.
//!
//! Chosen where the rules are silent: points that count are rounded down, the fen that pays for a tier too; a receipt
//! that came back still took its part of the day's ceilings, and one that was confirmed takes none any more. Points
//! that are confirmed get the last day that they would have had from the start, or the program's grace where that has
//! passed. Where the till has another amount, the receipt earned and was paid as much more or less, by its share of N,
//! half up, as for a return; where it has N, or what was paid beside points, it is the same. Who confirms without the
//! till changes no amount, and the till's word goes before and after a manager's.

use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountRows};
use crate::lots;
use crate::money::Money;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::rate::half_up_share;
use crate::receipt::Receipt;
use crate::redeem::loaded;
use crate::refusal::{Error, Malformed};
use crate::returns::{came_back_of, share_back};
use crate::tier;
use crate::time::Moment;

/// Who says that a sale was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vouching {
    /// The till itself, as an import has it, or headquarters: all of it counts.
    #[default]
    Till,
    /// A clerk at a counter; this much of others, that no till has confirmed either, counts on that day already.
    Counter(Counted),
    /// A counter that nobody answers for any more: nothing of it counts.
    Nobody,
}

/// What counts already of receipts of a business day that no till has confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Of the same member's.
    pub member_day: Money,
    /// Of those that the same clerk recorded.
    pub clerk_day: Money,
}

/// How a receipt stands with the till.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Awarded {
    /// A counter recorded it, and nobody has confirmed it.
    pub unconfirmed: bool,
    /// Of N, what counts while it is not confirmed.
    pub counted: Money,
    /// Points of it that wait.
    pub waiting: Points,
    /// Of what was paid, what counts for no tier: as long as it waits, and for good where its points were dropped.
    pub waiting_pay: Money,
    /// Points that it earned more than at first, as the till has it.
    pub more: Points,
    /// Points that it earned less than at first, as the till has it or because nobody confirmed it.
    pub less: Points,
}

impl Receipt {
    /// What of it counts towards tiers: paid, less what was refunded and what is not confirmed.
    #[must_use]
    pub fn counting_pay(&self) -> Money {
        (self.pay - self.refunded - self.awarded.waiting_pay).max(Money::ZERO)
    }

    /// Points that it earned when it was recorded, whatever the till said since.
    #[must_use]
    pub fn earned_at_first(&self) -> Points {
        self.earned - self.awarded.more + self.awarded.less
    }

    /// What was paid when it was recorded: N less what points paid.
    fn paid_at_first(&self) -> Money {
        self.lines
            .iter()
            .map(|line| line.net - line.by_points)
            .sum()
    }
}

/// A sale's points and payment, parted into what counts and what waits.
pub(crate) struct Parted {
    pub(crate) awarded: Awarded,
    pub(crate) free: Points,
    pub(crate) counting_pay: Money,
}

/// Parts what a sale earned and what was paid for it.
pub(crate) fn part(
    program: &Program,
    net: Money,
    pay: Money,
    earned: Points,
    vouching: Vouching,
) -> Parted {
    let caps = &program.doc().awards;
    let counted = match vouching {
        Vouching::Till => {
            return Parted {
                awarded: Awarded::default(),
                free: earned,
                counting_pay: pay,
            };
        }
        Vouching::Counter(before) => net
            .min(caps.per_receipt)
            .min(caps.per_member_day - before.member_day)
            .min(caps.per_clerk_day - before.clerk_day)
            .max(Money::ZERO),
        Vouching::Nobody => Money::ZERO,
    };
    let share = |amount: i64| floor_share(amount, counted.fen(), net.fen());
    let free = Points(share(earned.0));
    let counting_pay = Money::from_fen(share(pay.fen()));
    Parted {
        awarded: Awarded {
            unconfirmed: true,
            counted,
            waiting: earned - free,
            waiting_pay: pay - counting_pay,
            ..Awarded::default()
        },
        free,
        counting_pay,
    }
}

/// An amount × part ÷ whole, down; all of it where there is no whole.
fn floor_share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 || part >= whole {
        return amount;
    }
    let exact = i128::from(amount) * i128::from(part) / i128::from(whole);
    i64::try_from(exact).unwrap_or(amount)
}

/// Puts points that were earned aside, until the sale is confirmed.
pub(crate) fn wait(rows: &mut AccountRows, points: Points, out: &mut Outcome) {
    rows.waiting += points;
    out.waiting += points;
    out.moved(AccountKind::Earned, AccountKind::Waiting, None, points);
}

/// Takes up to so many waiting points of a receipt; how many were taken.
pub(crate) fn take_waiting(
    rows: &mut AccountRows,
    receipt: &mut Receipt,
    points: Points,
    to: &AccountKind,
    out: &mut Outcome,
) -> Points {
    let part = points.min(receipt.awarded.waiting).min(rows.waiting);
    receipt.awarded.waiting -= part;
    rows.waiting -= part;
    out.waiting -= part;
    out.moved(AccountKind::Waiting, to.clone(), None, part);
    part
}

/// Confirms a sale, by the till's amount or without one: what waited can be spent, and what was paid counts for the tier.
///
/// Nothing where it was confirmed before and the till says nothing new.
///
/// # Errors
/// [`Malformed`] for an amount that cannot be, for one by which it would earn more than one purchase may, and where its
/// own lot was not loaded. Nothing is changed then.
pub fn confirm(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    till: Option<Money>,
) -> Result<Outcome, Error> {
    loaded(account, receipt.own_lot.into_iter())?;
    let (earned, pay) = confirmed_figures(receipt, till)?;

    // nothing below can fail
    let mut out = Outcome::default();
    let counting = receipt.counting_pay();
    receipt.pay = pay;
    set_earned(program, account, now, receipt, earned, &mut out);
    let rest = receipt.awarded.waiting;
    let rest = take_waiting_to_give(account.rows_mut(), receipt, rest, &mut out);
    give(
        program,
        account,
        now,
        receipt,
        (&AccountKind::Waiting, rest),
        &mut out,
    );
    receipt.awarded.unconfirmed = false;
    receipt.awarded.waiting = Points::ZERO;
    receipt.awarded.waiting_pay = Money::ZERO;
    let more = receipt.counting_pay() - counting;
    let rows = account.rows_mut();
    if more < Money::ZERO {
        tier::refunded(program, rows, now, receipt.at, -more, &mut out);
    } else {
        tier::counts_now(program, rows, now, receipt.at, more, &mut out);
    }
    Ok(out)
}

/// What it earned and was paid, confirmed so.
fn confirmed_figures(receipt: &Receipt, till: Option<Money>) -> Result<(Points, Money), Malformed> {
    let (earned, pay) = (receipt.earned_at_first(), receipt.paid_at_first());
    let Some(till) = till else {
        return Ok(if receipt.awarded.unconfirmed {
            (earned, pay)
        } else {
            (receipt.earned, receipt.pay)
        });
    };
    if !till.is_amount() {
        return Err(Malformed::new("till", "must be 0.00 to 1000000000.00"));
    }
    if receipt.is_as_the_till_has_it(till) {
        return Ok((earned, pay));
    }
    let share = |amount| half_up_share(amount, till.fen(), receipt.net.fen());
    let (earned, pay) = (Points(share(earned.0)), Money::from_fen(share(pay.fen())));
    if earned.is_amount() && pay.is_amount() {
        Ok((earned, pay))
    } else {
        Err(Malformed::new("till", "beyond what one purchase may earn"))
    }
}

impl Receipt {
    /// Whether a till that brought in so much for a sale says the same as this receipt: N, or what was paid beside
    /// points. Of a sale that brought in nothing there is no share, so that any amount is the same.
    #[must_use]
    pub fn is_as_the_till_has_it(&self, till: Money) -> bool {
        is_same(till, self.net, self.paid_at_first())
    }
}

/// [`Receipt::is_as_the_till_has_it`] of a receipt that is not at hand: of its N, and of what was paid beside points.
#[must_use]
pub fn is_same(till: Money, net: Money, paid: Money) -> bool {
    net.is_zero() || till == net || till == paid
}

/// Drops what waits of a sale that nobody confirmed: the points are taken back. What counted stays, and may be returned
/// or confirmed as before. Nothing where nothing waits.
pub fn drop_waiting(account: &mut Account, receipt: &mut Receipt) -> Outcome {
    let mut out = Outcome::default();
    let waits = receipt.awarded.waiting;
    if !waits.is_positive() {
        return out;
    }
    // what she has of it stays: as if it had earned only so much from the start
    let stays = (receipt.earned - receipt.taken_back - waits).floor_zero();
    let back = came_back_of(receipt);
    let left = (receipt.net - back).fen();
    let earned = Points(half_up_share(stays.0, receipt.net.fen(), left.max(1)));
    receipt.awarded.less += receipt.earned - earned;
    receipt.earned = earned;
    receipt.taken_back = earned - stays;
    let to = AccountKind::TakenBack;
    out.taken_back = take_waiting(account.rows_mut(), receipt, waits, &to, &mut out);
    out
}

/// A receipt earned so much now: the difference comes or goes, and what came back has its share of it.
fn set_earned(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    earned: Points,
    out: &mut Outcome,
) {
    let before = receipt.earned;
    if earned == before {
        return;
    }
    receipt.earned = earned;
    let returned = Points(share_back(receipt, earned.0));
    let taken = returned - receipt.taken_back;
    receipt.taken_back = returned;
    if earned > before {
        receipt.awarded.more += earned - before;
        out.earned += earned - before;
        let more = (&AccountKind::Earned, earned - before);
        give(program, account, now, receipt, more, out);
        take(account, receipt, taken, out);
    } else {
        receipt.awarded.less += before - earned;
        take(account, receipt, before - earned + taken, out);
    }
}

/// Takes earned points of a receipt back, waiting ones first.
pub(crate) fn take(
    account: &mut Account,
    receipt: &mut Receipt,
    points: Points,
    out: &mut Outcome,
) {
    let points = points.floor_zero();
    let to = AccountKind::TakenBack;
    let rows = account.rows_mut();
    let waited = take_waiting(rows, receipt, points, &to, out);
    lots::take_or_owe(rows, points - waited, receipt.own_lot, &to, out);
    out.taken_back += points;
}

fn take_waiting_to_give(
    rows: &mut AccountRows,
    receipt: &mut Receipt,
    points: Points,
    out: &mut Outcome,
) -> Points {
    let part = points.min(rows.waiting);
    receipt.awarded.waiting -= part;
    rows.waiting -= part;
    out.waiting -= part;
    part
}

/// Gives points of a receipt: debt first, then its own lot, or a new one with the last day that it would have had.
fn give(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    (from, points): (&AccountKind, Points),
    out: &mut Outcome,
) {
    if !points.is_positive() {
        return;
    }
    let rows = account.rows_mut();
    let lasts = |lot: &crate::account::Lot| !lot.has_passed(now.today());
    let own = receipt
        .own_lot
        .and_then(|id| rows.lots.iter().find(|lot| lot.id == id));
    if let Some(lot) = own.filter(|lot| lasts(lot)).map(|lot| lot.id) {
        lots::bring_back(rows, lot, points, from, out);
        return;
    }
    let bought = program.business_date(receipt.at);
    let expires = program.lot_expiry(bought).map(|last| {
        if last < now.today() {
            program.grace_expiry(now.today())
        } else {
            last
        }
    });
    if let Some(lot) = lots::credit(rows, from, points, bought, expires, out) {
        receipt.own_lot = Some(lot);
    }
}
