//! The proposal is what brute force through the quote of a purchase finds best, and never worse than any
//! single coupon.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{at, day, line, money, program, sale};
use loyalty::{
    Account, AccountRows, Benefit, Category, Combination, Coupon, CouponId, Money, PROPOSED_AMONG,
    Points, Program, Refusal, Sale, SaleLine, Sku, effects, propose, quote_purchase,
};
use proptest::prelude::*;

const NOW: &str = "2026-05-18T12:00:00+08:00";

fn rules() -> Program {
    program(
        r#"{"tiers": [{"id": "member"}, {"id": "gold", "from": "5000", "multiplier": "1.5"}],
            "factors": [{"factor": "2", "day_of_month": 18}]}"#,
    )
}

fn coupon(id: &str, benefit: Benefit) -> Coupon {
    Coupon {
        id: id.into(),
        benefit,
        categories: Vec::new(),
        skus: Vec::new(),
        stacks: true,
        expires: None,
        used_by: None,
    }
}

fn off(threshold: &str, amount: &str) -> Benefit {
    Benefit::AmountOff {
        threshold: money(threshold),
        amount: money(amount),
    }
}

fn with(coupons: Vec<Coupon>) -> (Account, Vec<CouponId>) {
    let ids = coupons.iter().map(|c| c.id.clone()).collect();
    let rows = AccountRows {
        coupons,
        ..AccountRows::default()
    };
    (Account::from_rows(rows).unwrap(), ids)
}

/// What a combination does, told by the quote alone; none where the rules refuse it.
fn quoted(account: &Account, basket: &Sale, ids: Vec<CouponId>) -> Option<Combination> {
    let quote = |ids: &[CouponId]| {
        let sale = Sale {
            coupons: ids.to_vec(),
            pay_points: Points::ZERO,
            ..basket.clone()
        };
        quote_purchase(&rules(), account, at(NOW), &sale).ok()
    };
    let (bare, sold) = (quote(&[])?, quote(&ids)?);
    let gifts = ids
        .iter()
        .filter(|id| matches!(account.coupon(id).unwrap().benefit, Benefit::Gift { .. }));
    Some(Combination {
        off: bare.receipt.net - sold.receipt.net,
        points: sold.receipt.earned - bare.receipt.earned,
        gifts: u32::try_from(gifts.count()).unwrap(),
        coupons: ids,
    })
}

/// Everything that decides, best highest.
fn worth(account: &Account, c: &Combination) -> impl Ord + std::fmt::Debug + use<> {
    let mut days: Vec<_> = c
        .coupons
        .iter()
        .map(|id| account.coupon(id).unwrap().expires)
        .map(|last| (last.is_none(), last))
        .collect();
    days.sort();
    (
        c.off,
        c.points,
        c.gifts,
        std::cmp::Reverse(c.coupons.len()),
        std::cmp::Reverse(days),
    )
}

fn benefit() -> impl Strategy<Value = Benefit> {
    let fen = |most: i64| (0..=most).prop_map(Money::from_fen);
    let threshold = prop_oneof![Just(Money::ZERO), fen(60_000)];
    prop_oneof![
        (threshold.clone(), fen(20_000))
            .prop_map(|(threshold, amount)| Benefit::AmountOff { threshold, amount }),
        (1..60_u32, threshold.clone(), prop::option::of(fen(8_000))).prop_map(
            |(percent, threshold, cap)| Benefit::PercentOff {
                percent: percent.to_string().parse().unwrap(),
                threshold,
                cap
            }
        ),
        (1..4_u32, threshold.clone()).prop_map(|(factor, threshold)| Benefit::Factor {
            factor: factor.to_string().parse().unwrap(),
            threshold
        }),
        threshold.prop_map(|threshold| Benefit::Gift {
            gift: "G".into(),
            threshold
        }),
    ]
}

fn a_coupon() -> impl Strategy<Value = Coupon> {
    (
        benefit(),
        prop::collection::vec(0..3_usize, 0..2),
        prop::collection::vec(0..4_usize, 0..2),
        prop::bool::weighted(0.75),
        prop::option::of(0..40_u32),
        prop::bool::weighted(0.05),
    )
        .prop_map(|(benefit, categories, skus, stacks, days, used)| Coupon {
            id: "?".into(),
            benefit,
            categories: categories
                .into_iter()
                .map(|c| Category::from(["lips", "face", "care"][c]))
                .collect(),
            skus: skus
                .into_iter()
                .map(|s| Sku::from(["A", "B", "C", "D"][s]))
                .collect(),
            stacks,
            // some have passed
            expires: days.map(|d| day("2026-05-10") + chrono::Days::new(d.into())),
            used_by: used.then(|| "before".into()),
        })
}

