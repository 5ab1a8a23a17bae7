//! What the tests share: short ways to say things, and the books that must balance.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{
    Account, AccountKind, Benefit, Coupon, GrantId, LotId, Money, Movement, Outcome, Points,
    PointsFrom, Program, Receipt, ReceiptNo, Sale, SaleLine, Sku, Standing, advance, purchase,
};

pub fn at(text: &str) -> DateTime<Utc> {
    let text = if text.len() == 10 {
        format!("{text}T12:00:00+08:00")
    } else {
        text.to_owned()
    };
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Silver at first, and gold from 3000 yuan on.
pub const GOLD: &str = r#"{"tiers": [{"id": "silver"}, {"id": "gold", "from": "3000", "multiplier": "1.2", "label": {"zh": "金卡", "en": "Gold"}}]}"#;

/// Money off, until 5 January 2026.
pub fn coupon(id: &str, amount: &str) -> Coupon {
    Coupon {
        id: id.into(),
        benefit: Benefit::AmountOff {
            threshold: Money::ZERO,
            amount: money(amount),
        },
        categories: vec![],
        skus: vec![],
        stacks: false,
        expires: Some(day("2026-01-05")),
        used_by: None,
    }
}

pub fn program(json: &str) -> Program {
    Program::from_json(json).unwrap()
}

pub fn line(sku: &str, qty: u32, amount: &str) -> SaleLine {
    SaleLine {
        sku: Sku::from(sku),
        category: None,
        qty,
        amount: amount.parse().unwrap(),
    }
}

pub fn sale(no: &str, lines: Vec<SaleLine>) -> Sale {
    Sale {
        receipt: ReceiptNo::from(no),
        lines,
        pay_points: Points::ZERO,
        from: PointsFrom::Available,
        coupons: vec![],
    }
}

pub fn buy(
    program: &Program,
    account: &mut Account,
    when: &str,
    no: &str,
    amount: &str,
) -> (Receipt, Outcome) {
    let now = advance(program, account, at(when)).now;
    let sold = purchase(
        program,
        account,
        &now,
        sale(no, vec![line("A", 1, amount)]),
        Standing::Proposed,
    )
    .unwrap();
    (sold.receipt, sold.outcome)
}

pub fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// A double-entry ledger of one member, fed by movements alone.
#[derive(Clone, Default)]
pub struct Books {
    pub sums: BTreeMap<AccountKind, i64>,
    available: BTreeMap<LotId, i64>,
    escrow: BTreeMap<(GrantId, LotId), i64>,
    /// What expired of each lot and has not come back.
    pub expired: BTreeMap<LotId, i64>,
}

impl Books {
    pub fn post(&mut self, outcome: &Outcome) {
        for Movement {
            from,
            to,
            lot,
            points,
        } in &outcome.movements
        {
            assert!(points.0 > 0, "a movement of nothing");
            assert_ne!(from, to);
            *self.sums.entry(from.clone()).or_default() -= points.0;
            *self.sums.entry(to.clone()).or_default() += points.0;
            for (kind, signed) in [(from, -points.0), (to, points.0)] {
                match kind {
                    AccountKind::Available => {
                        *self.available.entry(lot.expect("a lot")).or_default() += signed
                    }
                    AccountKind::Expired => {
                        *self.expired.entry(lot.expect("a lot")).or_default() += signed
                    }
                    AccountKind::Escrow(grant) => {
                        *self
                            .escrow
                            .entry((grant.clone(), lot.expect("a lot")))
                            .or_default() += signed;
                    }
                    _ => {}
                }
            }
        }
    }

    pub fn sum(&self, kind: &AccountKind) -> i64 {
        self.sums.get(kind).copied().unwrap_or(0)
    }

    /// The account is exactly what its movements made of it, and sound.
    pub fn balance(&self, account: &Account) {
        assert_eq!(
            self.sums.values().sum::<i64>(),
            0,
            "every transfer balances"
        );
        assert_eq!(self.sum(&AccountKind::Available), account.available().0);
        assert_eq!(self.sum(&AccountKind::Debt), -account.debt().0);
        assert!(account.debt() >= Points::ZERO);
        assert_eq!(self.sum(&AccountKind::Waiting), account.waiting().0);
        assert!(account.waiting() >= Points::ZERO);
        assert!(
            account.debt().is_zero() || account.available().is_zero(),
            "debt and free points at once"
        );
        for lot in account.lots() {
            assert!(lot.points >= Points::ZERO);
            assert_eq!(
                self.available.get(&lot.id).copied().unwrap_or(0),
                lot.points.0,
                "lot {}",
                lot.id
            );
        }
        for grant in &account.rows().grants {
            assert_eq!(
                self.sum(&AccountKind::Escrow(grant.id.clone())),
                grant.left().0
            );
            for held in &grant.held {
                assert_eq!(self.escrow[&(grant.id.clone(), held.lot)], held.points.0);
            }
        }
        assert_eq!(
            account.balance(),
            account.available() + account.escrow() - account.debt()
        );
        let order: Vec<_> = account
            .lots()
            .iter()
            .map(|lot| (lot.expires.is_none(), lot.expires))
            .collect();
        assert!(order.is_sorted(), "spending order");
        assert_eq!(
            Account::from_rows(account.rows().clone()).as_ref(),
            Ok(account),
            "rows in, rows out"
        );
    }
}
