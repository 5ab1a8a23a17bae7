//! What members tell of reactions: kept once with its day, told to no counter, erased on request.

use crate::common::acts::{in_order, listed, outcomes};
use crate::common::{Bench, Counter, Engine, bench_on, by_id, sale};
use centre::reactions::{Told, Which, erase, list};
use centre_store::tables::operation;
use chrono::{DateTime, Duration, Utc};
use loyalty::{Course, Doctor, Money, Onset, Place, Reaction, Severity, Sign};
use protocol::operation::{Body, Operation, REACTION, Return, ReturnLine};
use protocol::personal::PersonalField;
use protocol::push::{HeldReason, Outcome};
use sea_orm::EntityTrait;

const NOTE: &str = "第二天早上脸颊发烫";

fn said(sign: Sign) -> Reaction {
    Reaction {
        signs: [sign].into(),
        places: [Place::Face].into(),
        onset: Onset::Day,
        course: Course::Still,
        doctor: Doctor::No,
        note: NOTE.into(),
    }
}

/// A return with something beside it.
fn back(
    counter: &mut Counter,
    receipt: &str,
    qty: Option<u32>,
    value: &str,
    at: DateTime<Utc>,
) -> Operation {
    let line = |qty| ReturnLine {
        sku: "A1".into(),
        qty,
        line: None,
    };
    let body = Body::Return(Return {
        receipt: receipt.into(),
        of: None,
        store: "S1".into(),
        lines: qty.map(line).into_iter().collect(),
        reason: "reaction".into(),
        shown_refund: Money::from_fen(1_000),
        approval: None,
    });
    let personal = vec![PersonalField::commit(REACTION, value).unwrap()];
    counter.append_raw(body.kind(), body.to_json().unwrap(), personal, at)
}

fn told(reaction: &Reaction) -> String {
    serde_json::to_string(reaction).unwrap()
}

async fn all(bench: &Bench) -> Vec<Told> {
    list(bench.centre.db().read(), &Which::default())
        .await
        .unwrap()
}

async fn sent(bench: &Bench, counter: &Counter, op: &Operation) -> Outcome {
    outcomes(bench, counter, std::slice::from_ref(op))
        .await
        .remove(0)
}

async fn sold(bench: &Bench, counter: &mut Counter, member: &str, receipt: &str) {
    let op = counter.append(&Body::Sale(sale(receipt, 30_000, by_id(member))));
    assert!(matches!(
        sent(bench, counter, &op).await,
        Outcome::Applied(_)
    ));
}

async fn it_is_kept_once_with_its_day_and_no_counter_hears_of_it(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    sold(&bench, &mut counter, &member, "T1").await;
    sold(&bench, &mut counter, &member, "T2").await;
    let now = centre::Clock::default().now();
    let mild = back(
        &mut counter,
        "T1",
        Some(1),
        &told(&said(Sign::Itching)),
        now,
    );
    let grave = back(&mut counter, "T2", None, &told(&said(Sign::WholeBody)), now);
    for op in [&mild, &grave] {
        assert!(matches!(
            sent(&bench, &counter, op).await,
            Outcome::Applied(_)
        ));
    }
    // the same again, from an outbox that was not answered
    let again = outcomes(&bench, &counter, &[mild.clone(), grave.clone()]).await;
    assert!(again.iter().all(|o| matches!(o, Outcome::Exists(_))));
    let today = bench.program.business_date(now);
    let kept = all(&bench).await;
    let figures: Vec<_> = kept
        .iter()
        .map(|t| (t.severity, t.report_by, t.receipt.as_str()))
        .collect();
    let by = |days| today + Duration::days(days);
    assert_eq!(
        figures,
        [
            (Severity::Serious, by(15), "T2"),
            (Severity::General, by(30), "T1"),
        ]
    );
    let one = &kept[1];
    assert_eq!(one.op_id.as_str(), mild.op_id.to_string());
    assert_eq!((one.learned, one.store.0.as_str()), (by(0), "S1"));
    assert_eq!(one.member, Some(member.as_str().into()));
    assert_eq!(one.said, Some(said(Sign::Itching)));
    let came: Vec<_> = kept
        .iter()
        .map(|t| (t.goods[0].0.sku.as_str(), t.goods[0].0.qty, t.goods.len()))
        .collect();
    assert_eq!(came[1], ("A1", 1, 1));
    assert_eq!(came[0].0, "A1");
    let elsewhere = Which {
        store: Some("S2".into()),
        ..Which::default()
    };
    let yesterday = Which {
        to: Some(today - Duration::days(1)),
        ..Which::default()
    };
    for none in [elsewhere, yesterday] {
        assert_eq!(list(bench.centre.db().read(), &none).await.unwrap(), []);
    }
    for scope in ["store:S1".to_owned(), format!("device:{}", counter.device)] {
        let feed = counter.pull(&bench, &scope, 0).await;
        let feed = serde_json::to_string(&feed).unwrap();
        assert!(!feed.contains(NOTE) && !feed.contains("itching"), "{scope}");
    }
    in_order(&bench).await;
}