fn a_line() -> impl Strategy<Value = SaleLine> {
    (
        0..4_usize,
        prop::option::of(0..3_usize),
        1..4_u32,
        0..40_000_i64,
    )
        .prop_map(|(sku, category, qty, fen)| SaleLine {
            sku: ["A", "B", "C", "D"][sku].into(),
            category: category.map(|c| ["lips", "face", "care"][c].into()),
            qty,
            amount: Money::from_fen(fen),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn it_is_what_brute_force_finds(
        mut coupons in prop::collection::vec(a_coupon(), 0..7),
        lines in prop::collection::vec(a_line(), 1..6),
    ) {
        for (i, coupon) in coupons.iter_mut().enumerate() {
            coupon.id = format!("c{i}").into();
        }
        let (account, ids) = with(coupons);
        let basket = sale("R", lines);
        let proposal = propose(&rules(), &account, at(NOW), &basket, &ids).unwrap();
        prop_assert!(proposal.exact);

        let mut all = Vec::new();
        for set in 0_u32..1 << ids.len() {
            let picked = (0..ids.len()).filter(|i| set & (1 << i) != 0);
            let picked: Vec<_> = picked.map(|i| ids[i].clone()).collect();
            all.extend(quoted(&account, &basket, picked));
        }
        let best = all.iter().max_by_key(|c| worth(&account, c)).unwrap();
        prop_assert_eq!(worth(&account, &proposal.best), worth(&account, best));
        let proposed = quoted(&account, &basket, proposal.best.coupons.clone());
        prop_assert_eq!(Some(&proposal.best), proposed.as_ref());

        for (id, option) in ids.iter().zip(&proposal.options) {
            let alone = quoted(&account, &basket, vec![id.clone()]);
            prop_assert_eq!(option.alone.as_ref().ok(), alone.as_ref());
            if let Some(alone) = &alone {
                prop_assert!(worth(&account, &proposal.best) >= worth(&account, alone), "worse than one coupon");
            }
            let with_it = all.iter().filter(|c| c.coupons.contains(id));
            let best_with = with_it.max_by_key(|c| worth(&account, c));
            prop_assert_eq!(
                option.best.as_ref().map(|c| worth(&account, c)),
                best_with.map(|c| worth(&account, c))
            );
        }
    }

    #[test]
    fn effects_add_up_to_what_is_taken_off(
        mut coupons in prop::collection::vec(a_coupon(), 1..6),
        lines in prop::collection::vec(a_line(), 1..6),
    ) {
        for (i, coupon) in coupons.iter_mut().enumerate() {
            coupon.id = format!("c{i}").into();
        }
        let (account, ids) = with(coupons);
        let mut basket = sale("R", lines);
        let proposal = propose(&rules(), &account, at(NOW), &basket, &ids).unwrap();
        basket.coupons.clone_from(&proposal.best.coupons);
        let each = effects(&rules(), &account, at(NOW), &basket).unwrap();
        let sum: Money = each.iter().map(|e| e.off).sum();
        prop_assert_eq!(sum, proposal.best.off);
        if let [one] = each.as_slice() {
            prop_assert_eq!(one.points, proposal.best.points);
        }
    }
}

#[test]
fn beyond_the_bound_it_tries_those_that_do_most_and_says_so() {
    let many = u32::try_from(PROPOSED_AMONG).unwrap() + 4;
    let coupons: Vec<Coupon> = (1..=many)
        .map(|n| coupon(&format!("c{n:02}"), off("0", &format!("{n}"))))
        .collect();
    let (account, ids) = with(coupons);
    let basket = sale("R", vec![line("A", 1, "1000.00")]);
    let proposal = propose(&rules(), &account, at(NOW), &basket, &ids).unwrap();
    assert!(!proposal.exact);
    let expected: u32 = (many - u32::try_from(PROPOSED_AMONG).unwrap() + 1..=many).sum();
    assert_eq!(proposal.best.off, money(&expected.to_string()));
    assert_eq!(proposal.best.coupons.len(), PROPOSED_AMONG);
    assert_eq!(
        proposal.best.coupons[0], ids[4],
        "in the order in which they were named"
    );
}

#[test]
fn it_says_why_one_does_not_apply_and_what_it_lacks() {
    let mut lips = coupon("lips", off("500.00", "50.00"));
    lips.categories = vec!["lips".into()];
    let mut passed = coupon("passed", off("0", "5.00"));
    passed.expires = Some(day("2026-05-17"));
    let mut used = coupon("used", off("0", "5.00"));
    used.used_by = Some("R0".into());
    let mut elsewhere = coupon("elsewhere", off("0", "5.00"));
    elsewhere.skus = vec!["Z".into()];
    let (account, mut ids) = with(vec![lips, passed, used, elsewhere]);
    ids.push("nobody's".into());
    let mut lipstick = line("L", 2, "460.00");
    lipstick.category = Some("lips".into());
    let basket = sale("R", vec![lipstick, line("A", 1, "680.00")]);
    let proposal = propose(&rules(), &account, at(NOW), &basket, &ids).unwrap();
    let why: Vec<_> = proposal
        .options
        .iter()
        .map(|option| option.alone.clone().unwrap_err())
        .map(|why| (why.refusal, why.missing))
        .collect();
    assert_eq!(
        why,
        [
            (Refusal::CouponNotApplicable, Some(money("40.00"))),
            (Refusal::CouponExpired, None),
            (Refusal::CouponUsed, None),
            (Refusal::CouponNotApplicable, None),
            (Refusal::CouponUnknown, None),
        ]
    );
    assert_eq!(proposal.best, Combination::default());
}

#[test]
fn of_equals_it_takes_the_fewest_and_then_those_that_expire_soonest() {
    let mut late = coupon("late", off("0", "50.00"));
    late.expires = Some(day("2026-12-31"));
    let mut soon = coupon("soon", off("0", "50.00"));
    soon.expires = Some(day("2026-05-31"));
    let (account, ids) = with(vec![late, soon]);
    let basket = sale("R", vec![line("A", 1, "50.00")]);
    let proposal = propose(&rules(), &account, at(NOW), &basket, &ids).unwrap();
    assert_eq!(proposal.best.coupons, ["soon".into()]);
}
