//! Single rules that no scenario can show: what happened already, lateness, quotes, limits, rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Books, at, buy, day, line, money, program, sale};
use loyalty::{
    Account, Benefit, Coupon, Error, Identity, Lapsed, LastDay, LotId, Money, Points, Program,
    Refusal, ReturnLine, ReturnOf, Standing, TierCause, adjust, advance, behave, check_redemption,
    give_coupon, most_redeemable, purchase, qualifying, quote_purchase, quote_return, return_goods,
    revive, set_tier, shown_tier,
};

fn coupon(id: &str, amount: &str) -> Coupon {
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

const GOLD: &str = r#"{"tiers": [{"id": "silver"}, {"id": "gold", "from": "3000", "multiplier": "1.2", "label": {"zh": "金卡", "en": "Gold"}}]}"#;

#[test]
fn what_happened_counts_and_is_noted() {
    let program = program(r#"{"redeem": {"max_share": "0.5"}}"#);
    let (mut account, mut books) = (Account::default(), Books::default());
    give_coupon(&mut account, coupon("c", "10.00")).unwrap();
    let now = advance(&program, &mut account, at("2026-02-01")).now;
    books.post(
        &adjust(
            &program,
            &mut account,
            &now,
            Points(100),
            LastDay::ByProgram,
        )
        .unwrap(),
    );
    let mut happened = sale("R1", vec![line("A", 1, "20.00")]);
    (happened.coupons, happened.pay_points) = (vec!["c".into()], Points(160));
    assert_eq!(
        purchase(
            &program,
            &mut account,
            &now,
            happened.clone(),
            Standing::Proposed
        ),
        Err(Refusal::CouponExpired.into())
    );
    let mut sold = purchase(
        &program,
        &mut account,
        &now,
        happened.clone(),
        Standing::Happened,
    )
    .unwrap();
    books.post(&sold.outcome);
    assert_eq!(
        sold.outcome.overruled,
        [
            Refusal::CouponExpired,
            Refusal::OverShare,
            Refusal::NotEnoughPoints
        ]
    );
    assert_eq!(
        (sold.receipt.pay, sold.outcome.loss),
        (money("2.00"), Points(60))
    );
    assert_eq!(sold.receipt.coupons[0].discount, money("10.00"));
    assert_eq!(
        sold.receipt.coupons[0].overruled,
        Some(Refusal::CouponExpired)
    );
    happened.coupons = vec!["never given".into()];
    let unknown = purchase(&program, &mut account, &now, happened, Standing::Happened);
    assert_eq!(unknown, Err(Refusal::CouponUnknown.into()));

    let too_much = ReturnOf::Lines(vec![ReturnLine {
        sku: "A".into(),
        qty: 3,
        line: None,
    }]);
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut sold.receipt,
        &too_much,
        Standing::Happened,
    )
    .unwrap();
    books.post(&back.outcome);
    assert_eq!(
        (back.refund, back.outcome.overruled),
        (money("2.00"), vec![Refusal::OverReturned])
    );
    assert_eq!(back.coupons_back, ["c".into()]);
    let again = return_goods(
        &program,
        &mut account,
        &now,
        &mut sold.receipt,
        &too_much,
        Standing::Happened,
    )
    .unwrap();
    assert_eq!(
        (again.refund, again.outcome.movements.len()),
        (Money::ZERO, 0)
    );
    assert_eq!(account.available(), Points(100));
    books.balance(&account);
}

#[test]
fn a_coupon_used_twice_offline_stays_the_first_sales() {
    let program = Program::default();
    let mut account = Account::default();
    give_coupon(&mut account, coupon("c", "10.00")).unwrap();
    assert!(give_coupon(&mut account, coupon("c", "10.00")).is_err());
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let mut first = sale("R1", vec![line("A", 1, "20.00")]);
    first.coupons = vec!["c".into()];
    let mut second = first.clone();
    second.receipt = "R2".into();
    purchase(&program, &mut account, &now, first, Standing::Happened).unwrap();
    let mut sold = purchase(&program, &mut account, &now, second, Standing::Happened).unwrap();
    assert_eq!(sold.receipt.coupons[0].overruled, Some(Refusal::CouponUsed));
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut sold.receipt,
        &ReturnOf::All,
        Standing::Proposed,
    )
    .unwrap();
    assert!(back.coupons_back.is_empty());
    assert_eq!(
        account.coupon(&"c".into()).unwrap().used_by,
        Some("R1".into())
    );
}

