//! Receipts and redemptions: as the feed carries them, and as the rules keep them.

use loyalty::{Awarded, LotId, Money, Portion, Receipt, ReceiptLine, ReceiptNo, Sku, UsedCoupon};
use protocol::entity::{self, PaidPortion};
use protocol::operation::Sale;

/// The lot that stands for those that an older centre does not name; beyond every number of hers.
pub(super) const UNNAMED: LotId = LotId(1 << 53);

fn lot(n: u64) -> Option<LotId> {
    (n > 0).then_some(LotId(n))
}

fn portion(p: &PaidPortion) -> Portion {
    Portion {
        lot: lot(p.lot),
        points: p.points,
        given_back: p.given_back,
    }
}

/// A cached redemption as the rules see it; without portions where an older centre does not tell them.
pub(super) fn redeemed(r: &entity::Redemption) -> loyalty::Redemption {
    loyalty::Redemption {
        id: r.id.clone(),
        points: r.points,
        portions: r.portions.iter().map(portion).collect(),
        reversed: r.reversed.is_some(),
    }
}

/// A cached receipt as the rules see it.
pub(super) fn as_ruled(r: &entity::Receipt) -> Receipt {
    let mut portions: Vec<Portion> = r.portions.iter().map(portion).collect();
    if portions.is_empty() && r.points_paid.is_positive() {
        portions.push(Portion {
            lot: Some(UNNAMED),
            points: r.points_paid,
            given_back: r.given_back,
        });
    }
    Receipt {
        no: ReceiptNo::from(r.no.as_str()),
        at: r.at,
        lines: r
            .lines
            .iter()
            .map(|l| ReceiptLine {
                sku: Sku::from(l.sku.as_str()),
                category: None,
                qty: l.qty,
                amount: l.amount + l.off,
                net: l.amount,
                by_points: l.by_points,
                returned: l.returned,
            })
            .collect(),
        net: r.lines.iter().map(|l| l.amount).sum(),
        pay: r.pay,
        points_paid: r.points_paid,
        portions,
        earned: r.earned,
        own_lot: lot(r.own_lot),
        coupons: r
            .coupons
            .iter()
            .map(|c| UsedCoupon {
                id: c.coupon.id.clone(),
                discount: c.off,
                overruled: c.overruled,
            })
            .collect(),
        given_back: r.given_back,
        taken_back: r.taken_back,
        refunded: r.refunded,
        awarded: Awarded {
            unconfirmed: r.unconfirmed,
            counted: r.counted,
            waiting: r.waiting,
            waiting_pay: r.waiting_pay,
            ..Awarded::default()
        },
    }
}

/// Puts the figures that a receipt has now into what is shown of it.
pub(crate) fn in_figures(shown: &mut entity::Receipt, now: &Receipt) {
    for (line, now) in shown.lines.iter_mut().zip(&now.lines) {
        line.returned = now.returned;
        line.amount = now.net;
        line.off = now.discount();
        line.by_points = now.by_points;
    }
    shown.pay = now.pay;
    shown.earned = now.earned;
    shown.points_paid = now.points_paid;
    shown.refunded = now.refunded;
    shown.waiting = now.awarded.waiting;
    shown.waiting_pay = now.awarded.waiting_pay;
    shown.given_back = now.given_back;
    shown.taken_back = now.taken_back;
}

/// Lines of a sale of this counter; `nets` are what they came to after coupons, where there were any.
pub(crate) fn named_lines(sale: &Sale, nets: &[Money]) -> Vec<entity::ReceiptLine> {
    sale.lines
        .iter()
        .enumerate()
        .map(|(i, l)| {
            let amount = nets.get(i).copied().unwrap_or(l.amount);
            entity::ReceiptLine {
                sku: l.sku.clone(),
                name: l.name.clone(),
                qty: l.qty,
                returned: 0,
                amount,
                off: l.amount - amount,
                by_points: Money::ZERO,
            }
        })
        .collect()
}
