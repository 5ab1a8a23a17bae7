//! What happened at a counter already is never refused: it counts, and what the rules say against it is noted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Books, at, coupon, day, line, money, program, sale};
use loyalty::{
    Account, Error, Lapsed, LastDay, LotId, Money, Points, Program, Refusal, ReturnLine, ReturnOf,
    Standing, adjust, advance, behave, give_coupon, purchase, return_goods, revive,
};

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
