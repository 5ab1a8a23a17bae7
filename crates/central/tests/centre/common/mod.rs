//! A centre on a real database, reached over loopback, and counters that speak to it.

// each test file uses its part; a test's helper fails by panicking
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::panic)]

pub mod acts;
pub mod clerks;
mod counter;
#[macro_use]
mod engine;
pub mod giving_back;
#[path = "../../../../../tests/src/postgres/mod.rs"]
pub mod postgres;
pub mod stock;

pub use counter::{Counter, Enrolled, enrol};
pub use engine::{Engine, Store};

use std::sync::Arc;

use central::http::{AppState, Fresh, router};
use centre::Centre;
use centre::joining::Phone;
use centre::members::{self, NewMember};
use centre::{catalogue, devices};
use centre_store::tables::{allowance, balance, lot, operation, transfer};
use loyalty::{LastDay, Money, Points, Program};
use protocol::entity as wire;
use protocol::grant::Grant;
use protocol::ids::{MemberId, StoreId};
use protocol::operation::{Body, MemberRef, Redeemed, Redemption, Sale, SaleLine, Spend};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use tokio::sync::watch;

pub const STORE: &str = "S1";

/// A running centre.
pub struct Bench {
    pub folder: tempfile::TempDir,
    pub centre: Centre,
    pub base: String,
    pub client: reqwest::Client,
    pub program: Program,
    pub stop: watch::Sender<bool>,
    /// Its database; the last to go.
    pub store: Store,
}

/// A reply as it came.
pub struct Raw {
    pub status: u16,
    pub body: Vec<u8>,
    pub headers: reqwest::header::HeaderMap,
}

impl Raw {
    pub fn code(&self) -> String {
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        json["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A centre on the embedded engine.
pub async fn bench() -> Bench {
    bench_on(Engine::Sqlite).await
}

/// A centre with two stores, a clerk and rules, on this engine.
pub async fn bench_on(engine: Engine) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let store = engine.store(folder.path());
    let centre = store.open().await.unwrap();
    let program = found(&centre).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut bench = bench_beside(folder, store, centre, program, base);
    let (stop, state) = state_of(&bench);
    bench.stop = stop;
    tokio::spawn(async move { axum::serve(listener, router(state)).await.unwrap() });
    bench
}

/// What the handlers of a bench have at hand, and what stops them.
pub fn state_of(bench: &Bench) -> (watch::Sender<bool>, AppState) {
    let (stop, stopping) = watch::channel(false);
    let outbox = centre_store::files::append(&bench.folder.path().join("sms.jsonl")).unwrap();
    let sms = sms::Written::new(Some(outbox));
    let state = AppState {
        centre: bench.centre.clone(),
        phone_base: bench.base.as_str().into(),
        phone: Arc::new(Phone::new(Arc::new(sms))),
        providers: Arc::from([]),
        fresh: Arc::new(Fresh::new().unwrap()),
        packages: centre::fleet::Folder::at(bench.folder.path().join("packages")),
        stopping,
    };
    (stop, state)
}

/// A bench whose centre is served by somebody else at `base`, from the same database.
pub fn bench_beside(
    folder: tempfile::TempDir,
    store: Store,
    centre: Centre,
    program: Program,
    base: String,
) -> Bench {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Bench {
        folder,
        centre,
        base,
        client: reqwest::Client::new(),
        program,
        stop: watch::channel(false).0,
        store,
    }
}

/// Gives an empty centre two stores, a clerk and rules.
pub async fn found(centre: &Centre) -> Program {
    let program = Program::from_json(
        r#"{"version": 1, "behaviours": {"join": {"points": 50}, "check_in": {"points": 5, "per_day": 1},
            "referral": {"points": 100, "per_day": 5}},
            "allowance": {"store_share": "0.3", "device_cap": 10000, "member_cap": 5000}}"#,
    )
    .unwrap();
    let mut work = centre.work().await.unwrap();
    let brand = wire::Brand {
        name: "花间".into(),
        demo: true,
        welcome_gift: "旅行装".into(),
        phone_base: String::new(),
        sign_up: None,
    };
    catalogue::put_brand(&mut work, &brand).await.unwrap();
    for (id, name) in [(STORE, "一店"), ("S2", "二店")] {
        let store = wire::Store {
            id: id.into(),
            name: name.into(),
            city: "上海".into(),
        };
        catalogue::put_store(&mut work, &store).await.unwrap();
    }
    let clerk = wire::Clerk {
        id: "C1".into(),
        name: "陈思雨".into(),
        role: wire::Role::Advisor,
        store: STORE.into(),
        pin_hash: String::new(),
        pin_mark: None,
        active: true,
    };
    catalogue::put_clerk(&mut work, &clerk).await.unwrap();
    catalogue::publish_program(&mut work, &program, centre::Clock::default().now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    program
}

impl Bench {
    /// A member of the first store with points from an adjustment.
    pub async fn member(&self, phone: &str, points: i64) -> String {
        let mut work = self.centre.work().await.unwrap();
        let new = NewMember {
            phone: phone.into(),
            joined_at: centre::Clock::default().now() - chrono::Duration::days(10),
            channel: "counter".into(),
            ..NewMember::of(&STORE.into())
        };
        let member = members::create(&mut work, &self.program, new)
            .await
            .unwrap();
        if points > 0 {
            let need = centre::ledger::Need::default();
            let at = centre::Clock::default().now();
            let mut ledger =
                centre::ledger::Ledger::load(work.on(), &self.program, &member.id, at, &need)
                    .await
                    .unwrap()
                    .unwrap();
            let (now, _) = ledger.advance(&self.program, at);
            ledger
                .adjust(
                    &self.program,
                    &now,
                    Points(points),
                    LastDay::ByProgram,
                    &"adjust".into(),
                )
                .unwrap();
            ledger.save(&mut work, &self.program).await.unwrap();
        }
        work.commit().await.unwrap();
        member.id.to_string()
    }

