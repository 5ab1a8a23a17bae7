//! Sales that no till has confirmed: what counts of them, what waits, and what becomes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use common::{Books, at, line, money, program};
use loyalty::deed::{Book, Deed, Done, Purchase, Source, apply};
use loyalty::{
    Account, LastDay, Money, OpId, Points, Program, ReturnLine, ReturnOf, Sku, Standing, TierId,
    advance, qualifying, shown_tier,
};
use proptest::prelude::*;

/// 100 yuan a receipt, 250 a member's day, 300 a clerk's; gold from 200 yuan on.
fn rules() -> Program {
    program(
        r#"{"expiry": {"months": 1, "at": "day"}, "grace_days": 10,
            "tiers": [{"id": "silver"}, {"id": "gold", "from": "200"}],
            "awards": {"per_receipt": "100", "per_member_day": "250", "per_clerk_day": "300"}}"#,
    )
}

/// One member, with books that must balance.
struct Member {
    rules: Program,
    book: Book,
    books: Books,
}

impl Member {
    fn new(rules: Program) -> Self {
        Self {
            rules,
            book: Book::default(),
            books: Books::default(),
        }
    }

    fn act(&mut self, when: &str, deed: &Deed) -> Done {
        let passed = advance(&self.rules, &mut self.book.account, at(when));
        self.books.post(&passed.outcome);
        let done = apply(
            &self.rules,
            &mut self.book,
            &passed.now,
            deed,
            Standing::Happened,
        )
        .unwrap();
        self.books.post(&done.outcome);
        self.books.balance(&self.book.account);
        done
    }

    fn buy(&mut self, when: &str, no: &str, amount: &str, by: Option<&str>) -> Done {
        self.act(when, &sold(no, amount, by))
    }

    fn confirm(&mut self, when: &str, no: &str, till: Option<&str>) -> Done {
        let (of, till) = (OpId::from(no), till.map(money));
        self.act(when, &Deed::Confirm { of, till })
    }

    fn account(&self) -> &Account {
        &self.book.account
    }

    /// Available, waiting.
    fn points(&self) -> (i64, i64) {
        (
            self.account().available().get(),
            self.account().waiting().get(),
        )
    }

    fn tier(&self) -> &TierId {
        shown_tier(&self.rules, self.account())
    }
}

fn sold(no: &str, amount: &str, by: Option<&str>) -> Deed {
    Deed::Purchase(Purchase {
        id: no.into(),
        receipt: no.into(),
        lines: vec![line("A", 2, amount)],
        pay_points: Points::ZERO,
        from: Source::Available,
        coupons: vec![],
        recorded_by: by.map(Into::into),
        all_waits: false,
    })
}

fn returned(no: &str, what: ReturnOf) -> Deed {
    Deed::Return {
        of: no.into(),
        what,
    }
}

fn one_piece() -> ReturnOf {
    ReturnOf::Lines(vec![ReturnLine {
        sku: Sku::from("A"),
        qty: 1,
        line: None,
    }])
}

#[test]
fn beyond_a_receipts_ceiling_points_wait_and_count_for_no_tier() {
    let mut her = Member::new(rules());
    let done = her.buy("2026-01-10", "1", "1000000.00", Some("C1"));
    assert_eq!(
        (done.outcome.earned, done.outcome.waiting),
        (Points(1_000_000), Points(999_900))
    );
    assert_eq!(her.points(), (100, 999_900));
    assert_eq!(
        her.account().balance(),
        Points(100),
        "what waits is no balance"
    );
    assert_eq!(her.tier().as_str(), "silver");
    assert_eq!(
        qualifying(&her.rules, her.account(), at("2026-01-10")),
        money("100.00")
    );
    her.confirm("2026-01-12", "1", Some("1000000.00"));
    assert_eq!(her.points(), (1_000_000, 0));
    assert_eq!(her.tier().as_str(), "gold");
}

