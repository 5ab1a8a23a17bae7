//! Parked baskets (挂单): what a basket is while it stands aside, and what it is worth when it is taken up again.

use crate::error::Result;
use crate::view::{BasketChange, CreditRequest, MemberTarget};
use chrono::{DateTime, Duration, Utc};
use loyalty::{Money, Points};
use protocol::entity::Product;
use serde::{Deserialize, Serialize};

/// Most that stand aside at a time on one business day.
pub(crate) const MOST: usize = 5;

/// The night closes a basket; for so long it is still shown, then it is let go.
pub(crate) const KEPT: Duration = Duration::days(7);

/// Longest word for whose it is, where she is no member, and for why it stands aside, in characters.
pub(crate) const WORDS: usize = 40;

/// A basket that stands aside.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parked {
    pub(crate) id: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) basket: Basket,
}

/// What is in it. It holds no points and no coupon for her: they are asked for again when it is taken up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Basket {
    /// Whose, where that is known.
    pub(crate) member: Option<MemberTarget>,
    /// What the clerk calls her, where it is not: "红外套".
    pub(crate) description: String,
    /// Why it stands aside: "去试色了".
    pub(crate) why: String,
    pub(crate) lines: Vec<BasketLine>,
    pub(crate) receipt: String,
    pub(crate) pay_points: Points,
    pub(crate) coupons: Vec<String>,
    /// The best coupons are proposed, not those that the clerk chose.
    pub(crate) propose: bool,
    /// Who gets the credit, where the clerk said it; none from a build that did not keep it.
    #[serde(default)]
    pub(crate) credit: Option<CreditRequest>,
}

/// A line of it, with the price that was shown when it was parked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BasketLine {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) name_en: String,
    pub(crate) qty: u32,
    /// The till's amount, where the clerk typed one.
    pub(crate) amount: Option<Money>,
    /// Price of one at that time.
    pub(crate) price: Option<Money>,
}

impl BasketLine {
    fn worth(&self) -> Option<Money> {
        let list = |price: Money| {
            price
                .fen()
                .checked_mul(i64::from(self.qty))
                .map(Money::from_fen)
        };
        self.amount.or_else(|| self.price.and_then(list))
    }
}

impl Basket {
    /// Pieces in all.
    pub(crate) fn pieces(&self) -> u32 {
        self.lines.iter().map(|l| l.qty).sum()
    }

    /// What its lines came to when it was parked, before coupons and points; none where a price was missing.
    pub(crate) fn total(&self) -> Option<Money> {
        self.lines.iter().map(BasketLine::worth).sum()
    }

    /// The lines as they are sold now. `find` gives a product that is still sold. An amount that the clerk typed
    /// is the till's and stays; a list price is today's, and what differs from the day it was parked is said, as is
    /// what is sold no more, which is left out.
    pub(crate) fn repriced(
        &self,
        mut find: impl FnMut(&str) -> Result<Option<Product>>,
    ) -> Result<(Vec<Line>, Vec<BasketChange>)> {
        let (mut lines, mut changes) = (Vec::new(), Vec::new());
        for line in &self.lines {
            let Some(product) = find(&line.sku)? else {
                changes.push(BasketChange::Gone {
                    name: line.name.clone(),
                    name_en: line.name_en.clone(),
                });
                continue;
            };
            if line.amount.is_none() && product.price != line.price {
                changes.push(BasketChange::Price {
                    name: product.name.clone(),
                    name_en: product.name_en.clone(),
                    was: line.price,
                    now: product.price,
                });
            }
            lines.push(Line {
                product,
                qty: line.qty,
                amount: line.amount,
            });
        }
        Ok((lines, changes))
    }
}

/// A line that was taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) product: Product,
    pub(crate) qty: u32,
    /// The till's amount, where the clerk had typed one.
    pub(crate) amount: Option<Money>,
}

/// Whether a basket is of an earlier business day, which began the present one at `midnight`.
pub(crate) fn is_closed(at: DateTime<Utc>, midnight: DateTime<Utc>) -> bool {
    at < midnight
}

