//! What the lines of a basket come to, before it is known for whom.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{LineAmount, LineRequest};
use loyalty::Money;
use protocol::entity::Product;

impl Engine {
    /// What each line of a basket comes to. A product that is not known has no price.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn line_amounts(&self, lines: &[LineRequest]) -> Result<Vec<LineAmount>> {
        let amount_of = |line: &LineRequest| {
            let product = match self.product_meant(&line.sku) {
                // which one is meant is asked where it is sold
                Err(Error::ProductAmbiguous { .. }) => None,
                found => found?,
            };
            let list = product.and_then(|p| list_amount(&p, line.qty));
            let till = till_amount(line);
            Ok(LineAmount {
                list,
                amount: till.or(list),
                till: till.is_some() && till != list,
            })
        };
        lines.iter().map(amount_of).collect()
    }
}

/// Price times pieces.
pub(super) fn list_amount(product: &Product, qty: u32) -> Option<Money> {
    let fen = product.price?.fen().saturating_mul(i64::from(qty));
    Some(Money::from_fen(fen))
}

/// The till's amount for the line, where it has one: at the rate of the amount that was typed, to the nearest fen.
pub(super) fn till_amount(line: &LineRequest) -> Option<Money> {
    let amount = line.amount?;
    let of = line.amount_of.filter(|of| *of > 0).unwrap_or(line.qty);
    if of == line.qty {
        return Some(amount);
    }
    let (qty, of) = (i128::from(line.qty), i128::from(of));
    let fen = (2 * i128::from(amount.fen()) * qty + of).div_euclid(2 * of);
    Some(Money::from_fen(i64::try_from(fen).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Shop;

    fn line(qty: u32, fen: Option<i64>, amount_of: Option<u32>) -> LineRequest {
        LineRequest {
            sku: "P1".into(),
            qty,
            amount: fen.map(Money::from_fen),
            amount_of,
        }
    }

    #[test]
    fn the_tills_rate_stays_when_the_pieces_change() {
        let of = |qty, fen, of| till_amount(&line(qty, Some(fen), of)).unwrap().fen();
        assert_eq!(of(3, 40_800, Some(2)), 61_200);
        assert_eq!(of(1, 10_000, Some(3)), 3_333);
        assert_eq!(of(2, 10_000, Some(3)), 6_667);
        // and comes back to what was typed
        assert_eq!(of(3, 10_000, Some(3)), 10_000);
        assert_eq!(of(2, 10_000, None), 10_000);
        assert_eq!(of(2, 10_000, Some(0)), 10_000);
    }

    #[test]
    fn a_line_is_at_the_list_price_until_the_till_says_otherwise() {
        let shop = Shop::open();
        let asked = [
            line(2, None, None),
            line(2, Some(90_000), None),
            line(1, Some(50_000), None),
            LineRequest {
                sku: "nothing".into(),
                ..line(1, None, None)
            },
        ];
        let told = shop.engine.line_amounts(&asked).unwrap();
        let seen: Vec<_> = told
            .iter()
            .map(|t| (t.list.map(Money::fen), t.amount.map(Money::fen), t.till))
            .collect();
        assert_eq!(
            seen,
            [
                (Some(100_000), Some(100_000), false),
                (Some(100_000), Some(90_000), true),
                (Some(50_000), Some(50_000), false),
                (None, None, false),
            ]
        );
    }
}