#[test]
fn a_members_day_and_a_clerks_day_have_ceilings_of_their_own() {
    let mut her = Member::new(rules());
    for (n, free) in [(1, 100), (2, 200), (3, 250), (4, 250)] {
        her.buy("2026-01-10", &n.to_string(), "100.00", Some("C1"));
        assert_eq!(her.points(), (free, n * 100 - free), "sale {n}");
    }
    // of another clerk the member's day is full all the same, and the next day is another
    her.buy("2026-01-10", "5", "100.00", Some("C2"));
    assert_eq!(her.points().0, 250);
    her.buy("2026-01-11", "6", "100.00", Some("C1"));
    assert_eq!(her.points().0, 350);
    // what one clerk let through for others leaves less for her
    let day = |when| her_day(when);
    let mut other = Member::new(rules());
    other
        .book
        .counted
        .insert((Some("C1".into()), day("2026-01-10")), money("260.00"));
    other.buy("2026-01-10", "7", "100.00", Some("C1"));
    assert_eq!(other.points(), (40, 60));
}

fn her_day(when: &str) -> NaiveDate {
    when.parse().unwrap()
}

#[test]
fn what_the_till_itself_has_counts_whole_and_takes_no_part_of_the_day() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "9000.00", None);
    assert_eq!(her.points(), (9_000, 0));
    her.buy("2026-01-10", "2", "100.00", Some("C1"));
    assert_eq!(her.points(), (9_100, 0));
}

#[test]
fn a_confirmed_sale_makes_room_for_the_next() {
    let mut her = Member::new(rules());
    for n in 1..=3 {
        her.buy("2026-01-10", &n.to_string(), "100.00", Some("C1"));
    }
    assert_eq!(her.points(), (250, 50));
    her.confirm("2026-01-10T13:00:00+08:00", "1", None);
    her.buy("2026-01-10T14:00:00+08:00", "4", "80.00", Some("C1"));
    assert_eq!(her.points(), (330, 50));
}

#[test]
fn confirming_twice_changes_nothing() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    for _ in 0..2 {
        her.confirm("2026-01-11", "1", None);
        her.confirm("2026-01-11", "1", Some("500.00"));
        assert_eq!(her.points(), (500, 0));
    }
}

#[test]
fn points_follow_the_till() {
    for (till, points) in [
        ("500.00", 500),
        ("250.00", 250),
        ("0.00", 0),
        ("750.00", 750),
        ("60.00", 60),
    ] {
        let mut her = Member::new(rules());
        her.buy("2026-01-10", "1", "500.00", Some("C1"));
        her.confirm("2026-01-11", "1", Some(till));
        assert_eq!(her.points(), (points, 0), "the till has {till}");
        let receipt = &her.book.receipts[&OpId::from("1")];
        assert_eq!((receipt.earned.get(), receipt.pay), (points, money(till)));
        assert_eq!(
            qualifying(&her.rules, her.account(), at("2026-01-11")),
            money(till)
        );
        // all of it comes back: nothing is left, nothing is owed
        let back = her.act("2026-01-12", &returned("1", ReturnOf::All));
        assert_eq!(back.refund, money(till));
        assert_eq!((her.points(), her.account().debt()), ((0, 0), Points::ZERO));
    }
}

#[test]
fn the_tills_word_goes_before_and_after_a_managers() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    her.confirm("2026-01-11", "1", None);
    assert_eq!(her.points(), (500, 0));
    her.confirm("2026-01-12", "1", Some("80.00"));
    assert_eq!(her.points(), (80, 0));
    her.confirm("2026-01-13", "1", None);
    assert_eq!(her.points(), (80, 0));
    her.confirm("2026-01-14", "1", Some("500.00"));
    assert_eq!(her.points(), (500, 0));
}

#[test]
fn a_return_takes_what_waits_first() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    assert_eq!(her.points(), (100, 400));
    her.act("2026-01-11", &returned("1", one_piece()));
    assert_eq!(her.points(), (100, 150));
    assert_eq!(
        qualifying(&her.rules, her.account(), at("2026-01-11")),
        money("100.00")
    );
    her.act("2026-01-12", &returned("1", ReturnOf::All));
    assert_eq!((her.points(), her.account().debt()), ((0, 0), Points::ZERO));
}

