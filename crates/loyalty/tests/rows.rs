//! Accounts as a database keeps them: in, out, and only what is needed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{GOLD, at, buy, coupon, day, line, money, program, sale};
use loyalty::{
    Account, AccountRows, Error, Grant, GrantId, Held, LastDay, Lot, LotId, Points, PointsFrom,
    Program, RedeemRequest, ReturnOf, Standing, TierCause, adjust, advance, extend, give_coupon,
    grant, paid_since, purchase, qualifying, redeem, return_goods, reverse,
};

#[test]
fn payments_before_the_window_that_made_the_tier_need_not_be_loaded() {
    let program = program(GOLD);
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-10", "R1", "1000.00");
    let (mut second, _) = buy(&program, &mut account, "2026-12-01", "R2", "2000.00");
    let mut rows = account.into_rows();
    let since = paid_since(&program, &rows.tier, at("2027-03-01"));
    assert_eq!(since, at("2025-12-01"));
    rows.paid.retain(|paid| paid.at > since);
    let mut account = Account::from_rows(rows).unwrap();
    assert_eq!(
        qualifying(&program, &account, at("2027-03-01")),
        money("2000.00")
    );
    let now = advance(&program, &mut account, at("2027-03-01")).now;
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut second,
        &ReturnOf::All,
        Standing::Proposed,
    )
    .unwrap();
    assert_eq!(back.outcome.tiers[0].cause, TierCause::Return);
}

#[test]
fn a_return_needs_the_lots_that_it_gives_back_to() {
    let program = Program::default();
    let mut account = Account::default();
    let now = advance(&program, &mut account, at("2026-01-01")).now;
    adjust(&program, &mut account, &now, Points(100), LastDay::Never).unwrap();
    let mut ask = sale("R1", vec![line("A", 1, "50.00")]);
    ask.pay_points = Points(100);
    let sold = purchase(&program, &mut account, &now, ask, Standing::Proposed).unwrap();
    assert_eq!(
        sold.receipt.lots().collect::<Vec<_>>(),
        [LotId(1), LotId(2)]
    );
    let mut rows = account.into_rows();
    rows.lots.retain(|lot| lot.points.is_positive());
    let mut account = Account::from_rows(rows).unwrap();
    let mut receipt = sold.receipt.clone();
    let failed = return_goods(
        &program,
        &mut account,
        &now,
        &mut receipt,
        &ReturnOf::All,
        Standing::Happened,
    );
    assert!(matches!(failed, Err(Error::Malformed(_))));
    assert_eq!(receipt, sold.receipt);
}

#[test]
fn rows_that_cannot_be_are_refused() {
    let lot = |id, points| Lot {
        id: LotId(id),
        points: Points(points),
        earned: day("2026-01-01"),
        expires: None,
    };
    let rows = |lots: Vec<Lot>, debt| AccountRows {
        lots,
        next_lot: 3,
        debt: Points(debt),
        ..AccountRows::default()
    };
    assert!(Account::from_rows(rows(vec![lot(2, 1), lot(1, 0)], 0)).is_ok());
    for bad in [
        rows(vec![lot(1, -1)], 0),
        rows(vec![lot(1, 1)], 1),
        rows(vec![lot(1, 1), lot(1, 1)], 0),
        rows(vec![lot(3, 1)], 0),
        rows(vec![], -1),
        AccountRows {
            birth_month: Some(13),
            ..AccountRows::default()
        },
    ] {
        assert!(Account::from_rows(bad).is_err());
    }
}

#[test]
fn an_account_travels_as_its_rows() {
    let program = program(GOLD);
    let mut account = Account::new(Some(day("2000-02-29")));
    give_coupon(&mut account, coupon("c", "1.00")).unwrap();
    buy(&program, &mut account, "2026-01-01", "R1", "3000.00");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    grant(&mut account, &now, &GrantId::from("g"), Points(5)).unwrap();
    let json = serde_json::to_string(&account).unwrap();
    assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), account);
    assert!(serde_json::from_str::<Account>(r#"{"debt": -1}"#).is_err());
}

#[test]
fn an_extension_moves_what_a_device_holds_and_no_lot_that_is_empty() {
    let lot = |id: u64, points: i64| Lot {
        id: LotId(id),
        points: Points(points),
        earned: "2026-01-01".parse().unwrap(),
        expires: "2026-02-01".parse().ok(),
    };
    let grant = |id: &str, lot: u64, points: i64| Grant {
        id: id.into(),
        held: vec![Held {
            lot: LotId(lot),
            points: Points(points),
        }],
        spent: Points::ZERO,
        released: Points::ZERO,
    };
    let mut account = Account::from_rows(AccountRows {
        lots: vec![lot(1, 0), lot(2, 0), lot(3, 5), lot(4, 0)],
        grants: vec![grant("a", 2, 7), grant("b", 4, 0)],
        next_lot: 5,
        ..AccountRows::default()
    })
    .unwrap();
    extend(&mut account, "2026-06-01".parse().unwrap());
    let mut moved: Vec<u64> = account
        .lots()
        .iter()
        .filter(|l| l.expires == "2026-06-01".parse().ok())
        .map(|l| l.id.0)
        .collect();
    moved.sort_unstable();
    assert_eq!(moved, [2, 3]);
}

#[test]
fn a_reversal_needs_the_lots_that_paid() {
    let program = Program::default();
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-01", "R1", "300.00");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let request = RedeemRequest {
        id: "r".into(),
        points: Points(120),
        from: PointsFrom::Available,
    };
    let done = redeem(&program, &mut account, &now, request, Standing::Proposed).unwrap();
    let mut redemption = done.redemption;
    assert_eq!(redemption.lots().collect::<Vec<_>>(), [LotId(1)]);
    let rows = AccountRows {
        lots: Vec::new(),
        ..account.rows().clone()
    };
    let mut without = Account::from_rows(rows).unwrap();
    let happened = Standing::Happened;
    let refused = reverse(&program, &mut without, &now, &mut redemption, happened).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "lots: lot 1 was not loaded with the account"
    );
    let back = reverse(&program, &mut account, &now, &mut redemption, happened).unwrap();
    assert_eq!(
        (back.given_back, account.available()),
        (Points(120), Points(300))
    );
}