async fn one_that_waits_for_its_sale_is_of_the_day_on_which_it_was_told(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let mut till = bench.counter(true).await;
    // the counter heard the centre an hour before, so that this is its time
    let then = centre::Clock::default().now() - Duration::days(3);
    let op = back(&mut counter, "T7", Some(1), &told(&said(Sign::Rash)), then);
    let held = sent(&bench, &counter, &op).await;
    let waits = HeldReason::ReceiptUnknown;
    assert_eq!(held, Outcome::Held { reason: waits });
    assert_eq!(all(&bench).await, []);
    let mut before = sale("T7", 30_000, by_id(&member));
    before.store = "S1".into();
    let body = Body::Sale(before);
    let sale = till.append_raw(
        "sale",
        body.to_json().unwrap(),
        Vec::new(),
        then - Duration::hours(1),
    );
    assert!(matches!(
        sent(&bench, &till, &sale).await,
        Outcome::Applied(_)
    ));
    let kept = all(&bench).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].learned, bench.program.business_date(then));
    assert_eq!(kept[0].member, Some(member.as_str().into()));
    in_order(&bench).await;
}

async fn erased_it_is_nowhere_and_the_books_still_hold(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let other = bench.member("13800005679", 0).await;
    let mut counter = bench.counter(true).await;
    sold(&bench, &mut counter, &member, "T1").await;
    sold(&bench, &mut counter, &other, "T2").await;
    let now = centre::Clock::default().now();
    let hers = back(&mut counter, "T1", Some(1), &told(&said(Sign::Rash)), now);
    let theirs = back(
        &mut counter,
        "T2",
        Some(1),
        &told(&said(Sign::Peeling)),
        now,
    );
    for op in [&hers, &theirs] {
        sent(&bench, &counter, op).await;
    }
    let before = all(&bench).await;
    let work = bench.centre.work().await.unwrap();
    assert_eq!(erase(&work, &member.as_str().into()).await.unwrap(), 1);
    work.commit().await.unwrap();
    let after = all(&bench).await;
    assert_eq!(after.len(), 2, "the brand misses no date");
    let gone = after
        .iter()
        .find(|t| t.op_id.as_str() == hers.op_id.to_string())
        .unwrap();
    assert_eq!((gone.member.clone(), gone.said.clone()), (None, None));
    assert_eq!(gone.report_by, before[0].report_by);
    let kept = after.iter().find(|t| t.op_id != gone.op_id).unwrap();
    assert_eq!(kept.said, Some(said(Sign::Peeling)));
    let rows = operation::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let with: Vec<_> = rows
        .iter()
        .filter(|r| r.openings.text().contains(NOTE))
        .collect();
    assert_eq!(with.len(), 1, "only the other's");
    assert_eq!(*with[0].op_id, theirs.op_id);
    in_order(&bench).await;
}

async fn what_cannot_be_read_keeps_nobody_from_her_money(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let now = centre::Clock::default().now();
    for (receipt, value) in [("T1", "{"), ("T2", r#"{"signs":[]}"#)] {
        sold(&bench, &mut counter, &member, receipt).await;
        let op = back(&mut counter, receipt, Some(1), value, now);
        assert!(matches!(
            sent(&bench, &counter, &op).await,
            Outcome::Applied(_)
        ));
    }
    // one whose words were erased before it came says nothing
    sold(&bench, &mut counter, &member, "T3").await;
    let mut op = back(&mut counter, "T3", Some(1), &told(&said(Sign::Rash)), now);
    op.personal[0].erase();
    assert!(matches!(
        sent(&bench, &counter, &op).await,
        Outcome::Applied(_)
    ));
    // and a value of a later version is nobody's business
    sold(&bench, &mut counter, &member, "T4").await;
    let mut later = back(&mut counter, "T4", Some(1), "", now);
    let fields = vec![PersonalField::commit("member.of_later", "x").unwrap()];
    counter.seq -= 1;
    counter.head = later.prev_hash;
    later = counter.append_raw("return", later.body, fields, now);
    assert!(matches!(
        sent(&bench, &counter, &later).await,
        Outcome::Applied(_)
    ));
    assert_eq!(all(&bench).await, []);
    let reasons: Vec<String> = listed(&bench).await.into_iter().map(|(r, ..)| r).collect();
    assert_eq!(reasons, ["reaction_unreadable"; 2]);
    in_order(&bench).await;
}

on_both_engines!(
    it_is_kept_once_with_its_day_and_no_counter_hears_of_it,
    one_that_waits_for_its_sale_is_of_the_day_on_which_it_was_told,
    erased_it_is_nowhere_and_the_books_still_hold,
    what_cannot_be_read_keeps_nobody_from_her_money,
);
