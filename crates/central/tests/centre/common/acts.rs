//! Acts of a clerk beside sales, redemptions and returns: made at a bench counter, and sent.

use centre::{audit, catalogue};
use centre_store::tables::manager_list;
use chrono::{DateTime, Duration, Utc};
use loyalty::{LastDay, OpId, Points};
use protocol::entity as wire;
use protocol::grant::Grant;
use protocol::operation::Approval;
use protocol::operation::{Behaviour, Body, Freeze, Operation, Reversal};
use protocol::push::{Effect, Outcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Bench, Counter, Engine, bench_on};

pub const MANAGER: &str = "M1";

pub async fn opened(engine: Engine) -> Bench {
    let bench = bench_on(engine).await;
    let mut work = bench.centre.work().await.unwrap();
    for (id, role, store, active) in [
        (MANAGER, wire::Role::Manager, "S1", true),
        ("M2", wire::Role::Manager, "S2", true),
        ("M3", wire::Role::Manager, "S1", false),
    ] {
        let clerk = wire::Clerk {
            id: id.into(),
            name: "何敏".into(),
            role,
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

pub fn by(manager: &str) -> Option<Approval> {
    Some(Approval {
        manager: manager.into(),
        reason: "asked".into(),
    })
}

pub fn reversal(of: &Operation, member: &str, approval: Option<Approval>) -> Body {
    Body::Reversal(Reversal {
        of: OpId::from(of.op_id.to_string()),
        member: member.into(),
        store: "S1".into(),
        reason: "mistake".into(),
        shown_back: Points(100),
        approval,
    })
}

pub fn behaviour(member: &str, name: &str) -> Body {
    Body::Behaviour(Behaviour {
        member: member.into(),
        store: "S1".into(),
        behaviour: name.into(),
        shown_points: Points(5),
    })
}

pub fn freeze(member: &str, approval: Option<Approval>) -> Freeze {
    Freeze {
        member: member.into(),
        store: "S1".into(),
        approval,
    }
}

/// Appends an act as it was done at a time.
pub fn done_at(counter: &mut Counter, body: &Body, at: DateTime<Utc>) -> Operation {
    counter.append_raw(body.kind(), body.to_json().unwrap(), Vec::new(), at)
}

pub fn done(counter: &mut Counter, body: &Body) -> Operation {
    done_at(counter, body, centre::Clock::default().now())
}

pub async fn outcomes(bench: &Bench, counter: &Counter, ops: &[Operation]) -> Vec<Outcome> {
    let results = counter.results(bench, ops).await;
    results.into_iter().map(|r| r.outcome).collect()
}

pub async fn applied(bench: &Bench, counter: &mut Counter, body: &Body) -> Effect {
    let op = done(counter, body);
    match outcomes(bench, counter, &[op]).await.remove(0) {
        Outcome::Applied(effect) => effect,
        other => panic!("{other:?}"),
    }
}

pub async fn granted(bench: &Bench, counter: &Counter, member: &str, points: i64) -> Grant {
    let reply = counter.grant(bench, member, Some(points)).await;
    reply.grants.into_iter().next().unwrap()
}

/// Reasons on the list of the first store, with points and fen.
pub async fn listed(bench: &Bench) -> Vec<(String, i64, i64)> {
    let rows = manager_list::Entity::find()
        .filter(manager_list::Column::StoreId.eq("S1"))
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let mut all: Vec<_> = rows
        .into_iter()
        .map(|r| (r.reason, r.points.get(), r.fen.fen()))
        .collect();
    all.sort();
    all
}

pub async fn in_order(bench: &Bench) {
    bench.check_sums().await;
    let report = audit::run(bench.centre.db(), bench.centre.now())
        .await
        .unwrap();
    assert!(report.clean, "{}", report.text());
}

/// Gives points with a last day of their own.
pub async fn given(bench: &Bench, member: &str, points: i64, at: DateTime<Utc>, last: i64) {
    let mut work = bench.centre.work().await.unwrap();
    let need = centre::ledger::Need::default();
    let member = member.into();
    let mut ledger = centre::ledger::Ledger::load(work.on(), &bench.program, &member, at, &need)
        .await
        .unwrap()
        .unwrap();
    let (now, _) = ledger.advance(&bench.program, at);
    let day = bench.program.business_date(centre::Clock::default().now()) + Duration::days(last);
    let last = LastDay::On(day);
    ledger
        .adjust(&bench.program, &now, Points(points), last, &"gift".into())
        .unwrap();
    ledger.save(&mut work, &bench.program).await.unwrap();
    work.commit().await.unwrap();
}
