//! Who gets the credit of a sale: kept as it was said, checked, told, and reported with what came back.

use crate::common::acts::{applied, by, done, done_at, in_order, listed, opened, outcomes};
use crate::common::{Bench, Counter, Engine, by_id, sale};
use central::commands::sales::{By, Line, Span, report};
use centre::catalogue;
use chrono::Duration;
use loyalty::Money;
use protocol::credit::Credit;
use protocol::entity::{self as wire, EntityKind};
use protocol::operation::{Body, Return, ReturnLine, Sale};
use protocol::push::{Outcome, SetAsideReason};

/// Who signs what the bench's counters do.
const SIGNER: &str = "C1";

/// The store's people: C1 signs, C2 works there, X2 in another store, L1 has left.
async fn staffed(engine: Engine) -> Bench {
    let bench = opened(engine).await;
    let mut work = bench.centre.work().await.unwrap();
    for (id, store, active) in [
        ("C1", "S1", true),
        ("C2", "S1", true),
        ("X2", "S2", true),
        ("L1", "S1", false),
    ] {
        let clerk = wire::Clerk {
            id: id.into(),
            name: format!("={id}"),
            role: wire::Role::Advisor,
            store: store.into(),
            pin_hash: String::new(),
            pin_mark: None,
            active,
        };
        catalogue::put_clerk(&mut work, &clerk).await.unwrap();
    }
    work.commit().await.unwrap();
    bench
}

fn credited(no: &str, fen: i64, member: &str, credit: Option<Credit>) -> Body {
    Body::Sale(Sale {
        credit,
        ..sale(no, fen, by_id(member))
    })
}

fn to(seller: Option<&str>, second: Option<&str>, reason: &str) -> Option<Credit> {
    Some(Credit {
        seller: seller.map(Into::into),
        second: second.map(Into::into),
        reason: reason.to_owned(),
    })
}

async fn receipt(bench: &Bench, counter: &Counter, no: &str) -> wire::Receipt {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    let all = pulled
        .changes
        .iter()
        .filter(|c| c.entity == EntityKind::Receipt.name());
    let mut all =
        all.map(|c| serde_json::from_str::<wire::Receipt>(c.body.as_ref().unwrap().get()).unwrap());
    all.find(|r| r.no == no).unwrap()
}

fn days(bench: &Bench, from: i64, to: i64) -> Span {
    let today = bench.program.business_date(centre::Clock::default().now());
    Span::of_days(
        &bench.program,
        today + Duration::days(from),
        today + Duration::days(to),
    )
}

async fn reported(bench: &Bench, span: &Span) -> Vec<Line> {
    report(bench.centre.db().read(), By::Clerk, span)
        .await
        .unwrap()
}

fn figures(line: &Line) -> (&str, u32, i64, i64, u32, i64) {
    (
        line.clerk.as_str(),
        line.sales,
        line.sold.fen(),
        line.returned.fen(),
        line.assisted_sales,
        line.assisted.fen(),
    )
}

async fn it_is_kept_as_it_was_said_and_told(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    for (no, credit, seller, second) in [
        ("T1", to(Some("C2"), Some("M1"), ""), Some("C2"), Some("M1")),
        ("T2", to(None, None, "own_purchase"), None, None),
        // nobody assists in what is nobody's
        ("T3", to(None, Some("C2"), "own_purchase"), None, None),
        // who has left since may have sold
        ("T4", to(Some("L1"), None, "served"), Some("L1"), None),
    ] {
        applied(&bench, &mut counter, &credited(no, 1_000, &member, credit)).await;
        let told = receipt(&bench, &counter, no).await;
        assert_eq!(told.seller, seller.map(Into::into), "{no}");
        assert_eq!(told.second, second.map(Into::into), "{no}");
    }
    assert!(listed(&bench).await.is_empty());
    // an older counter says nothing: the sale is its clerk's
    applied(&bench, &mut counter, &credited("T5", 1_000, &member, None)).await;
    let told = receipt(&bench, &counter, "T5").await;
    assert_eq!(told.seller, Some(SIGNER.into()));
    in_order(&bench).await;
}

