//! A receipt is a store's, and a business time's.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{in_order, listed, outcomes};
use crate::common::{Bench, Counter, Engine, bench_on, by_id, sale};
use centre_store::tables::{held, receipt};
use chrono::{DateTime, Duration, Utc};
use loyalty::{Money, Points};
use protocol::operation::{Body, MemberRef, Operation, Return, ReturnLine, Sale, SaleLine, SoldAs};
use protocol::push::{Effect, HeldReason, Outcome};
use sea_orm::{EntityTrait, QueryOrder};

fn at(counter: &mut Counter, body: &Body, at: DateTime<Utc>) -> Operation {
    counter.append_raw(body.kind(), body.to_json().unwrap(), Vec::new(), at)
}

fn back(receipt: &str, of: Option<&Operation>) -> Return {
    Return {
        receipt: receipt.into(),
        of: of.map(|op| SoldAs {
            store: "S1".into(),
            id: Some(op.op_id.to_string()),
            at: Some(op.at),
        }),
        store: "S1".into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::ZERO,
        approval: None,
    }
}

async fn one(bench: &Bench, counter: &Counter, op: &Operation) -> Outcome {
    outcomes(bench, counter, std::slice::from_ref(op))
        .await
        .remove(0)
}

async fn applied(bench: &Bench, counter: &Counter, op: &Operation) -> Effect {
    match one(bench, counter, op).await {
        Outcome::Applied(effect) => effect,
        other => panic!("{other:?}"),
    }
}

/// Money given back, by number and store, in the order of time.
async fn refunds(bench: &Bench) -> Vec<(String, String, i64)> {
    let rows = receipt::Entity::find()
        .order_by_asc(receipt::Column::At)
        .all(bench.centre.db().read())
        .await
        .unwrap();
    rows.into_iter()
        .map(|r| {
            (
                r.store_id.to_string(),
                r.receipt_no.to_string(),
                r.refunded_fen.fen(),
            )
        })
        .collect()
}

async fn a_number_is_its_stores_and_comes_again_in_time(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let now = centre::Clock::default().now();
    let sold = |fen| Body::Sale(sale("0042", fen, by_id(&member)));
    let there = Sale {
        store: "S2".into(),
        ..sale("0042", 20_000, by_id(&member))
    };
    let june = at(&mut counter, &sold(20_000), now - Duration::days(150));
    let may = at(&mut counter, &sold(30_000), now - Duration::days(40));
    let today = at(&mut counter, &sold(20_000), now);
    let mut far = bench.counter_of("S2", true).await;
    let elsewhere = at(&mut far, &Body::Sale(there), now);
    for op in [&june, &may, &today] {
        applied(&bench, &counter, op).await;
    }
    applied(&bench, &far, &elsewhere).await;
    assert_eq!(listed(&bench).await, [], "nothing is in doubt");
    // each return is of the sale that the screen showed
    let which = at(&mut counter, &Body::Return(back("0042", Some(&may))), now);
    assert_eq!(
        applied(&bench, &counter, &which).await.taken_back,
        Points(300)
    );
    // a counter that says only the number means the newest of this store that stands
    let newest = at(&mut counter, &Body::Return(back("0042", None)), now);
    assert_eq!(
        applied(&bench, &counter, &newest).await.sale,
        Some(today.op_id.to_string())
    );
    let own = |no: &str, fen| ("S1".to_owned(), no.to_owned(), fen);
    let refunded = refunds(&bench).await;
    assert_eq!(refunded[..2], [own("0042", 0), own("0042", 30_000)]);
    assert!(refunded.contains(&own("0042", 20_000)));
    assert!(refunded.contains(&("S2".to_owned(), "0042".to_owned(), 0)));
    in_order(&bench).await;
}

async fn two_tills_of_one_store_both_count(engine: Engine) {
    let bench = bench_on(engine).await;
    let (a, b) = (
        bench.member("13800005678", 0).await,
        bench.member("13800005679", 0).await,
    );
    let mut one_till = bench.counter(true).await;
    let mut other = bench.counter(true).await;
    let first = one_till.append(&Body::Sale(sale("0100", 20_000, by_id(&a))));
    applied(&bench, &one_till, &first).await;
    let second = other.append(&Body::Sale(sale("0100", 30_000, by_id(&b))));
    let effect = applied(&bench, &other, &second).await;
    assert_eq!(
        (effect.earned, effect.loss_reason.as_deref()),
        (Points(300), Some("same_number"))
    );
    assert_eq!(listed(&bench).await, [("same_number".to_owned(), 0, 0)]);
    // a true double is one sale, and a return of the second recording is of it
    let double = other.append(&Body::Sale(sale("０１００", 20_000, by_id(&a))));
    let Outcome::Exists(effect) = one(&bench, &other, &double).await else {
        panic!("recorded twice")
    };
    assert_eq!(effect.sale, Some(first.op_id.to_string()));
    let undone = other.append(&Body::Return(back("0100", Some(&double))));
    assert_eq!(
        applied(&bench, &other, &undone).await.taken_back,
        Points(200)
    );
    // what came back whole bars nothing: it is recorded rightly
    let rightly = other.append(&Body::Sale(sale("0100", 21_000, by_id(&a))));
    assert_eq!(applied(&bench, &other, &rightly).await.earned, Points(210));
    // a clerk who said that it is another one is believed
    let told = Sale {
        new_sale: true,
        ..sale("0100", 21_000, by_id(&a))
    };
    let told = other.append(&Body::Sale(told));
    applied(&bench, &other, &told).await;
    in_order(&bench).await;
}

