//! Sales that no till has confirmed: what of them counts, who confirms them, and what stands out.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{applied, in_order, listed};
use crate::common::{Bench, Counter, Engine, STORE, bench_on, by_id, sale};
use brand_tools::import::{ImportFiles, ImportReport, import};
use centre::awards::{self, Confirming, Which};
use centre::suspicious::{self, Span};
use centre_store::tables::{member, receipt};
use chrono::{Duration, Utc};
use loyalty::watch::Suspicion;
use loyalty::{Money, OpId, Points, Program};
use protocol::entity as wire;
use protocol::manage::{ManageAction, ManageReply, ManageRequest};
use protocol::operation::{Body, Operation, Return, Sale, SaleLine};
use protocol::push::{Effect, Outcome};
use sea_orm::{EntityTrait, QueryOrder};

/// A sale of so many yuan, recorded now.
async fn sold(bench: &Bench, counter: &mut Counter, member: &str, no: &str, yuan: i64) -> Effect {
    let body = Body::Sale(sale(no, yuan * 100, by_id(member)));
    applied(bench, counter, &body).await
}

async fn by_clerk(bench: &Bench, counter: &mut Counter, clerk: &str, body: &Body) -> Effect {
    let mut op: Operation = counter.append(body);
    op.clerk = clerk.into();
    op.hash = op.expected_hash();
    counter.head = op.hash;
    let results = counter.results(bench, &[op]).await;
    match &results[0].outcome {
        Outcome::Applied(effect) => effect.clone(),
        other => panic!("{other:?}"),
    }
}

async fn points(bench: &Bench, member: &str) -> (i64, i64) {
    (
        bench.balance_of(member, "available").await,
        bench.balance_of(member, "waiting").await,
    )
}

/// Row 9 of the attacks: a number that nobody checks, a million yuan a line, two hundred lines.
async fn a_receipt_that_was_made_up_brings_no_more_than_counts(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let line = SaleLine {
        sku: "A1".into(),
        name: "面霜".into(),
        category: None,
        qty: 1,
        amount: Money::from_fen(100_000_000),
    };
    let made_up = Sale {
        lines: vec![line; 200],
        ..sale("9001", 20_000_000_000, by_id(&member))
    };
    let effect = applied(&bench, &mut counter, &Body::Sale(made_up)).await;
    assert_eq!(effect.earned, Points(200_000_000));
    assert_eq!(effect.waiting, Points(200_000_000 - 20_000));
    assert_eq!(effect.balance, Points(20_000), "what waits is no balance");
    let seen = counter.sees(&bench, &member).await;
    assert_eq!(
        (seen.balance, seen.available),
        (Points(20_000), Points(20_000))
    );
    assert_eq!(seen.waiting, Points(199_980_000));
    assert_eq!(seen.qualifying, Money::from_fen(2_000_000));
    // as much as she likes in a day comes to no more than her day
    for n in 0..4 {
        sold(&bench, &mut counter, &member, &format!("91{n}"), 20_000).await;
    }
    assert_eq!(points(&bench, &member).await.0, 30_000);
    let grant = counter.grant(&bench, &member, Some(1_000_000)).await;
    let granted: Points = grant.grants.iter().map(|g| g.points).sum();
    assert!(granted <= Points(5_000), "no counter holds what waits");
    in_order(&bench).await;
}

/// A clerk's day has a ceiling over all members; names that no clerk has are one.
async fn a_clerks_day_has_a_ceiling_over_all_members(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let mut free = 0;
    for n in 0..8 {
        let member = bench.member(&format!("1380000567{n}"), 0).await;
        for half in 0..2 {
            let body = Body::Sale(sale(&format!("70{n}{half}"), 1_500_000, by_id(&member)));
            // every name is another, and none is a clerk's
            let name = format!("ghost-{n}-{half}");
            by_clerk(&bench, &mut counter, &name, &body).await;
        }
        free += points(&bench, &member).await.0;
    }
    assert_eq!(free, 200_000, "eight days of members are 240,000");
    // a clerk of the brand has a day of her own
    let member = bench.member("13800005699", 0).await;
    sold(&bench, &mut counter, &member, "7100", 15_000).await;
    assert_eq!(points(&bench, &member).await, (15_000, 0));
    in_order(&bench).await;
}

const MAP: &str = r#"
timezone = "Asia/Shanghai"
currency = "CNY"
[purchases]
member = "no"
store = "store"
receipt = "receipt"
time = "time"
sku = "sku"
qty = "qty"
amount = "amount"
"#;

