//! Allowances: what a device holds is out of everybody's reach but its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Books, at, buy, day, line, program, sale};
use loyalty::{
    Account, AccountKind, DeviceHolds, Error, GrantId, LastDay, LotId, Points, PointsFrom, Program,
    RedeemRequest, Refusal, ReturnOf, Standing, adjust, advance, ahead_of_time_share, freeze,
    grant, grant_limit, lease_end, purchase, redeem, reinstate, release, return_goods, reverse,
    spend_granted,
};

fn member(program: &Program, books: &mut Books, lots: &[(i64, &str)]) -> Account {
    let mut account = Account::default();
    for (points, expires) in lots {
        let now = advance(program, &mut account, at("2026-01-01")).now;
        books.post(
            &adjust(
                program,
                &mut account,
                &now,
                Points(*points),
                LastDay::On(day(expires)),
            )
            .unwrap(),
        );
    }
    account
}

#[test]
fn a_grant_takes_what_is_spent_first_and_never_more_than_is_there() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(
        &program,
        &mut books,
        &[(50, "2026-02-28"), (50, "2026-01-31")],
    );
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let (g, h) = (GrantId::from("g"), GrantId::from("h"));
    let first = grant(&mut account, &now, &g, Points(60)).unwrap();
    books.post(&first.outcome);
    let named: Vec<_> = first
        .portions
        .iter()
        .map(|p| (p.lot.0, p.points.0, p.expires.unwrap()))
        .collect();
    assert_eq!(
        named,
        [(2, 50, day("2026-01-31")), (1, 10, day("2026-02-28"))]
    );
    let rest = grant(&mut account, &now, &h, Points(60)).unwrap();
    books.post(&rest.outcome);
    assert_eq!(rest.points, Points(40));
    assert_eq!(
        (account.available(), account.escrow(), account.balance()),
        (Points(0), Points(100), Points(100))
    );
    assert_eq!(
        grant(&mut account, &now, &h, Points(1)).unwrap().points,
        Points::ZERO
    );
    assert!(matches!(
        grant(&mut account, &now, &h, Points(-1)),
        Err(Error::Malformed(_))
    ));
    books.balance(&account);
}

#[test]
fn what_is_held_does_not_expire_and_is_good_whatever_has_come() {
    let (program, mut books) = (program(r#"{"redeem": {"minimum": 500}}"#), Books::default());
    let mut account = member(&program, &mut books, &[(100, "2026-01-31")]);
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(100)).unwrap().outcome);
    let later = advance(&program, &mut account, at("2027-06-01"));
    assert_eq!(later.outcome.expired, Points::ZERO);
    books.post(&freeze(&mut account, &later.now));
    let drawn = spend_granted(&mut account, &g, Points(30)).unwrap();
    books.post(&drawn.outcome);
    assert_eq!(
        spend_granted(&mut account, &g, Points(71)),
        Err(Refusal::NotEnoughPoints.into())
    );
    let request = RedeemRequest {
        id: "x".into(),
        points: Points(20),
        from: PointsFrom::Grant(g.clone()),
    };
    let done = redeem(
        &program,
        &mut account,
        &later.now,
        request.clone(),
        Standing::Happened,
    )
    .unwrap();
    books.post(&done.outcome);
    assert_eq!(done.outcome.overruled, [Refusal::BelowMinimum]); // noted, and done; the freeze is no objection
    assert_eq!(done.outcome.loss, Points::ZERO);
    let refused = redeem(
        &program,
        &mut account,
        &later.now,
        request,
        Standing::Proposed,
    );
    assert_eq!(refused.unwrap_err().refusal(), Some(Refusal::BelowMinimum));
    assert_eq!(account.grant(&g).unwrap().left(), Points(50));
    books.balance(&account);
}