async fn what_nobody_bought_comes_to_life_for_nobody(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let held_for = |outcome: &Outcome, reason| *outcome == Outcome::Held { reason };
    let sold = counter.sale_for_phone("X-3", 20_000, "13799990001");
    assert!(held_for(
        &one(&bench, &counter, &sold).await,
        HeldReason::MemberUnknown
    ));
    let part = Return {
        lines: vec![ReturnLine {
            sku: "A1".into(),
            qty: 1,
            line: Some(1),
        }],
        ..back("X-3", Some(&sold))
    };
    let part = counter.append(&Body::Return(part));
    assert!(held_for(
        &one(&bench, &counter, &part).await,
        HeldReason::ReceiptUnknown
    ));
    // a counter of an older build names the number alone
    let rest = counter.append(&Body::Return(back("x-3", None)));
    assert_eq!(applied(&bench, &counter, &rest).await, Effect::default());
    let again = outcomes(&bench, &counter, &[sold, part, rest]).await;
    assert!(
        again
            .iter()
            .all(|o| matches!(o, Outcome::Exists(e) if *e == Effect::default())),
        "{again:?}"
    );
    let waiting = held::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert!(waiting.is_empty());
    // she who has the number later has nothing of it, and the number is free
    let member = bench.member("13799990001", 0).await;
    let mut work = bench.centre.work().await.unwrap();
    let row = centre::members::by_id(work.on(), &member.as_str().into())
        .await
        .unwrap()
        .unwrap();
    let tried = centre::operations::retry_for_member(&bench.centre, &mut work, &row)
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(tried, 0);
    let rightly = counter.append(&Body::Sale(sale("X-3", 20_000, by_id(&member))));
    assert_eq!(
        applied(&bench, &counter, &rightly).await.earned,
        Points(200)
    );
    in_order(&bench).await;
}

async fn a_return_waits_for_its_own_store_and_finds_any_spelling(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let early: Vec<Operation> = ["Ａ-9", "000777", "0088"]
        .map(|no| {
            counter.append(&Body::Return(Return {
                approval: (no != "Ａ-9").then(|| protocol::operation::Approval {
                    manager: "C9".into(),
                    reason: "other".into(),
                }),
                ..back(no, None)
            }))
        })
        .into();
    let waits = outcomes(&bench, &counter, &early).await;
    assert!(
        waits.iter().all(|o| matches!(o, Outcome::Held { .. })),
        "{waits:?}"
    );
    let mut other = bench.counter(true).await;
    let mut far = bench.counter_of("S2", true).await;
    let there = Sale {
        store: "S2".into(),
        ..sale("0088", 20_000, by_id(&member))
    };
    let arrive = [
        other.append(&Body::Sale(sale("a\u{200B}–9", 20_000, by_id(&member)))),
        other.append(&Body::Sale(sale("777", 30_000, by_id(&member)))),
    ];
    outcomes(&bench, &other, &arrive).await;
    let elsewhere = far.append(&Body::Sale(there));
    outcomes(&bench, &far, &[elsewhere]).await;
    let then = outcomes(&bench, &counter, &early).await;
    let back: Vec<_> = then
        .iter()
        .map(|o| matches!(o, Outcome::Exists(_)))
        .collect();
    assert_eq!(
        back,
        [true, true, false],
        "another store's number is no answer"
    );
    in_order(&bench).await;
}

async fn the_line_that_was_picked_comes_back(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let line = |fen| SaleLine {
        sku: "A1".into(),
        name: "面霜".into(),
        category: None,
        qty: 1,
        amount: Money::from_fen(fen),
    };
    let sold = Sale {
        lines: vec![line(68_000), line(34_000)],
        ..sale("T1", 102_000, by_id(&member))
    };
    let sold = counter.append(&Body::Sale(sold));
    let of_line = |line| Return {
        lines: vec![ReturnLine {
            sku: "A1".into(),
            qty: 1,
            line,
        }],
        ..back("T1", Some(&sold))
    };
    applied(&bench, &counter, &sold).await;
    let second = counter.append(&Body::Return(of_line(Some(2))));
    assert_eq!(
        applied(&bench, &counter, &second).await.taken_back,
        Points(340)
    );
    // the line is empty: nothing more of it, whatever else is left
    let again = counter.append(&Body::Return(of_line(Some(2))));
    let again = applied(&bench, &counter, &again).await;
    assert_eq!(
        (again.taken_back, again.loss_reason.as_deref()),
        (Points(0), Some("over_returned"))
    );
    // from before lines were named: the one that is left
    let first = counter.append(&Body::Return(of_line(None)));
    assert_eq!(
        applied(&bench, &counter, &first).await.taken_back,
        Points(680)
    );
    in_order(&bench).await;
}

async fn members_by_code_are_told_apart(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let code = MemberRef::Code {
        code: "CARD-7".into(),
    };
    let sold = counter.append(&Body::Sale(sale("T7", 20_000, code)));
    let waits = one(&bench, &counter, &sold).await;
    assert!(matches!(waits, Outcome::Held { .. }), "{waits:?}");
    // another's sale under the number counts, and does not wait for that one
    let member = bench.member("13800005678", 0).await;
    let other = counter.append(&Body::Sale(sale("T7", 20_000, by_id(&member))));
    assert_eq!(applied(&bench, &counter, &other).await.earned, Points(200));
    in_order(&bench).await;
}

on_both_engines!(
    a_number_is_its_stores_and_comes_again_in_time,
    two_tills_of_one_store_both_count,
    what_nobody_bought_comes_to_life_for_nobody,
    a_return_waits_for_its_own_store_and_finds_any_spelling,
    the_line_that_was_picked_comes_back,
    members_by_code_are_told_apart,
);
