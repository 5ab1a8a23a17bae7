//! Completing a sale of which only a part was recorded, as when a file was cut within a receipt.
//!
//! Afterwards everything is as if the whole had been recorded at once: the points are reckoned on all lines together,
//! rounded once, and what came back meanwhile has taken its share of the whole.
//!
//! Chosen where the rules are silent: the tier is the one that the part was earned at, as far as its points tell
//! (where several would have given them, the one best for the member), else the tier held now.

use crate::account::Account;
use crate::lots;
use crate::money::Money;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::{Program, Rank};
use crate::purchase::{SaleLine, earnings_at, prove_lines, ring_up};
use crate::receipt::{Receipt, ReceiptLine};
use crate::redeem::loaded;
use crate::refusal::{Error, Malformed};
use crate::returns::share_back;
use crate::tier;
use crate::time::Moment;

/// Adds the lines that the record of a sale was short of. `now` is the moment of the sale.
///
/// What it earned more goes to its own lot, where it has one. The outcome's `taken_back` is what returns had taken
/// too little, below zero where they had taken too much.
///
/// # Errors
/// [`Malformed`] for no line, or one that no sale may have; for a sale that was paid with points or coupons, whose
/// effect on further lines is not known; for another moment than the sale's; and where its own lot was not loaded.
/// Nothing is changed then.
pub fn complete(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    further: Vec<SaleLine>,
) -> Result<Outcome, Error> {
    if further.is_empty() {
        return Err(Malformed::new("lines", "must hold one or more").into());
    }
    if receipt.points_paid.is_positive() || !receipt.coupons.is_empty() {
        return Err(Malformed::new("receipt", "was paid with points or coupons").into());
    }
    if now.at() != receipt.at {
        return Err(Malformed::new("at", "must be the moment of the sale").into());
    }
    prove_lines(&further)?;
    let mut lines = receipt.lines.clone();
    lines.extend(ring_up(further));
    let net: Money = lines.iter().map(|line| line.net).sum();
    if !net.is_amount() {
        return Err(Malformed::new("lines", "together above 1000000000.00").into());
    }
    loaded(account, receipt.own_lot.into_iter())?;
    let rank = rank_of(program, account, now, receipt);
    let earning = |lines: &[ReceiptLine]| earnings_at(program, account, now, lines, &[], rank);
    let earned = (earning(&lines)? - earning(&receipt.lines)?).max(Points::ZERO);

    // nothing below can fail
    let mut out = Outcome::default();
    let more = net - receipt.net;
    receipt.lines = lines;
    receipt.net = net;
    receipt.pay += more;
    receipt.earned += earned;
    out.earned = earned;
    give(
        program,
        account,
        now,
        receipt,
        &AccountKind::Earned,
        earned,
        &mut out,
    );
    // what came back is now another share of the whole
    let taken_back = Points(share_back(receipt, receipt.earned.0)) - receipt.taken_back;
    receipt.taken_back += taken_back;
    out.taken_back = taken_back;
    if taken_back.is_positive() {
        let own = receipt.own_lot;
        lots::take_or_owe(
            account.rows_mut(),
            taken_back,
            own,
            &AccountKind::TakenBack,
            &mut out,
        );
    } else {
        let back = Points::ZERO - taken_back;
        give(
            program,
            account,
            now,
            receipt,
            &AccountKind::TakenBack,
            back,
            &mut out,
        );
    }
    tier::paid(program, account.rows_mut(), now, more, &mut out);
    Ok(out)
}

/// Puts points of a sale into its own lot; it gets one where it has none.
fn give(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    from: &AccountKind,
    points: Points,
    out: &mut Outcome,
) {
    let rows = account.rows_mut();
    match receipt.own_lot {
        Some(lot) => lots::bring_back(rows, lot, points, from, out),
        None => {
            let expires = program.lot_expiry(now.date());
            receipt.own_lot = lots::credit(rows, from, points, now.date(), expires, out);
        }
    }
}

/// The tier at which the part was earned: the highest that gives its points; where none does, the one held now.
fn rank_of(program: &Program, account: &Account, now: &Moment, part: &Receipt) -> Rank {
    let gave = |rank: &Rank| {
        earnings_at(program, account, now, &part.lines, &[], *rank).is_ok_and(|e| e == part.earned)
    };
    let held = tier::shown_rank(program, account.rows());
    program.all_ranks().rev().find(gave).unwrap_or(held)
}