#[test]
fn a_late_operation_earns_by_its_own_day_and_the_tier_by_today() {
    let program = program(
        r#"{"factors": [{"factor": "2", "day_of_month": 18}], "tiers": [{"id": "s"}, {"id": "g", "from": "150"}]}"#,
    );
    let mut account = Account::default();
    buy(&program, &mut account, "2026-02-20", "R1", "100.00");
    let (receipt, outcome) = buy(&program, &mut account, "2026-01-18", "R2", "50.00");
    assert_eq!(
        (receipt.at, outcome.earned),
        (at("2026-01-18"), Points(100))
    );
    assert_eq!(
        account.lot(receipt.own_lot.unwrap()).unwrap().expires,
        Some(day("2027-01-31"))
    );
    assert_eq!(account.rows().as_of, Some(at("2026-02-20")));
    assert_eq!(account.rows().tier.reached, Some(at("2026-02-20")));
    assert_eq!(outcome.tiers[0].cause, TierCause::Upgrade);
    assert_eq!(account.lots()[0].points, Points(100)); // and the older of the two dates is spent first
}

#[test]
fn a_quote_says_what_would_be_and_does_nothing() {
    let program = program(GOLD);
    let mut account = Account::default();
    let (receipt, _) = buy(&program, &mut account, "2026-01-01", "R1", "100.00");
    let before = account.clone();
    let mut ask = sale("R2", vec![line("A", 1, "50.00")]);
    ask.pay_points = Points(100);
    let quote = quote_purchase(&program, &account, at("2026-01-02"), &ask).unwrap();
    assert_eq!(
        (quote.receipt.pay, quote.outcome.earned),
        (money("45.00"), Points(45))
    );
    let late = quote_purchase(&program, &account, at("2027-02-01"), &ask).unwrap_err();
    assert_eq!(late.refusal(), Some(Refusal::NotEnoughPoints)); // they will have expired
    let back = quote_return(
        &program,
        &account,
        at("2026-01-02"),
        &receipt,
        &ReturnOf::All,
    )
    .unwrap();
    assert_eq!(
        (back.refund, back.outcome.taken_back),
        (money("100.00"), Points(100))
    );
    assert_eq!(account, before);
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let sold = purchase(&program, &mut account, &now, ask, Standing::Proposed).unwrap();
    assert_eq!(sold, quote);
}

