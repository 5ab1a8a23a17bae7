//! Spending from several allowances at once.
#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use super::{gather, scatter};
use crate::{
    Account, AccountRows, Grant, GrantId, Held, Lot, LotId, Points, PointsFrom, Program,
    RedeemRequest, Standing, advance, redeem,
};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn grant(id: &str, held: &[(u64, i64)]) -> Grant {
    let held = held.iter().map(|(lot, points)| Held {
        lot: LotId(*lot),
        points: Points(*points),
    });
    Grant {
        id: id.into(),
        held: held.collect(),
        spent: Points(1),
        released: Points::ZERO,
    }
}

/// Two grants that share a lot, which is spent second.
fn account() -> Account {
    let lot = |id: u64, expires: &str| Lot {
        id: LotId(id),
        points: Points(100),
        earned: day("2026-01-01"),
        expires: Some(day(expires)),
    };
    Account::from_rows(AccountRows {
        lots: vec![
            lot(1, "2026-05-31"),
            lot(2, "2026-06-30"),
            lot(3, "2026-07-31"),
        ],
        grants: vec![
            grant("a", &[(2, 20), (1, 10)]),
            grant("b", &[(3, 40), (2, 5)]),
        ],
        next_lot: 4,
        ..AccountRows::default()
    })
    .unwrap()
}

fn held(account: &Account, id: &str) -> Vec<(u64, i64)> {
    let grant = account.grant(&GrantId::from(id)).unwrap();
    let mut held: Vec<_> = grant.held.iter().map(|h| (h.lot.0, h.points.0)).collect();
    held.sort_unstable();
    held
}

fn spent(account: &Account, id: &str) -> Points {
    account.grant(&GrantId::from(id)).unwrap().spent
}

#[test]
fn what_each_gives_is_spent_from_it_in_the_order_of_its_lots() {
    let mut account = account();
    let (id, parts) = (GrantId::from("all"), [("a", 25), ("b", 20), ("nobody", 7)]);
    let parts = parts.map(|(id, points)| (GrantId::from(id), Points(points)));
    gather(&mut account, &id, &parts, Points(50));
    assert_eq!(held(&account, "all"), [(1, 10), (2, 20), (3, 15)]);
    assert_eq!(held(&account, "a"), [(2, 5)]);
    assert_eq!(held(&account, "b"), [(3, 25)]);
    assert_eq!(
        (spent(&account, "a"), spent(&account, "b")),
        (Points(26), Points(21))
    );
    scatter(&mut account, &id);
    assert!(account.grant(&id).is_none());
    assert!(
        account.grant(&"a".into()).is_some(),
        "only what was gathered goes"
    );
}

#[test]
fn no_more_is_gathered_than_is_asked_for() {
    let mut account = account();
    let id = GrantId::from("all");
    let parts = [("a", 25), ("b", 20)].map(|(id, points)| (GrantId::from(id), Points(points)));
    gather(&mut account, &id, &parts, Points(25));
    assert_eq!(held(&account, "all"), [(1, 10), (2, 15)]);
    assert_eq!(
        held(&account, "b"),
        [(2, 5), (3, 40)],
        "its turn never came"
    );
    assert_eq!(spent(&account, "b"), Points(1));
}

#[test]
fn what_nobody_had_is_the_stores_loss() {
    let program = Program::default();
    let mut account = account();
    let id = GrantId::from("all");
    let parts = [(GrantId::from("a"), Points(60))];
    gather(&mut account, &id, &parts, Points(60));
    let now = advance(
        &program,
        &mut account,
        "2026-02-01T12:00:00+08:00".parse().unwrap(),
    )
    .now;
    let request = RedeemRequest {
        id: "r".into(),
        points: Points(60),
        from: PointsFrom::Grant(id.clone()),
    };
    let done = redeem(&program, &mut account, &now, request, Standing::Happened).unwrap();
    assert_eq!(
        (done.outcome.spent, done.outcome.loss),
        (Points(60), Points(30))
    );
    assert_eq!(spent(&account, "all"), Points(30), "what it had, no more");
    scatter(&mut account, &id);
    assert_eq!(account.escrow(), Points(45));
}

#[test]
fn a_lot_is_called_by_its_number() {
    assert_eq!(LotId(17).to_string(), "17");
}