async fn who_does_not_work_there_gets_nothing_and_the_manager_sees_it(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    for (no, credit) in [
        ("T1", to(Some("X2"), None, "served")),
        ("T2", to(Some("C2"), Some("X2"), "assisted")),
        ("T3", to(Some("nobody"), None, "served")),
    ] {
        applied(&bench, &mut counter, &credited(no, 1_000, &member, credit)).await;
        let told = receipt(&bench, &counter, no).await;
        assert_eq!(
            (told.seller, told.second),
            (Some(SIGNER.into()), None),
            "{no}"
        );
    }
    let reasons: Vec<String> = listed(&bench).await.into_iter().map(|(r, ..)| r).collect();
    assert_eq!(reasons, ["seller_unknown"; 3]);
    for (no, credit) in [
        ("T4", to(Some(""), None, "served")),
        ("T5", to(Some("C2"), Some("C2"), "served")),
        ("T6", to(Some(&"c".repeat(41)), None, "served")),
    ] {
        let op = done(&mut counter, &credited(no, 1_000, &member, credit));
        let outcome = outcomes(&bench, &counter, &[op]).await.remove(0);
        let malformed = SetAsideReason::Malformed;
        assert_eq!(outcome, Outcome::SetAside { reason: malformed }, "{no}");
    }
    in_order(&bench).await;
}

async fn what_comes_back_counts_against_the_same_seller_on_its_own_day(engine: Engine) {
    let bench = staffed(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let early = centre::Clock::default().now() - Duration::days(3);
    let ops = [
        done_at(
            &mut counter,
            &credited("T1", 30_000, &member, to(Some("C2"), Some("C1"), "")),
            early,
        ),
        done_at(
            &mut counter,
            &credited("T2", 10_000, &member, to(None, None, "own_purchase")),
            early,
        ),
    ];
    counter.results(&bench, &ops).await;
    let back = Return {
        receipt: "T1".into(),
        of: None,
        store: "S1".into(),
        lines: vec![ReturnLine {
            sku: "A1".into(),
            qty: 1,
            line: None,
        }],
        reason: "other".into(),
        shown_refund: Money::from_fen(15_000),
        approval: by("M1"),
    };
    applied(&bench, &mut counter, &Body::Return(back)).await;
    let all = reported(&bench, &days(&bench, -5, 0)).await;
    let all: Vec<_> = all.iter().map(figures).collect();
    assert_eq!(
        all,
        [
            ("C1", 0, 0, 0, 1, 15_000),
            ("C2", 1, 30_000, 15_000, 0, 0),
            ("", 1, 10_000, 0, 0, 0),
        ]
    );
    let then = reported(&bench, &days(&bench, -5, -1)).await;
    assert_eq!(figures(&then[1]), ("C2", 1, 30_000, 0, 0, 0));
    let today = reported(&bench, &days(&bench, 0, 0)).await;
    assert_eq!(figures(&today[1]), ("C2", 0, 0, 15_000, 0, 0));
    assert_eq!(today[1].net, Money::from_fen(-15_000));
    let by_store = report(bench.centre.db().read(), By::Store, &days(&bench, -5, 0))
        .await
        .unwrap();
    assert_eq!(by_store.len(), 1);
    assert_eq!(by_store[0].net, Money::from_fen(25_000));
    let elsewhere = Span {
        store: Some("S2".into()),
        ..days(&bench, -5, 0)
    };
    assert!(reported(&bench, &elsewhere).await.is_empty());
    in_order(&bench).await;
}

on_both_engines!(
    it_is_kept_as_it_was_said_and_told,
    who_does_not_work_there_gets_nothing_and_the_manager_sees_it,
    what_comes_back_counts_against_the_same_seller_on_its_own_day,
);
