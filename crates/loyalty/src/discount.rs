//! What coupons and points take off, spread over the lines to the fen.

use crate::account::Account;
use crate::coupon::{Benefit, Coupon};
use crate::money::Money;
use crate::receipt::{ReceiptLine, UsedCoupon};

/// Spreads `total` over `weights` in proportion, to the fen, by largest remainder, an earlier one first on a tie.
///
/// `total` is from zero to the sum of the weights, which are zero or more. The parts add up to it exactly,
/// and none is above its weight.
pub(crate) fn spread(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|&w| i128::from(w)).sum();
    if sum == 0 || total == 0 {
        return vec![0; weights.len()];
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut missing = total;
    for (i, &weight) in weights.iter().enumerate() {
        let exact = i128::from(total) * i128::from(weight);
        let part = i64::try_from(exact / sum).unwrap_or(0);
        missing -= part;
        parts.push(part);
        remainders.push((exact % sum, i));
    }
    // a stable sort keeps the earlier line first on a tie
    remainders.sort_by_key(|&(remainder, _)| std::cmp::Reverse(remainder));
    for &(_, i) in remainders
        .iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        parts[i] += 1;
    }
    parts
}

/// Takes the coupons off the lines: percentages first, then amounts, each in the order given.
pub(crate) fn take_off(
    account: &Account,
    used: &mut [(usize, UsedCoupon)],
    lines: &mut [ReceiptLine],
) {
    let coupons = &account.rows().coupons;
    for (index, used) in used.iter_mut() {
        let coupon = &coupons[*index];
        if let Benefit::PercentOff { percent, cap, .. } = &coupon.benefit {
            let off = percent.percent_of(current(coupon, lines));
            used.discount = off.min(cap.unwrap_or(off));
            apply(coupon, used.discount, lines);
        }
    }
    for (index, used) in used.iter_mut() {
        let coupon = &coupons[*index];
        if let Benefit::AmountOff { amount, .. } = &coupon.benefit {
            used.discount = (*amount).min(current(coupon, lines));
            apply(coupon, used.discount, lines);
        }
    }
}

fn current(coupon: &Coupon, lines: &[ReceiptLine]) -> Money {
    lines
        .iter()
        .filter(|line| coupon.matches(line))
        .map(|line| line.net)
        .sum()
}

fn apply(coupon: &Coupon, discount: Money, lines: &mut [ReceiptLine]) {
    let weights: Vec<i64> = lines
        .iter()
        .map(|line| {
            if coupon.matches(line) {
                line.net.fen()
            } else {
                0
            }
        })
        .collect();
    for (line, part) in lines.iter_mut().zip(spread(discount.fen(), &weights)) {
        line.net -= Money::from_fen(part);
    }
}

/// Spreads what points are worth over all lines, like an amount off.
pub(crate) fn pay_by_points(worth: Money, lines: &mut [ReceiptLine]) {
    let weights: Vec<i64> = lines.iter().map(|line| line.net.fen()).collect();
    for (line, part) in lines.iter_mut().zip(spread(worth.fen(), &weights)) {
        line.by_points = Money::from_fen(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_remainder_gets_the_odd_fen() {
        assert_eq!(spread(4000, &[2500, 3000]), [1818, 2182]);
        assert_eq!(spread(1, &[1, 1, 1]), [1, 0, 0]);
        assert_eq!(spread(2, &[1, 2, 1]), [1, 1, 0]);
        assert_eq!(spread(5, &[0, 5, 0]), [0, 5, 0]);
        assert_eq!(spread(0, &[3, 4]), [0, 0]);
        assert_eq!(spread(0, &[]), [0; 0]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_fit(weights in prop::collection::vec(0_i64..1_000_000, 1..12), share in 0.0_f64..=1.0) {
            let sum: i64 = weights.iter().sum();
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let total = ((sum as f64) * share) as i64;
            let parts = spread(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!((0..=*weight).contains(part));
            }
        }
    }
}