#[test]
fn a_return_makes_debt_rather_than_touch_what_is_held_and_a_release_settles_it() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = Account::default();
    let (mut receipt, sold) = buy(&program, &mut account, "2026-01-01", "R1", "100.00");
    books.post(&sold);
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(80)).unwrap().outcome);
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut receipt,
        &ReturnOf::All,
        Standing::Proposed,
    )
    .unwrap();
    books.post(&back.outcome);
    assert_eq!(
        (account.debt(), account.escrow(), account.balance()),
        (Points(80), Points(80), Points(0))
    );
    books.balance(&account);
    books.post(&release(&mut account, &now, &g, Points(80)).unwrap());
    assert_eq!(
        (account.debt(), account.escrow(), account.available()),
        (Points(0), Points(0), Points(0))
    );
    assert_eq!(
        release(&mut account, &now, &g, Points(1)),
        Err(Refusal::NotEnoughPoints.into())
    );
    books.balance(&account);
}

#[test]
fn a_release_brings_back_what_is_spent_last_and_lets_what_has_passed_expire() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(
        &program,
        &mut books,
        &[(50, "2026-01-31"), (50, "2026-12-31")],
    );
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(100)).unwrap().outcome);
    let now = advance(&program, &mut account, at("2026-02-01")).now;
    books.post(&release(&mut account, &now, &g, Points(40)).unwrap());
    assert_eq!(account.available(), Points(40));
    let out = release(&mut account, &now, &g, Points(60)).unwrap();
    books.post(&out);
    assert_eq!((out.expired, account.available()), (Points(50), Points(50)));
    books.balance(&account);
}

#[test]
fn released_to_a_frozen_account_nothing_expires() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(&program, &mut books, &[(50, "2026-01-31")]);
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(50)).unwrap().outcome);
    books.post(&freeze(&mut account, &now));
    let now = advance(&program, &mut account, at("2026-03-01")).now;
    assert_eq!(
        grant(&mut account, &now, &g, Points(1)).unwrap().points,
        Points::ZERO
    );
    let out = release(&mut account, &now, &g, Points(50)).unwrap();
    books.post(&out);
    assert_eq!((out.expired, account.available()), (Points(0), Points(50)));
    books.balance(&account);
}

#[test]
fn a_purchase_pays_from_its_grant_and_gives_back_to_the_lots() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(&program, &mut books, &[(100, "2026-12-31")]);
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(60)).unwrap().outcome);
    let mut ask = sale("R1", vec![line("A", 1, "100.00")]);
    (ask.pay_points, ask.from) = (Points(61), PointsFrom::Grant(g.clone()));
    let refused = purchase(
        &program,
        &mut account,
        &now,
        ask.clone(),
        Standing::Proposed,
    )
    .unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::NotEnoughPoints)); // 40 more are free, but not this device's
    ask.pay_points = Points(60);
    let mut sold = purchase(&program, &mut account, &now, ask, Standing::Proposed).unwrap();
    books.post(&sold.outcome);
    assert_eq!(sold.receipt.pay, common::money("97.00"));
    assert_eq!(account.grant(&g).unwrap().spent, Points(60));
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut sold.receipt,
        &ReturnOf::All,
        Standing::Proposed,
    )
    .unwrap();
    books.post(&back.outcome);
    assert_eq!(
        (account.available(), account.escrow()),
        (Points(100), Points(0))
    );
    books.balance(&account);
}

#[test]
fn what_a_written_off_device_spent_is_the_stores_loss() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(&program, &mut books, &[(100, "2026-12-31")]);
    let g = GrantId::from("g");
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    books.post(&grant(&mut account, &now, &g, Points(60)).unwrap().outcome);
    books.post(&release(&mut account, &now, &g, Points(50)).unwrap());
    let request = RedeemRequest {
        id: "x".into(),
        points: Points(30),
        from: PointsFrom::Grant(g.clone()),
    };
    let mut done = redeem(&program, &mut account, &now, request, Standing::Happened).unwrap();
    books.post(&done.outcome);
    assert_eq!(
        (done.outcome.spent, done.outcome.loss),
        (Points(30), Points(20))
    );
    assert_eq!(done.outcome.overruled, [Refusal::NotEnoughPoints]);
    assert_eq!(account.available(), Points(90)); // never against the member
    assert_eq!(books.sum(&AccountKind::Loss), -20);
    let back = reverse(
        &program,
        &mut account,
        &now,
        &mut done.redemption,
        Standing::Proposed,
    )
    .unwrap();
    books.post(&back);
    assert_eq!(
        (back.given_back, back.loss, account.available()),
        (Points(10), Points(-20), Points(100))
    );
    assert_eq!(books.sum(&AccountKind::Loss), 0);
    let again = reverse(
        &program,
        &mut account,
        &now,
        &mut done.redemption,
        Standing::Happened,
    )
    .unwrap();
    assert_eq!(
        (again.movements.len(), again.overruled),
        (0, vec![Refusal::AlreadyReversed])
    );
    books.balance(&account);
}

