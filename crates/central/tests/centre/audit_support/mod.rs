//! A story in which everything happens that an audit looks at, and planting what must never be.

// each test file uses its part; a test's helper fails by panicking
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use centre::audit;
use centre::audit::Report;
use centre::feed::{self, Changed};
use centre::{logbook, operations, rights};
use centre_store::column::Col;
use centre_store::db::WriteTransaction;
use centre_store::tables::redemption as redemption_row;
use centre_store::tables::{coupon, feed as feed_row, member, quarantined, receipt};
use loyalty::Points;
use protocol::entity::EntityKind;
use protocol::grant::{Grant, GrantReply};
use protocol::ids::{MemberId, RequestId};
use protocol::operation::{
    Behaviour, Body, Operation, Profile, Release, Return, ReturnLine, Reveal, Reversal, Sale, Spend,
};
use protocol::profile::{Consents, Fields};
use protocol::push::{Outcome, PushReply};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
};

use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};

/// A phone number that nobody has.
const STRANGER: &str = "13900001111";

/// What there is after the story.
pub struct Story {
    pub bench: Bench,
    /// A member with points, of whom every counter held some.
    pub rich: String,
    /// A member who owes points, with points in escrow beside.
    pub owing: String,
    /// A member with coupons: `K1` was used on `T9`, `K2` is held, `K3` is free.
    pub collector: String,
    /// The counter with the long day.
    pub busy: Counter,
    /// Two of its allowances of the rich member: points of the first were spent, of the second released.
    pub spent: String,
    pub released: String,
    /// The counter that was written off and delivered late.
    pub lost: Counter,
    /// The counter whose fork was resolved.
    pub forked: Counter,
    /// The counter that holds coupons.
    pub holder: Counter,
}

fn back(receipt: &str, lines: Vec<ReturnLine>) -> Body {
    Body::Return(Return {
        receipt: receipt.into(),
        of: None,
        store: "S1".into(),
        lines,
        reason: "allergy".into(),
        shown_refund: loyalty::Money::ZERO,
        approval: None,
    })
}

fn release(member: &str, grant: &Grant, points: i64) -> Body {
    Body::Release(Release {
        grant: grant.grant,
        member: member.into(),
        points: Points(points),
        coupon: None,
    })
}

async fn granted(bench: &Bench, counter: &Counter, member: &str, points: i64) -> Grant {
    let mut reply = counter.grant(bench, member, Some(points)).await;
    assert_eq!(reply.grants[0].points, Points(points), "{reply:?}");
    reply.grants.remove(0)
}

pub async fn told(engine: Engine) -> Story {
    let bench = bench_on(engine).await;
    let rich = bench.member("13800000001", 2_000).await;
    let owing = bench.member("13800000002", 0).await;
    let collector = bench.member("13800000003", 100).await;
    let mut busy = bench.counter(true).await;
    let mut lost = bench.counter(true).await;
    let mut forked = bench.counter(true).await;
    let mut holder = bench.counter(false).await;
    let (spent, released) = long_day(&bench, &mut busy, &rich).await;
    debt(&bench, &mut busy, &owing).await;
    recorded_twice(&bench, &mut busy, &mut holder, &rich).await;
    late(&bench, &mut lost, &rich).await;
    fork(&bench, &mut forked, &rich).await;
    left_quarantined(&bench, &rich).await;
    coupons(&bench, &mut holder, &collector).await;
    acts(&bench, &mut busy, &rich).await;
    gone(&bench, &mut busy).await;
    Story {
        bench,
        rich,
        owing,
        collector,
        busy,
        spent,
        released,
        lost,
        forked,
        holder,
    }
}

