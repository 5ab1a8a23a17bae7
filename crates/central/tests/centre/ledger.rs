//! The ledger on a real database: what history, sales and returns leave behind sums up.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, Store};
use centre::Centre;
use centre::catalogue;
use centre::ledger::{
    By, Credited, Ledger, Need, Purchase, PurchaseLine, StoredReceipt, receipt_by_id,
};
use centre::members::{self, NewMember};
use centre_store::tables::{balance, feed, lot, transfer};
use chrono::{DateTime, Duration, Utc};
use loyalty::{Money, Points, Program, ReturnOf, Standing};
use protocol::entity as wire;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

async fn centre(engine: Engine) -> (tempfile::TempDir, Store, Centre, Program) {
    let folder = tempfile::tempdir().unwrap();
    let kept = engine.store(folder.path());
    let centre = kept.open().await.unwrap();
    let program = Program::default();
    let mut work = centre.work().await.unwrap();
    let store = wire::Store {
        id: "S1".into(),
        name: "一店".into(),
        city: "上海".into(),
    };
    catalogue::put_store(&mut work, &store).await.unwrap();
    catalogue::publish_program(&mut work, &program, centre::Clock::default().now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    (folder, kept, centre, program)
}

fn sale(no: &str, at: DateTime<Utc>, qty: u32, fen: i64, pay_points: i64) -> Purchase {
    Purchase {
        op_id: format!("import:S1/{no}").into(),
        store: "S1".into(),
        receipt_no: no.into(),
        at,
        channel: "import".into(),
        lines: vec![PurchaseLine {
            sku: "A".into(),
            name: "面霜".into(),
            category: None,
            qty,
            amount: Money::from_fen(fen),
        }],
        pay_points: Points(pay_points),
        spends: Vec::new(),
        holder: None,
        coupons: Vec::new(),
        shown_pay: None,
        credited: Credited::default(),
        recorded: None,
    }
}

async fn history_sums_up_and_returns_end_where_they_began(engine: Engine) {
    let (_folder, _kept, centre, program) = centre(engine).await;
    let start = centre::Clock::default().now() - Duration::days(30);
    let mut work = centre.work().await.unwrap();
    let new = NewMember {
        phone: "13800005678".into(),
        joined_at: start,
        channel: "import".into(),
        ..NewMember::of(&"S1".into())
    };
    let member = members::create(&mut work, &program, new).await.unwrap();
    let need = Need::default();
    let mut ledger = Ledger::load(work.on(), &program, &member.id, start, &need)
        .await
        .unwrap()
        .unwrap();
    for (no, day, qty, fen, points) in [
        ("R1", 0, 2, 20_000, 0),
        ("R2", 1, 0, 5_000, 0),
        ("R3", 2, 1, 10_000, 100),
    ] {
        let at = start + Duration::days(day);
        let (now, _) = ledger.advance(&program, at);
        ledger
            .purchase(
                &program,
                &now,
                sale(no, at, qty, fen, points),
                Standing::Happened,
            )
            .unwrap();
    }
    ledger.save(&mut work, &program).await.unwrap();
    work.commit().await.unwrap();

    let shown = feed::Entity::find()
        .filter(feed::Column::Entity.eq("member"))
        .one(centre.db().read());
    let shown: wire::Member =
        serde_json::from_str(shown.await.unwrap().unwrap().body.unwrap().text()).unwrap();
    // 200 + 50 + floor(100 - 5) - 100
    assert_eq!(shown.balance, Points(245));
    assert_eq!(shown.receipts, 3);
    check_sums(&centre).await;

    // a return of everything: also of the line without a piece, which cannot come back
    for (no, left) in [("R3", 250), ("R1", 50), ("R2", 50)] {
        let mut work = centre.work().await.unwrap();
        let row = receipt_by_id(work.on(), &format!("import:S1/{no}").into())
            .await
            .unwrap()
            .unwrap();
        let stored = StoredReceipt::load(work.on(), row).await.unwrap();
        let need = Need {
            lots: stored.receipt.lots().collect(),
            ..Need::default()
        };
        let mut ledger = Ledger::load(work.on(), &program, &member.id, start, &need)
            .await
            .unwrap()
            .unwrap();
        let (now, _) = ledger.advance(&program, centre::Clock::default().now());
        ledger
            .return_goods(
                &program,
                &now,
                stored,
                &ReturnOf::All,
                By {
                    op_id: &no.into(),
                    store: Some(&"S1".into()),
                    whom: "",
                },
                Standing::Happened,
            )
            .unwrap();
        assert_eq!(ledger.account.balance(), Points(left), "{no}");
        ledger.save(&mut work, &program).await.unwrap();
        work.commit().await.unwrap();
        check_sums(&centre).await;
    }
}

/// I1 and I2, as far as they can be seen from here.
async fn check_sums(centre: &Centre) {
    let db = centre.db().read();
    let balances = balance::Entity::find().all(db).await.unwrap();
    let transfers = transfer::Entity::find().all(db).await.unwrap();
    for b in &balances {
        let moved: i64 = transfers
            .iter()
            .map(|t| {
                let to = if t.to_account == b.account {
                    t.points.get()
                } else {
                    0
                };
                let from = if t.from_account == b.account {
                    t.points.get()
                } else {
                    0
                };
                to - from
            })
            .sum();
        assert_eq!(moved, b.points.get(), "{}", b.account);
    }
    assert_eq!(balances.iter().map(|b| b.points.get()).sum::<i64>(), 0);
    let available = balances
        .iter()
        .find(|b| b.account == "available")
        .unwrap()
        .points
        .get();
    let lots = lot::Entity::find().all(db).await.unwrap();
    assert_eq!(
        lots.iter().map(|l| l.available.get()).sum::<i64>(),
        available
    );
}

async fn time_alone_expires_points_and_is_done_once(engine: Engine) {
    let (_folder, _kept, centre, program) = centre(engine).await;
    let start = centre::Clock::default().now();
    let mut work = centre.work().await.unwrap();
    for i in 0..130 {
        let new = NewMember {
            phone: format!("138000{i:05}"),
            joined_at: start,
            channel: "import".into(),
            ..NewMember::of(&"S1".into())
        };
        let member = members::create(&mut work, &program, new).await.unwrap();
        let need = Need::default();
        let mut ledger = Ledger::load(work.on(), &program, &member.id, start, &need)
            .await
            .unwrap()
            .unwrap();
        let (now, _) = ledger.advance(&program, start);
        let entered = sale(&format!("R{i}"), start, 1, 10_000, 0);
        ledger
            .purchase(&program, &now, entered, Standing::Happened)
            .unwrap();
        ledger.save(&mut work, &program).await.unwrap();
    }
    work.commit().await.unwrap();
    assert_eq!(
        centre::passing_time::bring_forward(&centre, start)
            .await
            .unwrap(),
        0
    );
    let later = start + Duration::days(400);
    assert_eq!(
        centre::passing_time::bring_forward(&centre, later)
            .await
            .unwrap(),
        130
    );
    assert_eq!(
        centre::passing_time::bring_forward(&centre, later)
            .await
            .unwrap(),
        0
    );
    let expired = balance::Entity::find().filter(balance::Column::Account.eq("expired"));
    let expired = expired.all(centre.db().read()).await.unwrap();
    assert_eq!(expired.iter().map(|b| b.points.get()).sum::<i64>(), 13_000);
}

on_both_engines!(
    history_sums_up_and_returns_end_where_they_began,
    time_alone_expires_points_and_is_done_once,
);
