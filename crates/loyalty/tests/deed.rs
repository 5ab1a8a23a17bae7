//! Deeds: what is refused changes nothing, and what a deed says that it needs is all that it looks at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::HashSet;

use chrono::Duration;
use common::{at, day, line, program};
use loyalty::deed::{Book, Deed, Needs, Purchase, Source, apply};
use loyalty::{
    Account, AccountRows, Coupon, GrantId, Lapsed, LastDay, LotId, Moment, Money, OpId, Points,
    Program, RecorderId, ReturnLine, ReturnOf, Sku, Standing, TierId, advance, grant,
};
use proptest::prelude::*;

/// A deed by numbers, made into one of what there is by then.
#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    which: usize,
    points: i64,
    days: i64,
    happened: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let days = prop_oneof![2 => Just(0_i64), 1 => 0..40_i64];
    let step = (0..17_u8, 0..8_usize, -50..400_i64, days, any::<bool>());
    let step = step.prop_map(|(kind, which, points, days, happened)| Step {
        kind,
        which,
        points,
        days,
        happened,
    });
    prop::collection::vec(step, 1..40)
}

fn rules() -> Program {
    program(
        r#"{"version": 3, "expiry": {"months": 1}, "behaviours": {"visit": {"points": 20, "per_day": 1}},
            "tiers": [{"id": "silver", "from": "0"}, {"id": "gold", "from": "500"}],
            "awards": {"per_receipt": "150", "per_member_day": "220", "per_clerk_day": "220"}}"#,
    )
}