/// Sales, points as payment, returns, a release, what must wait and what is set aside.
async fn long_day(bench: &Bench, counter: &mut Counter, member: &str) -> (String, String) {
    counter.grant(bench, member, None).await;
    let one = granted(bench, counter, member, 200).await;
    let two = granted(bench, counter, member, 100).await;
    let mut paid: Sale = sale("T2", 20_000, by_id(member));
    paid.pay_points = Points(40);
    paid.spends = vec![Spend {
        grant: one.grant,
        points: Points(40),
    }];
    let ops = [
        counter.append(&Body::Sale(sale("T1", 20_000, by_id(member)))),
        counter.sale_for_phone("T3", 5_000, STRANGER),
        counter.append(&redemption(member, &[(&one, 60)])),
        counter.append(&Body::Sale(paid)),
        counter.append(&back("T2", Vec::new())),
        counter.append(&back(
            "T1",
            vec![ReturnLine {
                sku: "A1".into(),
                qty: 1,
                line: None,
            }],
        )),
        counter.append(&Body::Reveal(Reveal {
            member: member.into(),
            date: "2026-05-20".parse().unwrap(),
        })),
        counter.append_raw(
            "sale",
            serde_json::value::to_raw_value(&serde_json::json!({})).unwrap(),
            Vec::new(),
            centre::Clock::default().now(),
        ),
        counter.append(&release(member, &two, 30)),
    ];
    let outcomes = outcomes(bench, counter, &ops).await;
    assert!(matches!(outcomes[1], Outcome::Held { .. }));
    assert!(matches!(outcomes[7], Outcome::SetAside { .. }));
    assert!(matches!(&outcomes[3], Outcome::Applied(e) if e.spent == Points(40)));
    (one.grant.to_string(), two.grant.to_string())
}

async fn outcomes(bench: &Bench, counter: &Counter, ops: &[Operation]) -> Vec<Outcome> {
    let results = counter.results(bench, ops).await;
    results.into_iter().map(|r| r.outcome).collect()
}

/// She earns, a counter is given most of it, and what brought it comes back.
async fn debt(bench: &Bench, counter: &mut Counter, member: &str) {
    let sold = [counter.append(&Body::Sale(sale("T4", 10_000, by_id(member))))];
    counter.results(bench, &sold).await;
    granted(bench, counter, member, 80).await;
    let returned = [counter.append(&back("T4", Vec::new()))];
    counter.results(bench, &returned).await;
    assert_eq!(bench.balance_of(member, "debt").await, -80);
}

/// The same operation arrives from two counters.
async fn recorded_twice(bench: &Bench, one: &mut Counter, two: &mut Counter, member: &str) {
    let body = Body::Sale(sale("T5", 3_000, by_id(member)));
    let op = one.append(&body);
    let mut same = two.append_raw("sale", body.to_json().unwrap(), Vec::new(), op.at);
    same.op_id = op.op_id;
    same.hash = same.expected_hash();
    two.head = same.hash;
    one.results(bench, &[op]).await;
    let outcomes = outcomes(bench, two, &[same]).await;
    assert!(matches!(outcomes[0], Outcome::Exists(_)), "{outcomes:?}");
}

/// Written off, then it brings what it spent: the store bears it.
async fn late(bench: &Bench, counter: &mut Counter, member: &str) {
    let grant = granted(bench, counter, member, 100).await;
    centre::write_off::write_off(&bench.centre, counter.device, "M1")
        .await
        .unwrap();
    let ops = [counter.append(&redemption(member, &[(&grant, 90)]))];
    let outcomes = outcomes(bench, counter, &ops).await;
    assert!(matches!(&outcomes[0], Outcome::Applied(e) if e.loss == Points(90)));
}

/// Two copies of one disk spend the same points; a manager resolves it.
async fn fork(bench: &Bench, counter: &mut Counter, member: &str) {
    let grant = granted(bench, counter, member, 50).await;
    let ops = [counter.append(&redemption(member, &[(&grant, 10)]))];
    counter.results(bench, &ops).await;
    let mut copy = counter.clone();
    let ops = [counter.append(&redemption(member, &[(&grant, 30)]))];
    counter.results(bench, &ops).await;
    let ops = [copy.append(&redemption(member, &[(&grant, 25)]))];
    let reply = copy.push(bench, &ops).await;
    assert!(matches!(reply, PushReply::Quarantined { .. }), "{reply:?}");
    let resolved = operations::resolve(&bench.centre, counter.device, "M1")
        .await
        .unwrap();
    assert_eq!((resolved.applied, resolved.branches), (1, 2));
    assert!(bench.balance_of(member, "loss:S1").await < -90);
}

