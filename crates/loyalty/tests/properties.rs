//! What must hold whatever happens: points are conserved, nothing is below zero, part returns add up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use chrono::{Duration, NaiveDate};
use common::{Books, at, money, program, sale};
use loyalty::{
    Account, AccountKind, Benefit, Coupon, CouponId, Error, GrantId, Lapsed, LastDay, Money, OpId,
    Points, PointsFrom, Program, Rate, Receipt, RedeemRequest, Redemption, ReturnLine, ReturnOf,
    SaleLine, Sku, Standing, adjust, advance, behave, extend, freeze, give_coupon, grant, purchase,
    redeem, release, return_goods, reverse, revive, set_tier, unfreeze,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Deed {
    Buy {
        lines: Vec<(u8, u32, i64)>,
        points: i64,
        from: u8,
        coupon: bool,
        happened: bool,
    },
    Return {
        receipt: usize,
        line: usize,
        qty: u32,
        all: bool,
    },
    Redeem {
        points: i64,
        from: u8,
        happened: bool,
    },
    Reverse {
        redemption: usize,
    },
    Adjust {
        points: i64,
        days: i64,
    },
    Extend {
        days: i64,
    },
    Freeze,
    Unfreeze,
    /// A freeze or an extension that comes this late brings back what expired meanwhile.
    Revive {
        days: i64,
    },
    Behave {
        that_day: u32,
        happened: bool,
    },
    Floor {
        gold: bool,
    },
    Grant {
        id: u8,
        points: i64,
    },
    Release {
        id: u8,
        points: i64,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let lines = prop::collection::vec((0..3_u8, 1..5_u32, 0..50_000_i64), 1..4);
    prop_oneof![
        4 => (lines, prop_oneof![Just(0), 0..300_i64], 0..4_u8, any::<bool>(), any::<bool>())
            .prop_map(|(lines, points, from, coupon, happened)| Deed::Buy { lines, points, from, coupon, happened }),
        4 => (0..6_usize, 0..3_usize, 1..4_u32, any::<bool>())
            .prop_map(|(receipt, line, qty, all)| Deed::Return { receipt, line, qty, all }),
        3 => (0..400_i64, 0..4_u8, any::<bool>())
            .prop_map(|(points, from, happened)| Deed::Redeem { points, from, happened }),
        2 => (0..4_usize).prop_map(|redemption| Deed::Reverse { redemption }),
        2 => (-300..600_i64, -5..90_i64).prop_map(|(points, days)| Deed::Adjust { points, days }),
        1 => (0..60_i64).prop_map(|days| Deed::Extend { days }),
        1 => Just(Deed::Freeze),
        1 => Just(Deed::Unfreeze),
        2 => (0..40_i64).prop_map(|days| Deed::Revive { days }),
        2 => (0..3_u32, any::<bool>()).prop_map(|(that_day, happened)| Deed::Behave { that_day, happened }),
        1 => any::<bool>().prop_map(|gold| Deed::Floor { gold }),
        3 => (0..2_u8, 0..300_i64).prop_map(|(id, points)| Deed::Grant { id, points }),
        3 => (0..2_u8, 0..300_i64).prop_map(|(id, points)| Deed::Release { id, points }),
    ]
}

fn source(from: u8) -> PointsFrom {
    match from {
        0 | 1 => PointsFrom::Grant(grant_id(from)),
        _ => PointsFrom::Available,
    }
}

fn grant_id(id: u8) -> GrantId {
    GrantId::from(format!("g{id}"))
}

fn brand() -> Program {
    program(
        r#"{"earn": {"rounding": "half_up", "points_per_yuan": "0.7"}, "expiry": {"months": 2}, "grace_days": 10,
            "redeem": {"yuan_per_point": "0.013"}, "behaviours": {"check_in": {"points": 5, "per_day": 2}},
            "tiers": [{"id": "silver"}, {"id": "gold", "from": "800", "multiplier": "1.25"}], "tier_window_months": 2}"#,
    )
}

#[derive(Default)]
struct World {
    account: Account,
    books: Books,
    receipts: Vec<Receipt>,
    redemptions: Vec<Redemption>,
    next: usize,
}

impl World {
    fn act(&mut self, program: &Program, when: chrono::DateTime<chrono::Utc>, deed: &Deed) {
        let passed = advance(program, &mut self.account, when);
        self.books.post(&passed.outcome);
        let now = passed.now;
        let account = &mut self.account;
        let before = account.clone();
        let standing = |happened: bool| {
            if happened {
                Standing::Happened
            } else {
                Standing::Proposed
            }
        };
        self.next += 1;
        let in_days = |days: i64| -> NaiveDate { now.date() + Duration::days(days) };
        let outcome: Result<_, Error> = match deed {
            Deed::Buy {
                lines,
                points,
                from,
                coupon,
                happened,
            } => {
                let line = |&(sku, qty, fen): &(u8, u32, i64)| SaleLine {
                    sku: Sku::from(format!("S{sku}")),
                    category: None,
                    qty,
                    amount: Money::from_fen(fen),
                };
                let mut ask = sale(&format!("R{}", self.next), lines.iter().map(line).collect());
                (ask.pay_points, ask.from) = (Points(*points), source(*from));
                if *coupon {
                    let id = CouponId::from(format!("C{}", self.next));
                    let benefit = Benefit::PercentOff {
                        percent: Rate::new(333, 1).unwrap(),
                        threshold: Money::ZERO,
                        cap: None,
                    };
                    let (categories, skus) = (vec![], vec!["S0".into(), "S1".into()]);
                    let coupon = Coupon {
                        id: id.clone(),
                        benefit,
                        categories,
                        skus,
                        stacks: false,
                        expires: None,
                        used_by: None,
                    };
                    give_coupon(account, coupon).unwrap();
                    ask.coupons.push(id);
                }
                let free = account.balance();
                purchase(program, account, &now, ask, standing(*happened)).map(|sold| {
                    let parts: Money = sold.receipt.lines.iter().map(|l| l.by_points).sum();
                    assert_eq!(parts + sold.receipt.pay, sold.receipt.net);
                    assert!(sold.receipt.pay >= Money::ZERO);
                    let spent = sold.outcome.spent - sold.outcome.loss;
                    assert_eq!(account.balance(), free - spent + sold.outcome.earned);
                    self.receipts.push(sold.receipt);
                    sold.outcome
                })
            }
            Deed::Return {
                receipt,
                line,
                qty,
                all,
            } => {
                let count = self.receipts.len();
                if count == 0 {
                    return;
                }
                let receipt = &mut self.receipts[receipt % count];
                let sku = receipt.lines[line % receipt.lines.len()].sku.clone();
                let what = if *all {
                    ReturnOf::All
                } else {
                    ReturnOf::Lines(vec![ReturnLine {
                        sku,
                        qty: *qty,
                        line: None,
                    }])
                };
                return_goods(program, account, &now, receipt, &what, Standing::Proposed).map(
                    |back| {
                        assert!(back.refund >= Money::ZERO && receipt.refunded <= receipt.pay);
                        assert!(
                            receipt.taken_back <= receipt.earned
                                && receipt.given_back <= receipt.points_paid
                        );
                        if receipt.is_returned() && !receipt.net.is_zero() {
                            assert_eq!(receipt.refunded, receipt.pay);
                            assert_eq!(receipt.taken_back, receipt.earned);
                            assert_eq!(receipt.given_back, receipt.points_paid);
                        }
                        back.outcome
                    },
                )
            }
            Deed::Redeem {
                points,
                from,
                happened,
            } => {
                let request = RedeemRequest {
                    id: OpId::from(format!("X{}", self.next)),
                    points: Points(*points),
                    from: source(*from),
                };
                redeem(program, account, &now, request, standing(*happened)).map(|done| {
                    self.redemptions.push(done.redemption);
                    done.outcome
                })
            }
            Deed::Reverse { redemption } => {
                let count = self.redemptions.len();
                if count == 0 {
                    return;
                }
                reverse(
                    program,
                    account,
                    &now,
                    &mut self.redemptions[redemption % count],
                    Standing::Proposed,
                )
            }
            Deed::Adjust { points, days } => adjust(
                program,
                account,
                &now,
                Points(*points),
                LastDay::On(in_days(*days)),
            )
            .map_err(Error::from),
            Deed::Extend { days } => Ok(extend(account, in_days(*days))),
            Deed::Freeze => Ok(freeze(account, &now)),
            Deed::Unfreeze => Ok(unfreeze(account, &now)),
            Deed::Revive { days } => {
                let late = advance(program, account, when - Duration::days(*days)).now;
                let gone = self.books.expired.iter().filter(|(_, points)| **points > 0);
                let lapsed: Vec<Lapsed> = gone
                    .map(|(lot, points)| Lapsed {
                        lot: *lot,
                        points: Points(*points),
                    })
                    .collect();
                let lived = |l: &&Lapsed| {
                    let lot = before.lot(l.lot);
                    lot.is_some_and(|lot| lot.expires.is_none_or(|day| day >= late.date()))
                };
                let back: Points = lapsed.iter().filter(lived).map(|l| l.points).sum();
                revive(account, &late, &lapsed)
                    .map_err(Error::from)
                    .inspect(|out| {
                        assert_eq!(out.expired, -back);
                        assert_eq!(account.balance(), before.balance() + back);
                    })
            }
            Deed::Behave { that_day, happened } => behave(
                program,
                account,
                &now,
                &"check_in".into(),
                *that_day,
                standing(*happened),
            )
            .inspect(|out| {
                assert_eq!(account.balance(), before.balance() + Points(5));
                assert_eq!(out.loss.is_zero(), *that_day < 2);
            }),
            Deed::Floor { gold } => {
                set_tier(program, account, gold.then(|| "gold".into())).map_err(Error::from)
            }
            Deed::Grant { id, points } => grant(account, &now, &grant_id(*id), Points(*points))
                .map(|g| {
                    assert!(g.points <= Points(*points) && g.points <= before.available());
                    assert_eq!(account.balance(), before.balance());
                    g.outcome
                }),
            Deed::Release { id, points } => release(account, &now, &grant_id(*id), Points(*points))
                .inspect(|out| {
                    assert_eq!(account.balance() + out.expired, before.balance());
                }),
        };
        match outcome {
            Ok(outcome) => self.books.post(&outcome),
            Err(Error::Refused(_)) => {
                // a coupon that the test itself has just given is no effect of what was refused
                let rows = |account: &Account| {
                    (
                        account.lots().to_vec(),
                        account.debt(),
                        account.rows().grants.clone(),
                    )
                };
                assert_eq!(rows(account), rows(&before));
            }
            Err(Error::Malformed(error)) => panic!("{error}"),
        }
        self.prove();
    }

    fn prove(&self) {
        self.books.balance(&self.account);
        let sum = |kind| self.books.sum(&kind);
        let came = -(sum(AccountKind::Earned)
            + sum(AccountKind::TakenBack)
            + sum(AccountKind::Adjusted)
            + sum(AccountKind::Loss));
        let there =
            self.account.balance().0 + sum(AccountKind::Redeemed) + sum(AccountKind::Expired);
        assert_eq!(
            came, there,
            "earned = available + escrow + redeemed + expired - debt"
        );
        for kind in [
            AccountKind::Redeemed,
            AccountKind::Expired,
            AccountKind::TakenBack,
        ] {
            assert!(self.books.sum(&kind) >= 0);
        }
        for grant in &self.account.rows().grants {
            assert!(
                grant.left() >= Points::ZERO
                    && grant.spent >= Points::ZERO
                    && grant.released >= Points::ZERO
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn points_are_conserved_and_nothing_is_below_zero(
        deeds in prop::collection::vec((0..20_i64, deed()), 1..50),
    ) {
        let (program, mut world, mut when) = (brand(), World::default(), at("2026-01-01"));
        for (days, deed) in &deeds {
            when += Duration::hours(days * 24 + 1);
            world.act(&program, when, deed);
        }
    }

    #[test]
    fn many_part_returns_end_where_one_full_return_does(
        lines in prop::collection::vec((1..7_u32, 0..100_000_i64), 1..5),
        points in 0..3_000_i64,
        order in prop::collection::vec((0..5_usize, 1..4_u32), 0..20),
    ) {
        let program = brand();
        let mut start = Account::default();
        let now = advance(&program, &mut start, at("2026-01-01")).now;
        for part in [points / 3, points - points / 3] {
            adjust(&program, &mut start, &now, Points(part), LastDay::ByProgram).unwrap();
        }
        let line = |(i, &(qty, fen)): (usize, &(u32, i64))| SaleLine {
            sku: Sku::from(format!("S{i}")), category: None, qty, amount: Money::from_fen(fen),
        };
        let mut ask = sale("R1", lines.iter().enumerate().map(line).collect());
        ask.pay_points = Points(points);
        let mut bought = start.clone();
        let Ok(sold) = purchase(&program, &mut bought, &now, ask, Standing::Proposed) else { return Ok(()) };

        let now = advance(&program, &mut bought, at("2026-01-02")).now;
        let (mut once, mut whole) = (bought.clone(), sold.receipt.clone());
        return_goods(&program, &mut once, &now, &mut whole, &ReturnOf::All, Standing::Proposed).unwrap();

        let (mut often, mut parts) = (bought, sold.receipt);
        for (line, qty) in order {
            let sku = Sku::from(format!("S{line}"));
            let what = ReturnOf::Lines(vec![ReturnLine { sku, qty, line: None, }]);
            let _ = return_goods(&program, &mut often, &now, &mut parts, &what, Standing::Proposed);
        }
        let _ = return_goods(&program, &mut often, &now, &mut parts, &ReturnOf::All, Standing::Proposed);
        prop_assert_eq!(&whole, &parts);
        prop_assert_eq!(once.balance(), often.balance());
        let points = |account: &Account| account.lots().iter().map(|l| (l.id, l.points, l.expires)).collect::<Vec<_>>();
        prop_assert_eq!(points(&once), points(&often));
        if !whole.net.is_zero() {
            // all comes back: the account is as it was before the sale
            prop_assert_eq!(once.balance(), start.balance());
            prop_assert_eq!(whole.refunded, whole.pay);
        }
    }

    #[test]
    fn a_tier_is_what_its_window_gives_when_it_is_reviewed(
        buys in prop::collection::vec((0..40_i64, 0..60_000_i64), 1..20),
    ) {
        let (program, mut account, mut when) = (brand(), Account::default(), at("2026-01-01"));
        for (i, (days, fen)) in buys.into_iter().enumerate() {
            when += Duration::days(days);
            let now = advance(&program, &mut account, when).now;
            let lines = vec![SaleLine { sku: "A".into(), category: None, qty: 1, amount: Money::from_fen(fen) }];
            purchase(&program, &mut account, &now, sale(&format!("R{i}"), lines), Standing::Proposed).unwrap();
            let tier = &account.rows().tier;
            prop_assert_eq!(tier.own.is_some(), tier.reached.is_some());
            prop_assert_eq!(tier.own.is_some(), tier.review.is_some());
            let value = loyalty::qualifying(&program, &account, when);
            prop_assert!(tier.own.is_some() || value < money("800"));
            if let Some(reached) = tier.reached {
                prop_assert!(reached <= when && tier.review.unwrap() > when);
                prop_assert!(loyalty::qualifying(&program, &account, reached) >= money("800"));
            }
        }
    }
}