/// The till's export: receipts of a member, now; the first and the last are of other days.
async fn till(bench: &Bench, member: &str, receipts: &[(&str, &str)]) -> ImportReport {
    let folder = tempfile::tempdir().unwrap();
    let row = member::Entity::find_by_id(protocol::MemberId::from(member))
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    let no = row.card_no;
    let now = Utc::now() + Duration::hours(8);
    let mut text = String::from("no,store,receipt,time,sku,qty,amount\n");
    let mut line = |receipt: &str, when: chrono::DateTime<Utc>, amount: &str| {
        let when = when.format("%Y-%m-%d %H:%M:%S");
        text.push_str(&format!("{no},{STORE},{receipt},{when},A1,2,{amount}\n"));
    };
    line("0001", now - Duration::days(3), "1.00");
    for (receipt, amount) in receipts {
        line(receipt, now - Duration::seconds(5), amount);
    }
    line("0002", now - Duration::days(2), "1.00");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files = ImportFiles {
        map: file("map.toml", MAP),
        purchases: Some(file("purchases.csv", &text)),
        rejects: folder.path().join("rejects"),
        ..ImportFiles::default()
    };
    import(&bench.centre, &files).await.unwrap()
}

async fn the_tills_record_confirms_and_its_amount_counts(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    sold(&bench, &mut counter, &member, "0100", 25_000).await;
    sold(&bench, &mut counter, &member, "0101", 1_000).await;
    sold(&bench, &mut counter, &member, "0102", 400).await;
    assert_eq!(points(&bench, &member).await, (21_400, 5_000));
    // the same, three quarters, and half as much again
    let rows = [("0100", "25000.00"), ("0101", "750.00"), ("0102", "600.00")];
    let report = till(&bench, &member, &rows).await;
    assert_eq!(
        (report.receipts_confirmed, report.receipts_differing),
        (3, 2)
    );
    assert_eq!(
        report.receipts_made, 2,
        "only those that no counter recorded"
    );
    assert_eq!(points(&bench, &member).await, (26_352, 0));
    let differs = "till_differs".to_owned();
    assert_eq!(
        listed(&bench).await,
        [(differs.clone(), 0, 0), (differs, 0, 0)]
    );
    in_order(&bench).await;
    // the same export again changes nothing
    let again = till(&bench, &member, &rows).await;
    assert_eq!((again.receipts_confirmed, again.receipts_made), (0, 0));
    assert_eq!(points(&bench, &member).await, (26_352, 0));
    // all of it comes back: nothing is left of it, nothing is owed
    for no in ["0100", "0101", "0102"] {
        let back = Body::Return(Return {
            receipt: no.into(),
            of: None,
            store: STORE.into(),
            lines: Vec::new(),
            reason: "other".into(),
            shown_refund: Money::ZERO,
            approval: None,
        });
        applied(&bench, &mut counter, &back).await;
    }
    assert_eq!(points(&bench, &member).await, (2, 0));
    assert_eq!(counter.sees(&bench, &member).await.debt, Points::ZERO);
    in_order(&bench).await;
}

async fn a_manager_confirms_what_others_recorded(engine: Engine) {
    let bench = bench_on(engine).await;
    let pin_hash = {
        use argon2::password_hash::{PasswordHasher, SaltString};
        let salt = SaltString::from_b64("c29tZXNhbHRzb21lc2FsdA").unwrap();
        let hash = argon2::Argon2::default().hash_password(b"2468", &salt);
        hash.unwrap().to_string()
    };
    let mut work = bench.centre.work().await.unwrap();
    let manager = wire::Clerk {
        id: "MG".into(),
        name: "林店长".into(),
        role: wire::Role::Manager,
        store: STORE.into(),
        pin_hash,
        pin_mark: None,
        active: true,
    };
    centre::catalogue::put_clerk(&mut work, &manager)
        .await
        .unwrap();
    work.commit().await.unwrap();
    let (a, b) = (
        bench.member("13800005678", 0).await,
        bench.member("13800005679", 0).await,
    );
    let mut counter = bench.counter(true).await;
    sold(&bench, &mut counter, &a, "0100", 50_000).await;
    let own = Body::Sale(sale("0101", 5_000_000, by_id(&b)));
    by_clerk(&bench, &mut counter, "MG", &own).await;
    let ask = |action| ManageRequest {
        clerk: "MG".into(),
        pin: "2468".into(),
        action,
    };
    let seen: ManageReply = counter
        .ask(&bench, "/v1/manage", &ask(ManageAction::Look))
        .await;
    let waiting: Vec<_> = seen
        .waiting
        .iter()
        .map(|w| (w.receipt.as_str(), w.waiting))
        .collect();
    assert_eq!(
        waiting,
        [("0101", Points(30_000)), ("0100", Points(30_000))]
    );
    let rules: Vec<Suspicion> = seen.suspicious.iter().map(|f| f.rule).collect();
    assert!(rules.contains(&Suspicion::OverCeiling), "{rules:?}");
    assert!(rules.contains(&Suspicion::UnknownProduct), "{rules:?}");
    let sales = seen.waiting.iter().map(|w| w.sale.clone()).collect();
    let after: ManageReply = counter
        .ask(&bench, "/v1/manage", &ask(ManageAction::Confirm { sales }))
        .await;
    let left: Vec<_> = after.waiting.iter().map(|w| w.receipt.as_str()).collect();
    assert_eq!(
        left,
        ["0101"],
        "nobody answers for what they recorded themselves"
    );
    assert_eq!(points(&bench, &a).await, (50_000, 0));
    assert_eq!(points(&bench, &b).await, (20_000, 30_000));
    in_order(&bench).await;
    // headquarters do, once
    let sale = OpId::from(after.waiting[0].sale.as_str());
    for (n, expected) in [
        Confirming::Confirmed {
            waited: Points(30_000),
        },
        Confirming::AlreadyConfirmed,
    ]
    .into_iter()
    .enumerate()
    {
        let mut work = bench.centre.work().await.unwrap();
        let by = awards::HEADQUARTERS;
        let became = awards::confirm(&mut work, &bench.program, &sale, None, by).await;
        assert_eq!(became.unwrap(), expected, "{n}");
        work.commit().await.unwrap();
    }
    assert_eq!(points(&bench, &b).await, (50_000, 0));
    in_order(&bench).await;
}

