//! `central program compare` on a ledger of many rows.

use std::time::Instant;

use brand_tools::compare::{Options, compare};
use centre::Centre;
use centre::catalogue;
use centre::ledger::{Ledger, Need, Purchase, PurchaseLine};
use centre::members::{self, NewMember};
use centre_store::tables::transfer;
use chrono::{DateTime, TimeDelta, Utc};
use loyalty::{Money, Points, Program, Standing};
use sea_orm::{EntityTrait, PaginatorTrait};

/// The bar for a million rows, in seconds.
const BAR: f64 = 60.0;
/// Purchases of one member.
const EACH: u32 = 40;
/// Members in one transaction.
const BATCH: u64 = 200;

fn program(version: u32, gold: u32) -> Program {
    let text = format!(
        r#"{{"version": {version}, "tiers": [{{"id": "silver"}},
            {{"id": "gold", "from": "{gold}", "multiplier": "1.2"}},
            {{"id": "black", "from": "10000", "multiplier": "1.5"}}]}}"#
    );
    Program::from_json(&text).unwrap()
}

/// Fills a database, compares two programs on it, and prints how long that took.
pub async fn measure(rows: u64) {
    let folder = tempfile::tempdir().unwrap();
    let url = centre_store::db::sqlite_in(folder.path()).unwrap();
    let centre = Centre::open(&url).await.unwrap();
    let published = program(1, 3_000);
    let clock = Instant::now();
    fill(&centre, &published, rows).await;
    let db = centre.db().read();
    let there = transfer::Entity::find().count(db).await.unwrap();
    println!(
        "{there} ledger rows made in {:.0} s",
        clock.elapsed().as_secs_f64()
    );
    let options = Options {
        progress: true,
        ..Options::default()
    };
    let clock = Instant::now();
    let found = compare(&centre, &program(2, 2_000), &options)
        .await
        .unwrap();
    let spent = clock.elapsed().as_secs_f64();
    let million = spent * 1e6 / found.rows as f64;
    println!(
        "compare: {} members, {} ledger rows in {spent:.1} s; {million:.1} s a million; bar {BAR:.0} s: {}",
        found.members,
        found.rows,
        if million <= BAR { "met" } else { "NOT MET" }
    );
    println!(
        "members who would have another tier: {}",
        found.tier_changes
    );
}

async fn fill(centre: &Centre, program: &Program, rows: u64) {
    let begin = centre::Clock::default().now() - TimeDelta::days(800);
    let mut work = centre.work().await.unwrap();
    let store = protocol::entity::Store {
        id: "S1".into(),
        name: "一店".into(),
        city: String::new(),
    };
    catalogue::put_store(&mut work, &store).await.unwrap();
    catalogue::publish_program(&mut work, program, begin)
        .await
        .unwrap();
    work.commit().await.unwrap();
    let mut n = 0;
    loop {
        let mut work = centre.work().await.unwrap();
        for _ in 0..BATCH {
            member(&mut work, program, n, begin).await;
            n += 1;
        }
        work.commit().await.unwrap();
        let made = transfer::Entity::find()
            .count(centre.db().read())
            .await
            .unwrap();
        if made >= rows {
            return;
        }
    }
}

async fn member(
    work: &mut centre::unit_of_work::UnitOfWork,
    program: &Program,
    n: u64,
    begin: DateTime<Utc>,
) {
    let new = NewMember {
        phone: format!("139{n:08}"),

        joined_at: begin,
        channel: "import".into(),
        ..NewMember::of(&"S1".into())
    };
    let member = members::create(work, program, new).await.unwrap();
    let need = Need::default();
    let mut ledger = Ledger::load(work.on(), program, &member.id, begin, &need)
        .await
        .unwrap()
        .unwrap();
    for i in 0..EACH {
        let at = begin
            + TimeDelta::days(i64::from(i) * 18)
            + TimeDelta::minutes(i64::try_from(n % 600).unwrap());
        let (now, _) = ledger.advance(program, at);
        let line = |sku: &str, fen: i64| PurchaseLine {
            sku: sku.into(),
            name: sku.into(),
            category: None,
            qty: 1,
            amount: Money::from_fen(fen),
        };
        let spread = i64::try_from(n % 97).unwrap();
        let purchase = Purchase {
            op_id: format!("import:S1/{n}-{i}").into(),
            store: "S1".into(),
            receipt_no: format!("{n}-{i}").into(),
            at,
            channel: "import".into(),
            lines: vec![line("SKU-1", 4_000 + 150 * spread), line("SKU-2", 2_990)],
            pay_points: Points::ZERO,
            spends: Vec::new(),
            holder: None,
            coupons: Vec::new(),
            shown_pay: None,
            credited: centre::ledger::Credited::default(),
            recorded: None,
        };
        ledger
            .purchase(program, &now, purchase, Standing::Happened)
            .unwrap();
    }
    ledger.advance(program, centre::Clock::default().now());
    ledger.save(work, program).await.unwrap();
}