    pub async fn counter(&self, checkout: bool) -> Counter {
        self.counter_of(STORE, checkout).await
    }

    pub async fn counter_of(&self, store: &str, checkout: bool) -> Counter {
        let code = centre::sync::enrol::new_enrol_code(&self.centre, &store.into(), checkout)
            .await
            .unwrap();
        enrol(&self.client, &self.base, &code.code).await.into()
    }

    /// A member moves to the second store.
    pub async fn moves(&self, member: &str) {
        let mut work = self.centre.work().await.unwrap();
        let row = centre_store::tables::member::ActiveModel {
            id: Set(MemberId::from(member).into()),
            home_store: Set(StoreId::from("S2").into()),
            ..Default::default()
        };
        row.update(work.on()).await.unwrap();
        work.changed(centre::feed::Changed::Moved {
            member: member.into(),
            from: STORE.into(),
        });
        work.commit().await.unwrap();
    }

    pub async fn post(&self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Raw {
        let mut request = self.client.post(format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        let headers = reply.headers().clone();
        Raw {
            status,
            headers,
            body: reply.bytes().await.unwrap().to_vec(),
        }
    }

    /// I1, I2, I3 as far as the centre sees them: transfers, balances, lots and allowances agree.
    pub async fn check_sums(&self) {
        let db = self.centre.db().read();
        let balances = balance::Entity::find().all(db).await.unwrap();
        let mut from_transfers = std::collections::HashMap::new();
        for t in transfer::Entity::find().all(db).await.unwrap() {
            *from_transfers
                .entry((t.member_id.clone(), t.from_account))
                .or_insert(0) -= t.points.get();
            *from_transfers
                .entry((t.member_id, t.to_account))
                .or_insert(0) += t.points.get();
        }
        let mut sums = std::collections::HashMap::new();
        for b in &balances {
            let moved = from_transfers.remove(&(b.member_id.clone(), b.account.clone()));
            let points = b.points.get();
            assert_eq!(moved.unwrap_or(0), points, "{}", b.account);
            *sums.entry(b.member_id.clone()).or_insert(0) += points;
            let source =
                ["earned", "debt"].contains(&b.account.as_str()) || b.account.starts_with("loss:");
            let either_way = ["adjusted", "merged"].contains(&b.account.as_str());
            assert!(either_way || (points <= 0) == source || points == 0);
        }
        assert!(from_transfers.values().all(|points| *points == 0));
        assert!(
            sums.values().all(|sum| *sum == 0),
            "a member's accounts sum to zero"
        );
        let of = |member: &MemberId, keep: &dyn Fn(&str) -> bool| -> i64 {
            let own = balances
                .iter()
                .filter(|b| b.member_id == *member && keep(&b.account));
            own.map(|b| b.points.get()).sum()
        };
        let lots = lot::Entity::find().all(db).await.unwrap();
        let allowances = allowance::Entity::find().all(db).await.unwrap();
        for member in sums.keys() {
            let own: Vec<_> = lots.iter().filter(|l| l.member_id == *member).collect();
            let available: i64 = own.iter().map(|l| l.available.get()).sum();
            let held: i64 = own.iter().map(|l| l.in_escrow.get()).sum();
            assert_eq!(of(member, &|a| a == "available"), available);
            assert_eq!(of(member, &|a| a.starts_with("escrow:")), held);
            let outstanding: i64 = allowances
                .iter()
                .filter(|a| a.member_id == *member)
                .map(|a| {
                    assert_eq!(
                        *a.granted,
                        *a.spent + *a.released + *a.written_off + *a.outstanding
                    );
                    a.outstanding.get()
                })
                .sum();
            assert_eq!(outstanding, held);
        }
        let ops = operation::Entity::find().all(db).await.unwrap();
        let mut owned: Vec<_> = ops.iter().filter_map(|o| o.owns_id).collect();
        let all = owned.len();
        owned.sort();
        owned.dedup();
        assert_eq!(owned.len(), all, "one effect per operation id");
    }

    pub async fn balance_of(&self, member: &str, account: &str) -> i64 {
        let key = (member.into(), account.to_owned());
        let row = balance::Entity::find_by_id(key)
            .one(self.centre.db().read())
            .await
            .unwrap();
        row.map_or(0, |b| b.points.get())
    }
}

pub fn sale(receipt: &str, fen: i64, member: MemberRef) -> Sale {
    Sale {
        receipt: receipt.into(),
        store: STORE.into(),
        member,
        lines: vec![SaleLine {
            sku: "A1".into(),
            name: "面霜".into(),
            category: None,
            qty: 2,
            amount: Money::from_fen(fen),
        }],
        pay_points: Points::ZERO,
        spends: Vec::new(),
        coupons: Vec::new(),
        shown_pay: Money::from_fen(fen),
        shown_earned: Points(fen / 100),
        credit: None,
        new_sale: false,
        presence: None,
        approval: None,
    }
}

pub fn redemption(member: &str, spends: &[(&Grant, i64)]) -> Body {
    let spends: Vec<Spend> = spends
        .iter()
        .map(|(grant, points)| Spend {
            grant: grant.grant,
            points: Points(*points),
        })
        .collect();
    Body::Redemption(Redemption {
        presence: None,
        approval: None,
        member: member.into(),
        store: STORE.into(),
        points: spends.iter().map(|s| s.points).sum(),
        spends,
        what: Redeemed::Reward {
            reward: "R1".into(),
            name: "小样".into(),
            qty: 1,
        },
    })
}

pub fn by_id(member: &str) -> MemberRef {
    MemberRef::Id {
        member: member.into(),
    }
}
