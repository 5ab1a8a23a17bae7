//! Single rules that no scenario can show: lateness, quotes, limits, what is malformed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{GOLD, at, buy, day, line, money, program, sale};
use loyalty::{
    Account, Error, Identity, LastDay, Points, Program, Refusal, ReturnLine, ReturnOf, Standing,
    TierCause, adjust, advance, check_redemption, most_redeemable, purchase, quote_purchase,
    quote_return, redeemable_beside, return_goods,
};

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
fn a_step_up_or_down_leads_to_what_passes_or_to_nothing() {
    for (minimum, step) in [(0, 1), (0, 50), (100, 100), (500, 100), (250, 100), (7, 3)] {
        let terms = format!(r#"{{"redeem": {{"minimum": {minimum}, "step": {step}}}}}"#);
        let program = program(&terms);
        for there in [0, 49, 100, 260, 1234] {
            let most = most_redeemable(&program, None, Points(there));
            let passes = |points: Points| {
                points.is_zero() || check_redemption(&program, points, None, most).is_ok()
            };
            let mut points = Points::ZERO;
            loop {
                let beside = redeemable_beside(&program, points, most);
                let at = format!("{terms} of {there}, beside {points}: {beside:?}");
                assert!(passes(beside.less) && passes(beside.more), "{at}");
                assert!(beside.less < points || points.is_zero(), "{at}");
                if most.is_zero() || points == most {
                    assert_eq!(beside.more, most, "{at}");
                    break;
                }
                assert!(beside.more > points, "{at}");
                // one step up and one down lead back, or to nothing where this was below the least
                let back = redeemable_beside(&program, beside.more, most).less;
                assert!(back == points, "{at}, and back to {back}");
                points = beside.more;
            }
        }
    }
}