fn coupon(n: usize) -> Coupon {
    let text = format!(r#"{{"id": "C{n}", "kind": "amount_off", "amount": "20.00"}}"#);
    serde_json::from_str(&text).unwrap()
}

/// What a step does, on what is in the book by then.
fn deed(step: &Step, n: usize, book: &Book) -> Deed {
    let points = Points(step.points.abs());
    let allowances = || {
        let all = book.account.rows().grants.iter().take(step.which % 3);
        Source::Allowances(all.map(|g| (g.id.clone(), points)).collect())
    };
    let from = |held: bool| {
        if held {
            allowances()
        } else {
            Source::Available
        }
    };
    let nth = |names: Vec<&OpId>| -> OpId {
        let mut names: Vec<OpId> = names.into_iter().cloned().collect();
        names.sort();
        let at = step.which % names.len().max(1);
        names.get(at).cloned().unwrap_or_else(|| "nothing".into())
    };
    match step.kind {
        0..=2 => Deed::Purchase(Purchase {
            id: format!("S{n}").as_str().into(),
            receipt: format!("R{n}").as_str().into(),
            lines: vec![line("A", 2, "120.00"), line("B", 1, "80.00")],
            pay_points: if step.kind == 0 { Points::ZERO } else { points },
            from: from(step.kind == 2),
            coupons: book
                .account
                .rows()
                .coupons
                .iter()
                .take(1)
                .map(|c| c.id.clone())
                .collect(),
            recorded_by: step.which.is_multiple_of(2).then(|| "C1".into()),
            all_waits: false,
        }),
        3 => Deed::Return {
            of: nth(book.receipts.keys().collect()),
            what: ReturnOf::All,
        },
        4 => Deed::Return {
            of: nth(book.receipts.keys().collect()),
            what: ReturnOf::Lines(vec![ReturnLine {
                sku: Sku::from("A"),
                qty: 1,
                line: None,
            }]),
        },
        5 | 6 => Deed::Redeem {
            id: format!("X{n}").as_str().into(),
            points,
            from: from(step.kind == 6),
        },
        7 => Deed::Reverse {
            of: nth(book.redemptions.keys().collect()),
        },
        8 => Deed::Behave {
            kind: if step.which == 0 { "none" } else { "visit" }.into(),
        },
        9 => Deed::Adjust {
            points: Points(step.points),
            last_day: LastDay::ByProgram,
        },
        10 => Deed::Extend {
            to: at("2026-06-01").date_naive() + Duration::days(step.days * 3),
        },
        11 => Deed::Freeze,
        12 => Deed::Unfreeze,
        13 => match step.which % 3 {
            0 => Deed::SetTier {
                floor: Some(TierId::from("gold")),
            },
            1 => Deed::GiveCoupon(coupon(step.which)),
            _ => Deed::BirthMonth {
                month: u32::try_from(step.which).unwrap(),
            },
        },
        14 => Deed::Confirm {
            of: nth(book.receipts.keys().collect()),
            till: (step.which > 3).then(|| Money::from_fen(step.points.abs() * 200)),
        },
        15 => Deed::Drop {
            of: nth(book.receipts.keys().collect()),
        },
        _ => Deed::Release {
            grant: book
                .account
                .rows()
                .grants
                .first()
                .map_or_else(|| GrantId::from("none"), |g| g.id.clone()),
            points,
        },
    }
}

/// What of a book a deed needs, and nothing else.
fn lean(book: &Book, deed: &Deed) -> Book {
    let needs = deed.needs();
    let mut lots: HashSet<LotId> = HashSet::new();
    let mut lean = Book::default();
    if let Some(receipt) = needs
        .receipt
        .as_ref()
        .and_then(|of| book.receipts.get_key_value(of))
    {
        lots.extend(receipt.1.lots());
        lean.receipts.insert(receipt.0.clone(), receipt.1.clone());
    }
    let undone = needs.redemption.as_ref();
    if let Some(redemption) = undone.and_then(|of| book.redemptions.get_key_value(of)) {
        lots.extend(redemption.1.lots());
        lean.redemptions
            .insert(redemption.0.clone(), redemption.1.clone());
    }
    if let Some(kind) = &needs.behaviour {
        let days = book.behaved.iter().filter(|((k, _), _)| k == kind);
        lean.behaved = days.map(|(k, n)| (k.clone(), *n)).collect();
    }
    if let Some(by) = &needs.counted {
        let of = |who: &Option<RecorderId>| who.is_none() || who.as_ref() == Some(by);
        let counted = book.counted.iter().filter(|((who, _), _)| of(who));
        lean.counted = counted.map(|(k, n)| (k.clone(), *n)).collect();
    }
    if needs.lapsed {
        lean.lapsed.clone_from(&book.lapsed);
        lots.extend(book.lapsed.iter().map(|l| l.lot));
    }
    let mut back: Vec<_> = Vec::new();
    if let Some(receipt) = lean.receipts.values().next() {
        back.extend(receipt.coupons.iter().map(|c| c.id.clone()));
    }
    let rows: AccountRows = book.account.rows().clone();
    let grants: Vec<_> = rows
        .grants
        .iter()
        .filter(|g| g.left().is_positive() || needs.grants.contains(&g.id))
        .cloned()
        .collect();
    let held: HashSet<LotId> = grants.iter().flat_map(|g| &g.held).map(|h| h.lot).collect();
    let named = |c: &Coupon| needs.coupons.contains(&c.id) || back.contains(&c.id);
    let rows = AccountRows {
        lots: rows
            .lots
            .into_iter()
            .filter(|l| {
                needs.every_lot
                    || l.points.is_positive()
                    || held.contains(&l.id)
                    || lots.contains(&l.id)
            })
            .collect(),
        coupons: rows.coupons.into_iter().filter(named).collect(),
        grants,
        ..rows
    };
    lean.account = Account::from_rows(rows).unwrap();
    lean
}

/// A hundred points that last until the end of March, which time took on 10 April; and who does something on 20 March
/// that arrives after it.
fn lapsed_in_april() -> (Program, Book, Moment) {
    let rules = rules();
    let mut book = Book::default();
    let now = advance(&rules, &mut book.account, at("2026-03-01")).now;
    let given = Deed::Adjust {
        points: Points(100),
        last_day: LastDay::On(day("2026-03-31")),
    };
    apply(&rules, &mut book, &now, &given, Standing::Happened).unwrap();
    let lot = book.account.lots()[0].id;
    advance(&rules, &mut book.account, at("2026-04-10"));
    assert_eq!(book.account.balance(), Points::ZERO);
    book.lapsed = vec![Lapsed {
        lot,
        points: Points(100),
    }];
    let late = advance(&rules, &mut book.account, at("2026-03-20")).now;
    (rules, book, late)
}

#[test]
fn a_late_extension_brings_back_what_it_would_have_kept_and_nothing_else() {
    for (to, back) in [
        // it would have kept them until today, or longer
        ("2026-04-10", 100),
        ("2026-04-30", 100),
        // they would be gone again by now
        ("2026-04-05", 0),
        // it would have kept nothing
        ("2026-03-31", 0),
        ("2026-03-25", 0),
    ] {
        let (rules, mut book, late) = lapsed_in_april();
        let deed = Deed::Extend { to: day(to) };
        apply(&rules, &mut book, &late, &deed, Standing::Happened).unwrap();
        assert_eq!(book.account.balance(), Points(back), "until {to}");
    }
}

#[test]
fn a_late_freeze_brings_back_what_it_would_have_kept() {
    let (rules, mut book, late) = lapsed_in_april();
    apply(&rules, &mut book, &late, &Deed::Freeze, Standing::Happened).unwrap();
    assert_eq!(book.account.balance(), Points(100));
    assert!(book.account.is_frozen());
}

#[test]
fn a_release_gives_back_what_is_left_and_no_more() {
    let (rules, id) = (rules(), GrantId::from("G"));
    let mut book = Book::default();
    let now = advance(&rules, &mut book.account, at("2026-03-01")).now;
    let given = Deed::Adjust {
        points: Points(100),
        last_day: LastDay::Never,
    };
    apply(&rules, &mut book, &now, &given, Standing::Happened).unwrap();
    grant(&mut book.account, &now, &id, Points(60)).unwrap();
    for (asked, available) in [(0, 40), (10, 50), (90, 100), (1, 100)] {
        let deed = Deed::Release {
            grant: id.clone(),
            points: Points(asked),
        };
        apply(&rules, &mut book, &now, &deed, Standing::Happened).unwrap();
        assert_eq!(book.account.available(), Points(available), "{asked}");
    }
}

#[test]
fn each_deed_says_what_it_is_about() {
    let (sale, redemption) = (OpId::from("S"), OpId::from("R"));
    let from = Source::Allowances(vec![
        (GrantId::from("G1"), Points(5)),
        (GrantId::from("G2"), Points(7)),
    ]);
    let grants = vec![GrantId::from("G1"), GrantId::from("G2")];
    let purchase = Purchase {
        id: sale.clone(),
        receipt: "T1".into(),
        lines: vec![line("A", 1, "10.00")],
        pay_points: Points(12),
        from: from.clone(),
        coupons: vec!["C".into()],
        recorded_by: None,
        all_waits: false,
    };
    let redeem = Deed::Redeem {
        id: redemption.clone(),
        points: Points(12),
        from,
    };
    let released = Deed::Release {
        grant: "G1".into(),
        points: Points(1),
    };
    let recorded = Deed::Purchase(Purchase {
        pay_points: Points::ZERO,
        from: Source::Available,
        coupons: vec![],
        recorded_by: Some("C1".into()),
        all_waits: false,
        ..purchase.clone()
    });
    let confirmed = Deed::Confirm {
        of: "S".into(),
        till: None,
    };
    let dropped = Deed::Drop { of: "S".into() };
    let adjusted = Deed::Adjust {
        points: Points(1),
        last_day: LastDay::Never,
    };
    let none = Needs::default;
    for (deed, needs, more) in [
        (
            Deed::Purchase(purchase),
            Needs {
                grants: grants.clone(),
                coupons: vec!["C".into()],
                ..none()
            },
            false,
        ),
        (redeem, Needs { grants, ..none() }, false),
        (
            Deed::Return {
                of: sale.clone(),
                what: ReturnOf::All,
            },
            Needs {
                receipt: Some(sale),
                ..none()
            },
            true,
        ),
        (
            Deed::Reverse {
                of: redemption.clone(),
            },
            Needs {
                redemption: Some(redemption),
                ..none()
            },
            true,
        ),
        (
            Deed::Behave {
                kind: "check_in".into(),
            },
            Needs {
                behaviour: Some("check_in".into()),
                ..none()
            },
            true,
        ),
        (
            Deed::Freeze,
            Needs {
                lapsed: true,
                ..none()
            },
            true,
        ),
        (
            Deed::Unfreeze,
            Needs {
                every_lot: true,
                ..none()
            },
            false,
        ),
        (
            released,
            Needs {
                grants: vec!["G1".into()],
                ..none()
            },
            false,
        ),
        (
            recorded,
            Needs {
                counted: Some("C1".into()),
                ..none()
            },
            true,
        ),
        (
            confirmed,
            Needs {
                receipt: Some("S".into()),
                ..none()
            },
            true,
        ),
        (
            dropped,
            Needs {
                receipt: Some("S".into()),
                ..none()
            },
            true,
        ),
        (adjusted, none(), false),
    ] {
        assert_eq!(deed.needs(), needs, "{deed:?}");
        assert_eq!(needs.is_about_more_than_the_account(), more, "{deed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn a_deed_needs_what_it_says_and_changes_nothing_where_it_fails(steps in steps()) {
        let rules = rules();
        let mut book = Book::default();
        let mut when = at("2026-03-01");
        for (n, step) in steps.iter().enumerate() {
            when += Duration::days(step.days + i64::from(step.which > 5) * 20);
            let before = book.account.clone();
            let mut now = advance(&rules, &mut book.account, when).now;
            // what time took is known to who comes late
            book.lapsed = before
                .lots()
                .iter()
                .zip(book.account.lots())
                .filter(|(was, is)| was.id == is.id && was.points > is.points)
                .map(|(was, is)| Lapsed { lot: was.id, points: was.points - is.points })
                .collect();
            if step.which > 4 {
                // it was done before, and arrives late
                now = advance(&rules, &mut book.account, when - Duration::days(25)).now;
            }
            if step.which == 7 {
                let id = GrantId::from(format!("G{n}"));
                let _ = grant(&mut book.account, &now, &id, Points(step.points.abs()));
            }
            let standing = if step.happened { Standing::Happened } else { Standing::Proposed };
            let deed = deed(step, n, &book);
            let mut lean = lean(&book, &deed);
            let untouched = book.clone();
            let done = apply(&rules, &mut book, &now, &deed, standing);
            let alike = apply(&rules, &mut lean, &now, &deed, standing);
            prop_assert_eq!(&done, &alike, "{:?}", deed);
            match done {
                Err(_) => {
                    prop_assert_eq!(&book.account, &untouched.account);
                    prop_assert_eq!(&book.receipts, &untouched.receipts);
                    prop_assert_eq!(&book.redemptions, &untouched.redemptions);
                }
                Ok(_) => {
                    for lot in lean.account.lots() {
                        prop_assert_eq!(book.account.lot(lot.id), Some(lot), "{:?}", deed);
                    }
                    // what was not loaded cannot be written: it must be as it was
                    for lot in untouched.account.lots() {
                        if lean.account.lot(lot.id).is_none() {
                            prop_assert_eq!(book.account.lot(lot.id), Some(lot), "{:?}", deed);
                        }
                    }
                    prop_assert_eq!(book.account.waiting(), lean.account.waiting());
                    prop_assert_eq!(book.account.debt(), lean.account.debt());
                    prop_assert_eq!(book.account.balance(), lean.account.balance());
                    prop_assert_eq!(book.account.is_frozen(), lean.account.is_frozen());
                }
            }
        }
    }
}