#[test]
fn what_waits_does_not_expire_and_comes_with_grace() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    // a month later what counted is gone
    her.act("2026-03-01", &Deed::Unfreeze);
    assert_eq!(her.points(), (0, 400));
    her.confirm("2026-03-02", "1", None);
    assert_eq!(her.points(), (400, 0));
    let last = her.account().lots().last().unwrap().expires;
    assert_eq!(last, Some("2026-03-12".parse().unwrap()));
}

#[test]
fn what_waits_settles_no_debt_until_it_is_confirmed() {
    let mut her = Member::new(rules());
    let owed = Deed::Adjust {
        points: Points(-300),
        last_day: LastDay::Never,
    };
    her.act("2026-01-09", &owed);
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    assert_eq!(
        (her.points(), her.account().debt()),
        ((0, 400), Points(200))
    );
    her.confirm("2026-01-11", "1", None);
    assert_eq!(
        (her.points(), her.account().debt()),
        ((200, 0), Points::ZERO)
    );
}

#[test]
fn dropped_points_are_gone_and_what_counted_stays() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "500.00", Some("C1"));
    her.act("2026-01-11", &returned("1", one_piece()));
    let done = her.act("2026-01-20", &Deed::Drop { of: "1".into() });
    assert_eq!(done.outcome.taken_back, Points(150));
    assert_eq!(her.points(), (100, 0));
    her.act("2026-01-20", &Deed::Drop { of: "1".into() });
    assert_eq!(her.points(), (100, 0));
    // the till's record came late after all
    let mut late = her.book.clone();
    let now = advance(&her.rules, &mut late.account, at("2026-01-21")).now;
    let confirm = Deed::Confirm {
        of: "1".into(),
        till: Some(money("500.00")),
    };
    apply(&her.rules, &mut late, &now, &confirm, Standing::Happened).unwrap();
    assert_eq!(
        late.account.available(),
        Points(250),
        "half of it had come back"
    );
    // else the rest comes back as before
    her.act("2026-01-22", &returned("1", ReturnOf::All));
    assert_eq!((her.points(), her.account().debt()), ((0, 0), Points::ZERO));
}

#[test]
fn an_amount_that_cannot_be_is_refused_and_changes_nothing() {
    let mut her = Member::new(rules());
    her.buy("2026-01-10", "1", "0.01", Some("C1"));
    her.buy("2026-01-10", "2", "1000000000.00", Some("C1"));
    for (of, till) in [("1", -100), ("2", 100_000_000_001)] {
        let mut book = her.book.clone();
        let now = advance(&her.rules, &mut book.account, at("2026-01-11")).now;
        let before = book.account.clone();
        let deed = Deed::Confirm {
            of: of.into(),
            till: Some(Money::from_fen(till)),
        };
        assert!(apply(&her.rules, &mut book, &now, &deed, Standing::Happened).is_err());
        assert_eq!(book.account, before);
    }
}

#[test]
fn a_scenario_says_who_recorded_a_sale() {
    let text = r#"{"name": "wait", "program": {"awards": {"per_receipt": "100"}}, "steps": [
        {"at": "2026-01-10T12:00:00+08:00", "do": "purchase", "receipt": "R1", "recorded_by": "C1",
         "lines": [{"sku": "A", "qty": 1, "amount": "300.00"}],
         "expect": {"earned": 300, "balance": 100, "waiting": 200, "qualifying": "100.00"}},
        {"at": "2026-01-11T12:00:00+08:00", "do": "confirm", "id": "k1", "receipt": "R1", "till": "200.00",
         "expect": {"taken_back": 100, "balance": 200, "waiting": null, "qualifying": "200.00"}},
        {"at": "2026-01-12T12:00:00+08:00", "do": "drop", "id": "k2", "receipt": "R1", "expect": {"balance": 200}}]}"#;
    let scenarios = loyalty::scenario::parse(text).unwrap();
    let states = loyalty::scenario::run(&scenarios[0]).unwrap();
    assert_eq!(loyalty::scenario::check(&scenarios[0], &states), vec![]);
}