async fn what_waits_too_long_is_dropped_where_the_program_says_so(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    sold(&bench, &mut counter, &member, "0100", 50_000).await;
    let later = bench.centre.now() + Duration::days(31);
    assert_eq!(
        awards::drop_due(&bench.centre, later).await.unwrap(),
        0,
        "else it stays"
    );
    let drops = Program::from_json(r#"{"version": 2, "awards": {"drop_after_days": 30}}"#).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    centre::catalogue::publish_program(&mut work, &drops, centre::Clock::default().now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    // what the process knows of programs may be half a second old
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(
        awards::drop_due(&bench.centre, bench.centre.now())
            .await
            .unwrap(),
        0
    );
    assert_eq!(awards::drop_due(&bench.centre, later).await.unwrap(), 1);
    assert_eq!(points(&bench, &member).await, (20_000, 0));
    in_order(&bench).await;
    let which = Which::default();
    let open = awards::unconfirmed(bench.centre.db().read(), &which)
        .await
        .unwrap();
    assert_eq!(open.len(), 1, "still nobody confirmed it");
}

/// Row 15: a counter that names another store, an own purchase, a price that is not the catalogue's.
async fn what_stands_out_is_said_with_its_figures(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut work = bench.centre.work().await.unwrap();
    let product = wire::Product {
        sku: "A1".into(),
        name: "面霜".into(),
        price: Some(Money::from_fen(30_000)),
        ..product()
    };
    centre::catalogue::put_product(&mut work, &product)
        .await
        .unwrap();
    suspicious::set_clerk_phones(&work, &"C1".into(), &["13800005678".to_owned()])
        .await
        .unwrap();
    work.commit().await.unwrap();
    let mut counter = bench.counter(true).await;
    let elsewhere = Sale {
        store: "S2".into(),
        ..sale("0100", 60_000, by_id(&member))
    };
    applied(&bench, &mut counter, &Body::Sale(elsewhere)).await;
    sold(&bench, &mut counter, &member, "0101", 100).await;
    let now = bench.centre.now();
    let span = Span {
        from: now - Duration::days(2),
        before: now + Duration::days(1),
        store: None,
        imported: false,
    };
    let db = bench.centre.db().read();
    let found = suspicious::look(db, &bench.program, &span, now)
        .await
        .unwrap();
    let mut rules: Vec<_> = found.iter().map(|f| (f.rule, f.store.as_str())).collect();
    rules.sort_unstable();
    assert_eq!(
        rules,
        [
            (Suspicion::OtherStore, STORE),
            (Suspicion::OddAmount, STORE),
            (Suspicion::OwnPurchase, STORE),
            (Suspicion::OwnPurchase, STORE),
        ]
    );
    let odd = found
        .iter()
        .find(|f| f.rule == Suspicion::OddAmount)
        .unwrap();
    assert_eq!(
        (odd.amount, odd.against),
        (Money::from_fen(10_000), Some(Money::from_fen(60_000)))
    );
    let rows = receipt::Entity::find()
        .order_by_asc(receipt::Column::ReceiptNo)
        .all(db)
        .await
        .unwrap();
    let stores: Vec<_> = rows
        .iter()
        .map(|r| (r.store_id.to_string(), r.named_store.clone()))
        .collect();
    assert_eq!(
        stores,
        [
            ("S1".to_owned(), "S2".to_owned()),
            ("S1".to_owned(), "S1".to_owned())
        ]
    );
}

fn product() -> wire::Product {
    serde_json::from_str(r#"{"sku": "A1", "name": "面霜", "category": "", "active": true}"#)
        .unwrap()
}

on_both_engines!(
    a_receipt_that_was_made_up_brings_no_more_than_counts,
    a_clerks_day_has_a_ceiling_over_all_members,
    the_tills_record_confirms_and_its_amount_counts,
    a_manager_confirms_what_others_recorded,
    what_waits_too_long_is_dropped_where_the_program_says_so,
    what_stands_out_is_said_with_its_figures,
);