/// A clerk's word as it is kept: one line, trimmed, no control characters, cut at the limit.
pub(crate) fn word(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn product(sku: &str, price: Option<i64>) -> Product {
        let mut product: Product =
            serde_json::from_value(serde_json::json!({ "sku": sku, "name": format!("品{sku}") }))
                .unwrap();
        product.price = price.map(Money::from_fen);
        product
    }

    fn line(sku: &str, qty: u32, amount: Option<i64>, price: Option<i64>) -> BasketLine {
        BasketLine {
            sku: sku.into(),
            name: format!("品{sku}"),
            name_en: String::new(),
            qty,
            amount: amount.map(Money::from_fen),
            price: price.map(Money::from_fen),
        }
    }

    fn basket(lines: Vec<BasketLine>) -> Basket {
        Basket {
            member: None,
            description: String::new(),
            why: String::new(),
            lines,
            receipt: String::new(),
            pay_points: Points::ZERO,
            coupons: Vec::new(),
            propose: true,
            credit: None,
        }
    }
    fn taken_up(basket: &Basket, shelf: &[Product]) -> (Vec<Line>, Vec<BasketChange>) {
        basket
            .repriced(|sku| Ok(shelf.iter().find(|p| p.sku == sku).cloned()))
            .unwrap()
    }

    #[test]
    fn a_price_that_changed_meanwhile_is_todays_and_said() {
        let parked = basket(vec![
            line("A", 2, None, Some(10_000)),
            line("B", 1, None, Some(5000)),
        ]);
        let (lines, changes) = taken_up(
            &parked,
            &[product("A", Some(12_000)), product("B", Some(5000))],
        );
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].product.price, Some(Money::from_fen(12_000)));
        assert_eq!(
            changes,
            [BasketChange::Price {
                name: "品A".into(),
                name_en: String::new(),
                was: Some(Money::from_fen(10_000)),
                now: Some(Money::from_fen(12_000)),
            }]
        );
    }

    #[test]
    fn an_amount_of_the_till_stays_whatever_the_list_says() {
        let parked = basket(vec![line("A", 2, Some(15_000), Some(10_000))]);
        let (lines, changes) = taken_up(&parked, &[product("A", Some(12_000))]);
        assert_eq!(lines[0].amount, Some(Money::from_fen(15_000)));
        assert!(changes.is_empty());
    }

    #[test]
    fn what_is_sold_no_more_is_left_out_and_named() {
        let parked = basket(vec![line("A", 1, None, None), line("B", 1, None, None)]);
        let (lines, changes) = taken_up(&parked, &[product("B", None)]);
        assert_eq!(lines.len(), 1);
        assert_eq!(
            changes,
            [BasketChange::Gone {
                name: "品A".into(),
                name_en: String::new()
            }]
        );
    }

    #[test]
    fn words_are_one_short_line() {
        assert_eq!(word("  红外套\n 短发\u{0}  "), "红外套 短发");
        assert_eq!(word(&"长".repeat(100)).chars().count(), WORDS);
    }

    proptest! {
        /// Nothing of a basket goes without a word: each line is there again or named as gone, and each that
        /// costs something else than before is said.
        #[test]
        fn nothing_changes_unsaid(
            parked in proptest::collection::vec((0_u8..6, 1_u32..20, proptest::option::of(0_i64..9_999), proptest::option::of(0_i64..9_999)), 0..8),
            shelf in proptest::collection::vec((0_u8..6, proptest::option::of(0_i64..9_999)), 0..6),
        ) {
            let parked = basket(parked.into_iter().map(|(sku, qty, amount, price)| line(&sku.to_string(), qty, amount, price)).collect());
            let shelf: Vec<Product> = shelf.into_iter().map(|(sku, price)| product(&sku.to_string(), price)).collect();
            let (lines, changes) = taken_up(&parked, &shelf);
            let gone = changes.iter().filter(|c| matches!(c, BasketChange::Gone { .. })).count();
            prop_assert_eq!(lines.len() + gone, parked.lines.len());
            let moved = parked.lines.iter().filter(|l| {
                l.amount.is_none()
                    && shelf.iter().find(|p| p.sku == l.sku).is_some_and(|p| p.price != l.price)
            });
            prop_assert_eq!(changes.len() - gone, moved.count());
        }
    }
}