#[test]
fn ahead_of_time_a_counter_gets_its_part_of_the_stores_share() {
    let program =
        program(r#"{"allowance": {"store_share": "0.30", "device_cap": 1000, "member_cap": 500}}"#);
    let mut books = Books::default();
    let mut account = member(&program, &mut books, &[(1001, "2026-12-31")]);
    let holds = |of_member, in_all| DeviceHolds {
        of_member: Points(of_member),
        in_all: Points(in_all),
    };
    assert_eq!(
        ahead_of_time_share(&program, &account, 0, holds(0, 0)),
        Points(0)
    );
    assert_eq!(
        ahead_of_time_share(&program, &account, 1, holds(0, 0)),
        Points(300)
    );
    assert_eq!(
        ahead_of_time_share(&program, &account, 7, holds(0, 0)),
        Points(42)
    );
    assert_eq!(
        ahead_of_time_share(&program, &account, 7, holds(40, 40)),
        Points(2)
    );
    assert_eq!(
        ahead_of_time_share(&program, &account, 7, holds(50, 50)),
        Points(0)
    );
    assert_eq!(
        ahead_of_time_share(&program, &account, 1, holds(0, 950)),
        Points(50)
    );
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    grant(&mut account, &now, &GrantId::from("g"), Points(450)).unwrap();
    assert_eq!(
        ahead_of_time_share(&program, &account, 1, holds(0, 0)),
        Points(50)
    ); // the member's cap
    assert_eq!(grant_limit(&program, &account, holds(0, 0)), Points(50));
    freeze(&mut account, &now);
    assert_eq!(grant_limit(&program, &account, holds(0, 0)), Points(0));
}

/// What a device holds of a grant, by lot number.
fn held(account: &Account, grant: &GrantId) -> Vec<(u64, i64)> {
    let held = &account.grant(grant).unwrap().held;
    let mut held: Vec<_> = held.iter().map(|h| (h.lot.0, h.points.0)).collect();
    held.sort_unstable();
    held
}

#[test]
fn a_grant_may_be_spent_and_given_back_to_its_last_point_and_no_further() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(
        &program,
        &mut books,
        &[(30, "2026-05-31"), (50, "2026-06-30"), (50, "2026-07-31")],
    );
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let g = GrantId::from("g");
    books.post(&grant(&mut account, &now, &g, Points(90)).unwrap().outcome);
    assert_eq!(held(&account, &g), [(1, 30), (2, 50), (3, 10)]);
    // the last first, over more than one lot
    books.post(&release(&mut account, &now, &g, Points(25)).unwrap());
    assert_eq!(held(&account, &g), [(1, 30), (2, 35)]);
    books.post(&release(&mut account, &now, &g, Points(10)).unwrap());
    assert_eq!(held(&account, &g), [(1, 30), (2, 25)]);
    assert_eq!(account.grant(&g).unwrap().released, Points(35));
    let too_much = |done: Result<(), Error>| {
        assert!(matches!(
            done,
            Err(Error::Refused(Refusal::NotEnoughPoints))
        ));
    };
    too_much(spend_granted(&mut account, &g, Points(56)).map(drop));
    too_much(release(&mut account, &now, &g, Points(56)).map(drop));
    books.post(&spend_granted(&mut account, &g, Points(55)).unwrap().outcome);
    assert_eq!(account.escrow(), Points::ZERO);
    assert_eq!(account.available(), Points(75));
    books.balance(&account);
}