#[test]
fn how_much_may_be_redeemed_is_the_most_that_passes() {
    let program = program(r#"{"redeem": {"minimum": 500, "step": 100, "max_share": "0.5"}}"#);
    let bill = |text| Some(money(text));
    for (bill, there) in [
        (None, 1234),
        (bill("100.00"), 5000),
        (bill("57.30"), 5000),
        (bill("10.00"), 5000),
        (None, 499),
    ] {
        let most = most_redeemable(&program, bill, Points(there));
        if most.is_zero() {
            assert!(check_redemption(&program, Points(500), bill, Points(there)).is_err());
        } else {
            assert_eq!(
                check_redemption(&program, most, bill, Points(there)),
                Ok(())
            );
            assert!(check_redemption(&program, most + Points(100), bill, Points(there)).is_err());
        }
    }
    assert_eq!(
        most_redeemable(&program, bill("100.00"), Points(5000)),
        Points(1000)
    );
    assert_eq!(
        check_redemption(&program, Points(400), None, Points(0)),
        Err(Refusal::BelowMinimum)
    );
    assert_eq!(
        check_redemption(&program, Points(550), None, Points(0)),
        Err(Refusal::NotAStep)
    );
    assert_eq!(
        check_redemption(&program, Points(600), bill("1.00"), Points(0)),
        Err(Refusal::OverShare)
    );
    assert_eq!(
        check_redemption(&program, Points(600), None, Points(0)),
        Err(Refusal::NotEnoughPoints)
    );
}

#[test]
fn a_new_program_with_lower_thresholds_upgrades_when_time_passes_under_it() {
    let mut account = Account::default();
    let old = program(GOLD);
    buy(&old, &mut account, "2026-01-01", "R1", "2000.00");
    assert_eq!(shown_tier(&old, &account).as_str(), "silver");
    let rules = r#"{"version": 2, "tiers": [{"id": "silver"}, {"id": "gold", "from": "2000"}]}"#;
    let new = program(rules);
    let passed = advance(&new, &mut account, at("2026-02-01"));
    let tiers = passed.outcome.tiers;
    assert_eq!(
        (tiers[0].from.as_str(), tiers[0].to.as_str()),
        ("silver", "gold")
    );
    let again = advance(&new, &mut account, at("2026-02-01"));
    assert_eq!(again.outcome.tiers.len(), 0);
    // higher thresholds wait for the review, a year after the tier was reached
    let dear =
        program(r#"{"version": 3, "tiers": [{"id": "silver"}, {"id": "gold", "from": "9000"}]}"#);
    let passed = advance(&dear, &mut account, at("2027-01-31"));
    assert_eq!(passed.outcome.tiers.len(), 0);
    let passed = advance(&dear, &mut account, at("2027-02-02"));
    assert_eq!(passed.outcome.tiers[0].cause, TierCause::Review);
    assert_eq!(shown_tier(&dear, &account).as_str(), "silver");
    // a tier that is no more counts as the lowest
    let none = Program::default();
    assert_eq!(shown_tier(&none, &account).as_str(), "member");
    assert!(set_tier(&none, &mut account, Some("gold".into())).is_err());
}

#[test]
fn what_cannot_be_is_malformed_and_changes_nothing() {
    let program = program(r#"{"earn": {"points_per_yuan": "1000000"}}"#);
    let mut account = Account::default();
    let now = advance(&program, &mut account, at("2026-01-01")).now;
    let before = account.clone();
    let mut none = sale("R1", vec![line("A", 0, "1.00")]);
    for (lines, place) in [
        (vec![line("A", 0, "1.00")], "lines[0].qty"),
        (
            vec![line("A", 1, "1.00"), line("B", 1, "-1.00")],
            "lines[1].amount",
        ),
        (
            vec![line("A", 1, "1000000000.00"), line("B", 1, "0.01")],
            "lines",
        ),
        (vec![line("A", 1, "1000000000.00")], "lines"), // 10¹⁵ points
    ] {
        none.lines = lines;
        match purchase(
            &program,
            &mut account,
            &now,
            none.clone(),
            Standing::Happened,
        ) {
            Err(Error::Malformed(error)) => assert_eq!(error.place, place),
            other => panic!("{other:?}"),
        }
    }
    none.lines.clear();
    none.pay_points = Points(-1);
    assert!(matches!(
        purchase(&program, &mut account, &now, none, Standing::Happened),
        Err(Error::Malformed(_))
    ));
    assert!(
        adjust(
            &program,
            &mut account,
            &now,
            Points(i64::MIN),
            LastDay::Never
        )
        .is_err()
    );
    assert!(
        adjust(
            &program,
            &mut account,
            &now,
            Points::LIMIT + Points(1),
            LastDay::Never
        )
        .is_err()
    );
    assert_eq!(account, before);
}

#[test]
fn the_same_is_the_same_and_other_content_a_conflict() {
    assert_eq!(Identity::of(None, &1), Ok(Identity::New));
    assert_eq!(Identity::of(Some(&1), &1), Ok(Identity::Exists));
    assert_eq!(Identity::of(Some(&2), &1), Err(Refusal::Conflict));
    for refusal in [
        Refusal::BelowMinimum,
        Refusal::CouponsDoNotStack,
        Refusal::NotAStep,
        Refusal::OverReturned,
    ] {
        assert_eq!(serde_json::to_value(refusal).unwrap(), refusal.code());
    }
}

#[test]
fn a_behaviour_beyond_its_limit_is_refused_and_one_that_happened_costs_the_store() {
    let program = program(r#"{"behaviours": {"check_in": {"points": 5, "per_day": 1}}}"#);
    let (mut account, mut books) = (Account::default(), Books::default());
    let now = advance(&program, &mut account, at("2026-02-01")).now;
    let kind = "check_in".into();
    let mut record = |that_day, standing| {
        let done = behave(&program, &mut account, &now, &kind, that_day, standing);
        done.inspect(|out| books.post(out))
    };
    let first = record(0, Standing::Proposed).unwrap();
    assert_eq!((first.earned, first.loss), (Points(5), Points::ZERO));
    assert_eq!(
        record(1, Standing::Proposed),
        Err(Refusal::LimitReached.into())
    );
    let happened = record(1, Standing::Happened).unwrap();
    assert_eq!((happened.earned, happened.loss), (Points(5), Points(5)));
    assert_eq!(happened.overruled, [Refusal::LimitReached]);
    books.balance(&account);
    assert_eq!(account.balance(), Points(10));
    let unknown = behave(
        &program,
        &mut account,
        &now,
        &"sing".into(),
        0,
        Standing::Happened,
    );
    assert!(matches!(unknown, Err(Error::Malformed(_))));
}

#[test]
fn what_expired_for_lateness_alone_comes_back_debt_first() {
    let program = program("{}");
    let (mut account, mut books) = (Account::default(), Books::default());
    let now = advance(&program, &mut account, at("2026-01-01")).now;
    for (points, day_of) in [(70, "2026-01-10"), (20, "2026-01-04")] {
        let last = LastDay::On(day(day_of));
        books.post(&adjust(&program, &mut account, &now, Points(points), last).unwrap());
    }
    let later = advance(&program, &mut account, at("2026-02-01"));
    books.post(&later.outcome);
    assert_eq!(later.outcome.expired, Points(90));
    let owing = adjust(
        &program,
        &mut account,
        &later.now,
        Points(-30),
        LastDay::ByProgram,
    );
    books.post(&owing.unwrap());
    // what was done on the fifth arrives now
    let late = advance(&program, &mut account, at("2026-01-05")).now;
    let lapsed: Vec<Lapsed> = [(1, 70), (2, 20), (9, 5)]
        .map(|(lot, points)| Lapsed {
            lot: LotId(lot),
            points: Points(points),
        })
        .into();
    let back = revive(&mut account, &late, &lapsed).unwrap();
    books.post(&back);
    books.balance(&account);
    assert_eq!((back.expired, account.balance()), (Points(-70), Points(40)));
    let none = [Lapsed {
        lot: LotId(1),
        points: Points::ZERO,
    }];
    assert!(revive(&mut account, &late, &none).is_err());
}

#[test]
fn each_part_return_tells_its_own_value() {
    let program = Program::default();
    let mut account = Account::default();
    let now = advance(&program, &mut account, at("2026-01-10")).now;
    let lines = vec![line("A", 3, "100.00"), line("B", 1, "40.00")];
    let sold = purchase(
        &program,
        &mut account,
        &now,
        sale("R1", lines),
        Standing::Proposed,
    )
    .unwrap();
    let mut receipt = sold.receipt;
    let mut back = |sku: &str| {
        let what = ReturnOf::Lines(vec![ReturnLine {
            sku: sku.into(),
            qty: 1,
            line: None,
        }]);
        return_goods(
            &program,
            &mut account,
            &now,
            &mut receipt,
            &what,
            Standing::Proposed,
        )
        .unwrap()
        .value
    };
    // a third of a line, half up to the fen, together the whole line
    assert_eq!(back("A"), money("33.33"));
    assert_eq!(back("A"), money("33.34"));
    assert_eq!(back("B"), money("40.00"));
    assert_eq!(back("A"), money("33.33"));
}

#[test]
fn purchases_of_one_instant_count_and_come_back_together() {
    for (first, second) in [("100.00", "2900.00"), ("2900.00", "100.00")] {
        for back_first in [true, false] {
            let program = program(GOLD);
            let mut account = Account::default();
            let (mut one, _) = buy(&program, &mut account, "2026-01-10", "R1", first);
            let (mut two, _) = buy(&program, &mut account, "2026-01-10", "R2", second);
            let when = at("2026-01-10");
            assert_eq!(
                loyalty::qualifying(&program, &account, when),
                money("3000.00")
            );
            let now = advance(&program, &mut account, when).now;
            let (back, left) = if back_first {
                (&mut one, second)
            } else {
                (&mut two, first)
            };
            return_goods(
                &program,
                &mut account,
                &now,
                back,
                &ReturnOf::All,
                Standing::Proposed,
            )
            .unwrap();
            assert_eq!(loyalty::qualifying(&program, &account, when), money(left));
            assert_eq!(account.rows().paid.len(), 1);
        }
    }
}

#[test]
fn purchases_that_arrive_late_count_on_their_own_day() {
    let program = program(GOLD);
    let mut account = Account::default();
    for (day, no, amount) in [
        ("2026-01-10", "R1", "100.00"),
        ("2026-01-20", "R2", "20.00"),
        ("2026-01-10", "R3", "3.00"),
        ("2026-01-15", "R4", "0.40"),
    ] {
        buy(&program, &mut account, day, no, amount);
    }
    let paid = &account.rows().paid;
    assert_eq!(paid.len(), 3);
    assert!(paid.is_sorted_by_key(|p| p.at));
    for (day, value) in [
        ("2026-01-12", "103.00"),
        ("2026-01-16", "103.40"),
        ("2026-01-21", "123.40"),
    ] {
        assert_eq!(
            loyalty::qualifying(&program, &account, at(day)),
            money(value)
        );
    }
}

#[test]
fn spending_on_within_a_tier_does_not_put_its_review_off() {
    let program = program(
        r#"{"tiers": [{"id": "silver"}, {"id": "gold", "from": "3000"}, {"id": "black", "from": "9000"}]}"#,
    );
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-10", "R1", "3000.00");
    let reached = account.rows().tier.clone();
    assert_eq!(reached.review, Some(at("2027-01-10")));
    buy(&program, &mut account, "2026-02-10", "R2", "500.00");
    assert_eq!(account.rows().tier, reached);
}

#[test]
fn only_a_purchase_that_made_the_tier_can_undo_it() {
    let rules = program(GOLD);
    let dearer =
        program(r#"{"version": 2, "tiers": [{"id": "silver"}, {"id": "gold", "from": "5000"}]}"#);
    let give_back = |program: &Program, account: &mut Account, receipt: &mut loyalty::Receipt| {
        let now = advance(program, account, at("2026-04-01")).now;
        let all = ReturnOf::All;
        return_goods(program, account, &now, receipt, &all, Standing::Proposed).unwrap();
        shown_tier(program, account).to_string()
    };
    let mut account = Account::default();
    let (mut before, _) = buy(&rules, &mut account, "2026-01-10", "R1", "1000.00");
    buy(&rules, &mut account, "2026-02-10", "R2", "2000.00");
    let (mut after, _) = buy(&rules, &mut account, "2026-03-10", "R3", "50.00");
    // a threshold that was raised since drops nobody through what came after
    assert_eq!(give_back(&dearer, &mut account.clone(), &mut after), "gold");
    assert_eq!(give_back(&rules, &mut account, &mut before), "silver");
}

#[test]
fn a_return_that_leaves_exactly_the_threshold_leaves_the_tier() {
    let program = program(GOLD);
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-10", "R1", "1000.00");
    let (mut small, _) = buy(&program, &mut account, "2026-01-20", "R2", "100.00");
    buy(&program, &mut account, "2026-02-10", "R3", "2000.00");
    let reached = account.rows().tier.clone();
    let now = advance(&program, &mut account, at("2026-03-01")).now;
    let all = ReturnOf::All;
    return_goods(
        &program,
        &mut account,
        &now,
        &mut small,
        &all,
        Standing::Proposed,
    )
    .unwrap();
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
    assert_eq!(account.rows().tier, reached, "nor is it reached anew");
}

#[test]
fn time_alone_never_upgrades_and_the_next_purchase_does_whatever_it_pays() {
    let program = program(
        r#"{"tier_window_months": 1, "tiers": [{"id": "silver"}, {"id": "gold", "from": "50"}]}"#,
    );
    let mut account = Account::default();
    buy(
        &program,
        &mut account,
        "2025-09-30T20:00:00+08:00",
        "R1",
        "100.00",
    );
    // the review a month later finds nothing in the window, and a day later, from the clamped 30th on, the
    // window begins where it did
    let later = at("2025-10-31T10:00:00+08:00");
    let now = advance(&program, &mut account, later).now;
    assert_eq!(qualifying(&program, &account, later), money("100.00"));
    assert_eq!(shown_tier(&program, &account).as_str(), "silver");
    let nothing = sale("R2", vec![line("A", 1, "0.00")]);
    purchase(&program, &mut account, &now, nothing, Standing::Proposed).unwrap();
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
}