/// A fork that nobody has resolved.
async fn left_quarantined(bench: &Bench, member: &str) {
    let mut counter = bench.counter(true).await;
    granted(bench, &counter, member, 20).await;
    let mut copy = counter.clone();
    let ops = [counter.append(&Body::Sale(sale("T6", 1_000, by_id(member))))];
    counter.results(bench, &ops).await;
    let ops = [copy.append(&Body::Sale(sale("T7", 1_000, by_id(member))))];
    let reply = copy.push(bench, &ops).await;
    assert!(matches!(reply, PushReply::Quarantined { .. }), "{reply:?}");
}

async fn coupons(bench: &Bench, counter: &mut Counter, member: &str) {
    let mut work = bench.centre.work().await.unwrap();
    for id in ["K1", "K2", "K3"] {
        let document = format!(r#"{{"id":"{id}","kind":"amount_off","amount":"10.00"}}"#);
        let document: loyalty::Coupon = serde_json::from_str(&document).unwrap();
        let row = coupon::ActiveModel {
            member_id: Set(member.into()),
            id: Set(id.into()),
            document: Set(serde_json::to_string(&document).unwrap()),
            ..Default::default()
        };
        row.insert(work.on()).await.unwrap();
        work.changed(Changed::of(
            EntityKind::Coupon,
            MemberId::from(member),
            id.to_owned(),
        ));
    }
    work.commit().await.unwrap();
    for id in ["K1", "K2"] {
        // as a counter of any version writes it
        let request = serde_json::json!({
            "request_id": RequestId::fresh(),
            "wants": [{"member": member, "coupon": id}],
        });
        let reply: GrantReply = counter.ask(bench, "/v1/grant", &request).await;
        assert_eq!(reply.grants.len(), 1, "{reply:?}");
    }
    let mut sold: Sale = sale("T9", 8_000, by_id(member));
    sold.coupons = vec!["K1".to_owned()];
    let ops = [counter.append(&Body::Sale(sold))];
    let outcomes = outcomes(bench, counter, &ops).await;
    assert!(matches!(&outcomes[0], Outcome::Applied(_)), "{outcomes:?}");
}

/// A redemption undone, and a behaviour beyond its limit.
async fn acts(bench: &Bench, counter: &mut Counter, member: &str) {
    let grant = granted(bench, counter, member, 20).await;
    let redeemed = counter.append(&redemption(member, &[(&grant, 15)]));
    let undone = counter.append(&Body::Reversal(Reversal {
        of: redeemed.op_id.to_string().into(),
        member: member.into(),
        store: "S1".into(),
        reason: "mistake".into(),
        shown_back: Points(15),
        approval: None,
    }));
    let check_in = Body::Behaviour(Behaviour {
        member: member.into(),
        store: "S1".into(),
        behaviour: "check_in".into(),
        shown_points: Points(5),
    });
    let ops = [
        redeemed,
        undone,
        counter.append(&check_in),
        counter.append(&check_in),
    ];
    let outcomes = outcomes(bench, counter, &ops).await;
    assert!(matches!(&outcomes[1], Outcome::Applied(e) if e.given_back == Points(15)));
    assert!(matches!(&outcomes[3], Outcome::Applied(e) if e.loss == Points(5)));
}

/// A member who told something in an operation's text, and was erased; and the log's end, signed.
async fn gone(bench: &Bench, counter: &mut Counter) {
    let member = bench.member("13800000009", 30).await;
    let told = Profile {
        member: member.as_str().into(),
        seen: 0,
        set: Fields {
            birthday: "1990-05-06".parse().ok(),
            ..Fields::default()
        },
        allergies_add: Vec::new(),
        allergies_remove: Vec::new(),
        consents: Consents::default(),
    };
    let ops = [
        counter.append(&Body::Sale(sale("T77", 5_000, by_id(&member)))),
        counter.append(&Body::Profile(told)),
    ];
    let outcomes = outcomes(bench, counter, &ops).await;
    assert!(outcomes.iter().all(|o| matches!(o, Outcome::Applied(_))));
    let id = MemberId::from(member.as_str());
    let done = rights::erase(&bench.centre, &id, "asked").await.unwrap();
    assert_eq!(done.bodies, 1);
    logbook::checkpoint(&bench.centre).await.unwrap().unwrap();
}

impl Story {
    /// Plants rows by SQL, lets the feed follow where that is not what is planted, audits, and takes all
    /// of it back.
    pub async fn with(&self, planted: &[String], feed_follows: bool) -> Report {
        let transaction = self.bench.centre.db().begin().await.unwrap();
        lift_constraints(&transaction).await;
        unseal(transaction.on()).await;
        for sql in planted {
            let done = transaction.on().execute_unprepared(sql).await;
            let done = done.unwrap_or_else(|e| panic!("{sql}: {e}"));
            assert!(
                done.rows_affected() > 0 || sql.starts_with("DROP"),
                "nothing planted: {sql}"
            );
        }
        if feed_follows {
            follow(&transaction).await;
        }
        let report = audit::run_in(transaction.on(), centre::Clock::default().now())
            .await
            .unwrap();
        if transaction.on().get_database_backend() == DbBackend::Sqlite {
            let again = "PRAGMA ignore_check_constraints = OFF";
            transaction.on().execute_unprepared(again).await.unwrap();
        }
        transaction.rollback().await.unwrap();
        report
    }
}

/// What must never be is kept out by the schema as well: for planting it the schema steps back.
async fn lift_constraints(transaction: &WriteTransaction) {
    let on = transaction.on();
    let lift = match on.get_database_backend() {
        DbBackend::Sqlite => "PRAGMA defer_foreign_keys = ON; PRAGMA ignore_check_constraints = ON",
        _ => {
            "DO $$ DECLARE c record; BEGIN \
             FOR c IN SELECT conrelid::regclass AS place, conname FROM pg_constraint \
                 WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace \
             LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.place, c.conname); \
             END LOOP; END $$"
        }
    };
    on.execute_unprepared(lift).await.unwrap();
}

/// The feed says what the tables say now.
async fn follow(transaction: &WriteTransaction) {
    let on = transaction;
    let mut changed = BTreeSet::from([
        Changed::of_brand(EntityKind::Program, 1.to_string()),
        Changed::of_brand(EntityKind::ProgramSchedule, 1.to_string()),
    ]);
    for row in member::Entity::find().all(on).await.unwrap() {
        changed.insert(Changed::movements(&row.id));
        changed.insert(Changed::member(&row.id));
    }
    for row in redemption_row::Entity::find().all(on).await.unwrap() {
        changed.insert(Changed::of(
            EntityKind::Redemption,
            row.member_id,
            row.op_id.to_string(),
        ));
    }
    for row in receipt::Entity::find().all(on).await.unwrap() {
        changed.insert(Changed::of(
            EntityKind::Receipt,
            row.member_id,
            row.op_id.to_string(),
        ));
    }
    feed::publish(on, &changed, centre::Clock::default().now())
        .await
        .unwrap();
    // whoever reads past this transaction finds what was put off
    member::Entity::find().one(on).await.unwrap();
}

/// Leaves what counters are told and what is in quarantine as a build of before the key wrote it: whoever has the key can
/// write what is sealed, so it has to be planted in.
pub async fn unseal<C: ConnectionTrait>(on: &C) {
    for row in feed_row::Entity::find().all(on).await.unwrap() {
        let body = row.body.clone().map(|b| Col::plain(b.0.into_text()));
        let mut row = row.into_active_model();
        row.body = Set(body);
        row.update(on).await.unwrap();
    }
    for row in quarantined::Entity::find().all(on).await.unwrap() {
        let document = Col::plain(row.document.text());
        let mut row = row.into_active_model();
        row.document = Set(document);
        row.update(on).await.unwrap();
    }
}
