//! What stands out in a sale by itself.

use super::{Finding, LineFact, Listed, SaleFact, Suspicion};
use crate::money::Money;
use crate::program::Program;
use crate::rate::Rate;

/// Looks at one sale.
pub(super) fn look(program: &Program, sale: &SaleFact, found: &mut Vec<Finding>) {
    let about = |rule| Finding {
        rule,
        store: sale.store.clone(),
        clerk: sale.clerk.clone(),
        day: program.business_date(sale.at),
        member: Some(sale.member.clone()),
        count: 1,
        limit: 0,
        amount: sale.net,
        against: None,
        what: None,
        ops: vec![sale.id.clone()],
        receipts: vec![sale.number.clone()],
    };
    if sale.till_differs {
        found.push(Finding {
            against: sale.till,
            ..about(Suspicion::TillDiffers)
        });
    }
    if sale.waiting.is_positive() {
        found.push(about(Suspicion::OverCeiling));
    }
    if sale.own {
        found.push(about(Suspicion::OwnPurchase));
    }
    if sale
        .named_store
        .as_ref()
        .is_some_and(|named| *named != sale.store)
    {
        found.push(Finding {
            what: sale.named_store.clone(),
            ..about(Suspicion::OtherStore)
        });
    }
    for line in &sale.lines {
        let of_line = |rule| Finding {
            amount: line.amount,
            what: Some(line.sku.to_string()),
            ..about(rule)
        };
        match line.listed {
            Listed::Unknown => found.push(of_line(Suspicion::UnknownProduct)),
            Listed::Unpriced => {}
            Listed::At(piece) => {
                if let Some(price) = odd(program, line, piece) {
                    found.push(Finding {
                        against: Some(price),
                        ..of_line(Suspicion::OddAmount)
                    });
                }
            }
        }
    }
}

/// The catalogue's price of a line that is far from it. What costs nothing is a gift, whatever the catalogue says.
fn odd(program: &Program, line: &LineFact, piece: Money) -> Option<Money> {
    let share = program.doc().watch.price_off;
    let fen = piece.fen().checked_mul(i64::from(line.qty))?;
    let price = Money::from_fen(fen);
    if share == Rate::ZERO || price <= Money::ZERO || line.amount.is_zero() {
        return None;
    }
    let off = share.floor_of(price);
    (line.amount < price - off || line.amount > price + off).then_some(price)
}