#[test]
fn a_grant_that_the_books_forgot_is_good_in_full() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(
        &program,
        &mut books,
        &[
            (20, "2026-05-31"),
            (25, "2026-06-30"),
            (10, "2026-06-30"),
            (40, "2026-07-31"),
        ],
    );
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let g = GrantId::from("g");
    // of its own date first, two lots of it, then what is spent first
    let told = [(Points(45), Some(day("2026-06-30")))];
    let (owed, out) = reinstate(&mut account, &now, &g, &told).unwrap();
    books.post(&out);
    assert_eq!(owed, Points::ZERO);
    let by_date = |account: &Account| {
        let grant = account.grant(&g).unwrap();
        let mut all: Vec<_> = grant
            .held
            .iter()
            .map(|h| (account.lot(h.lot).unwrap().expires.unwrap(), h.points.0))
            .collect();
        all.sort_unstable();
        all
    };
    let (may, june) = (day("2026-05-31"), day("2026-06-30"));
    assert_eq!(by_date(&account), [(may, 10), (june, 10), (june, 25)]);
    assert_eq!(
        (account.escrow(), account.available()),
        (Points(45), Points(50))
    );
    let again = reinstate(&mut account, &now, &g, &told);
    assert!(
        matches!(again, Err(Error::Malformed(_))),
        "it is there already"
    );
    // what is not there is owed, by its date, and no more than that
    let h = GrantId::from("h");
    let told = [
        (Points(30), Some(june)),
        (Points(35), Some(day("2026-08-31"))),
        (Points(5), None),
    ];
    let (owed, out) = reinstate(&mut account, &now, &h, &told).unwrap();
    books.post(&out);
    assert_eq!((owed, account.debt()), (Points(20), Points(20)));
    assert_eq!(account.grant(&h).unwrap().left(), Points(70));
    assert_eq!(account.available(), Points::ZERO);
    let owed: Vec<_> = held(&account, &h)
        .into_iter()
        .filter(|(lot, _)| *lot > 4)
        .map(|(lot, points)| (account.lot(LotId(lot)).unwrap().expires, points))
        .collect();
    assert_eq!(owed, [(Some(day("2026-08-31")), 15), (None, 5)]);
    for wrong in [Points(-1), Points(1_000_000_000_001)] {
        let id = GrantId::from("i");
        let refused = reinstate(&mut account, &now, &id, &[(Points(1), None), (wrong, None)]);
        assert!(matches!(refused, Err(Error::Malformed(_))), "{wrong}");
        assert!(account.grant(&id).is_none());
    }
    books.balance(&account);
}

#[test]
fn a_lease_ends_so_many_hours_after_the_last_contact() {
    let program = program(r#"{"allowance": {"lease_hours": 48}}"#);
    assert_eq!(
        lease_end(&program, at("2026-01-30")),
        Some(at("2026-02-01"))
    );
    assert_eq!(
        lease_end(&program, chrono::DateTime::<chrono::Utc>::MAX_UTC),
        None
    );
}

#[test]
fn a_forgotten_grant_takes_no_more_of_its_date_than_it_held() {
    let (program, mut books) = (Program::default(), Books::default());
    let mut account = member(
        &program,
        &mut books,
        &[(25, "2026-06-30"), (10, "2026-06-30")],
    );
    let now = advance(&program, &mut account, at("2026-01-02")).now;
    let g = GrantId::from("g");
    let told = [(Points(30), Some(day("2026-06-30")))];
    let (owed, out) = reinstate(&mut account, &now, &g, &told).unwrap();
    books.post(&out);
    assert_eq!(held(&account, &g), [(1, 25), (2, 5)]);
    assert_eq!((owed, account.available()), (Points::ZERO, Points(5)));
    books.balance(&account);
}