/// What may be done to sales.
#[derive(Clone, Debug)]
enum Act {
    Buy { fen: i64, clerk: Option<u8> },
    Return { which: usize, all: bool },
    Confirm { which: usize, share: Option<u32> },
    Drop { which: usize },
    Spend { points: i64 },
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let act = prop_oneof![
        5 => (0..60_000_i64, prop::option::of(0..3_u8)).prop_map(|(fen, clerk)| Act::Buy { fen, clerk }),
        3 => (0..9_usize, any::<bool>()).prop_map(|(which, all)| Act::Return { which, all }),
        3 => (0..9_usize, prop::option::of(0..300_u32)).prop_map(|(which, share)| Act::Confirm { which, share }),
        1 => (0..9_usize).prop_map(|which| Act::Drop { which }),
        2 => (0..300_i64).prop_map(|points| Act::Spend { points }),
    ];
    prop::collection::vec((prop_oneof![3 => Just(0_i64), 1 => 1..30_i64], act), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]
    /// Whatever is done, every transfer balances; what counts stays within the ceilings; what waits is what the receipts
    /// say; and what came back whole leaves nothing behind.
    #[test]
    fn awards_are_bounded_and_nothing_is_lost(acts in acts()) {
        let mut her = Member::new(rules());
        let mut when = at("2026-01-10");
        let mut sold_as: Vec<OpId> = Vec::new();
        for (n, (days, act)) in acts.iter().enumerate() {
            when += Duration::days(*days);
            let nth = |which: usize| sold_as.get(which % sold_as.len().max(1)).cloned();
            let deed = match act {
                Act::Buy { fen, clerk } => {
                    let id = format!("S{n}");
                    sold_as.push(id.as_str().into());
                    let by = clerk.map(|c| format!("C{c}"));
                    sold(&id, &Money::from_fen(*fen).to_string(), by.as_deref())
                }
                Act::Return { which, all } => {
                    let Some(of) = nth(*which) else { continue };
                    let what = if *all { ReturnOf::All } else { one_piece() };
                    Deed::Return { of, what }
                }
                Act::Confirm { which, share } => {
                    let Some(of) = nth(*which) else { continue };
                    let net = her.book.receipts[&of].net.fen();
                    let till = share.map(|percent| Money::from_fen(net * i64::from(percent) / 100));
                    Deed::Confirm { of, till }
                }
                Act::Drop { which } => {
                    let Some(of) = nth(*which) else { continue };
                    Deed::Drop { of }
                }
                Act::Spend { points } => Deed::Redeem {
                    id: format!("X{n}").as_str().into(),
                    points: Points((*points).min(her.account().available().get())),
                    from: Source::Available,
                },
            };
            her.act(&when.to_rfc3339(), &deed);
            let receipts = her.book.receipts.values();
            let waiting: Points = receipts.clone().map(|r| r.awarded.waiting).sum();
            prop_assert_eq!(waiting, her.account().waiting());
            let mut of_day: BTreeMap<NaiveDate, Money> = BTreeMap::new();
            for r in receipts {
                prop_assert!(r.awarded.waiting >= Points::ZERO && r.awarded.waiting_pay >= Money::ZERO);
                prop_assert!(r.awarded.waiting.is_zero() || r.awarded.unconfirmed);
                prop_assert!(r.taken_back <= r.earned, "{:?}", r);
                prop_assert!(r.counting_pay() >= Money::ZERO);
                if r.is_returned() && !r.net.is_zero() {
                    prop_assert_eq!(r.taken_back, r.earned);
                    prop_assert!(r.awarded.waiting.is_zero());
                }
                if r.awarded.unconfirmed {
                    prop_assert!(r.awarded.counted <= money("100.00"));
                    // one point a yuan: no more of it can be spent than counts
                    let free = r.earned - r.taken_back - r.awarded.waiting;
                    prop_assert!(free.get() * 100 <= r.awarded.counted.fen());
                    *of_day.entry(her.rules.business_date(r.at)).or_default() += r.awarded.counted;
                }
            }
            for counted in of_day.values() {
                prop_assert!(*counted <= money("250.00"));
            }
        }
    }
}
