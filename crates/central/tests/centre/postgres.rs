//! What only PostgreSQL lets happen: units of work at the same moment, other processes, a server
//! that goes and comes.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use crate::common::postgres::Database;
use crate::common::{Bench, Engine, STORE, bench_on, by_id, redemption, sale};
use centre::key::KeyPlace;
use centre::members::{self, NewMember};
use centre::{Centre, Clock};
use centre::{catalogue, operations};
use centre_store::tables::{held, manager_list, receipt};
use loyalty::{Money, Points};
use protocol::entity as wire;
use protocol::ids::DeviceId;
use protocol::operation::{Body, Return};
use protocol::push::Outcome;
use sea_orm::EntityTrait;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

async fn shared() -> Arc<Bench> {
    Arc::new(bench_on(Engine::Postgres).await)
}

#[tokio::test]
async fn centres_that_start_at_once_are_one() {
    let database = Database::fresh();
    let opening = (0..6).map(|_| {
        let (url, key) = (database.address(), KeyPlace::File(database.key()));
        tokio::spawn(async move { Centre::open_at(&url, &key, Clock::default()).await })
    });
    let opening: Vec<_> = opening.collect();
    let mut ids = Vec::new();
    for centre in opening {
        ids.push(centre.await.unwrap().unwrap().id().to_string());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let steps = database.ask("SELECT COUNT(*), COUNT(DISTINCT version) FROM seaql_migrations");
    let (all, distinct) = steps.split_once('|').unwrap();
    assert_eq!(all, distinct);
}

#[tokio::test]
async fn a_commit_is_on_the_disk_whatever_the_database_says() {
    let database = Database::fresh();
    let name = database.ask("SELECT current_database()");
    database.ask(&format!(
        "ALTER DATABASE {name} SET synchronous_commit = off"
    ));
    assert_eq!(database.ask("SHOW synchronous_commit"), "off");
    let (url, key) = (database.address(), KeyPlace::File(database.key()));
    let centre = Centre::open_at(&url, &key, Clock::default()).await.unwrap();
    let pool = centre.db().read().get_postgres_connection_pool();
    let set: (String,) = sea_orm::sqlx::query_as("SHOW synchronous_commit")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(set.0, "on");
    drop(centre);
}

#[tokio::test]
async fn batches_on_the_same_members_in_opposite_order_all_arrive() {
    const ROUNDS: usize = 8;
    let bench = shared().await;
    let mut members = Vec::new();
    for i in 0..6 {
        members.push(bench.member(&format!("1380000567{i}"), 1_000).await);
    }
    // by card, so that the centre does not know beforehand whose accounts a batch needs
    let mut cards = Vec::new();
    for member in &members {
        let row = members::by_id(bench.centre.db().read(), &member.as_str().into()).await;
        cards.push(row.unwrap().unwrap().card_no);
    }
    let mut tasks = Vec::new();
    for device in 0..2 {
        let mut counter = bench.counter(true).await;
        let (bench, mut cards) = (Arc::clone(&bench), cards.clone());
        if device == 1 {
            cards.reverse();
        }
        tasks.push(tokio::spawn(async move {
            for round in 0..ROUNDS {
                let ops: Vec<_> = cards
                    .iter()
                    .enumerate()
                    .map(|(i, card)| {
                        let no = format!("T{device}-{round}-{i}");
                        let who = protocol::operation::MemberRef::Code { code: card.clone() };
                        counter.append(&Body::Sale(sale(&no, 10_000, who)))
                    })
                    .collect();
                for result in counter.results_at_last(&bench, &ops).await {
                    assert!(matches!(result.outcome, Outcome::Exists(_)), "{result:?}");
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let receipts = receipt::Entity::find().all(bench.centre.db().read()).await;
    assert_eq!(receipts.unwrap().len(), 2 * ROUNDS * members.len());
    for member in &members {
        let earned = bench.balance_of(member, "earned").await;
        assert_eq!(earned, -100 * 2 * ROUNDS as i64);
    }
    bench.check_sums().await;
}

#[tokio::test]
async fn what_two_counters_say_at_the_same_moment_counts_once() {
    const ROUNDS: usize = 10;
    let bench = shared().await;
    let member = bench.member("13800005678", 0).await;
    let mut counters = [bench.counter(true).await, bench.counter(true).await];
    for round in 0..ROUNDS {
        let no = format!("T{round}");
        let body = Body::Sale(sale(&no, 10_000, by_id(&member)));
        let ops = counters.each_mut().map(|c| [c.append(&body)]);
        let (a, b) = tokio::join!(
            counters[0].results(&bench, &ops[0]),
            counters[1].results(&bench, &ops[1])
        );
        let applied = |r: &[protocol::push::OpResult]| matches!(r[0].outcome, Outcome::Applied(_));
        assert!(applied(&a) != applied(&b), "{a:?} {b:?}");

        let back = Body::Return(Return {
            receipt: no.as_str().into(),
            of: None,
            store: STORE.into(),
            lines: Vec::new(),
            reason: "allergy".into(),
            shown_refund: Money::ZERO,
            approval: None,
        });
        let ops = counters.each_mut().map(|c| [c.append(&back)]);
        let (a, b) = tokio::join!(
            counters[0].results(&bench, &ops[0]),
            counters[1].results(&bench, &ops[1])
        );
        let taken = [a, b].map(|r| match &r[0].outcome {
            Outcome::Applied(effect) => effect.taken_back,
            other => panic!("{other:?}"),
        });
        assert_eq!(taken[0] + taken[1], Points(100), "taken back once");
    }
    assert_eq!(bench.balance_of(&member, "available").await, 0);
    let listed = manager_list::Entity::find().all(bench.centre.db().read());
    assert_eq!(listed.await.unwrap().len(), ROUNDS, "each second refund");
    bench.check_sums().await;
}

#[tokio::test]
async fn what_waits_while_it_arrives_does_not_wait_for_ever() {
    const PHONES: usize = 30;
    let bench = shared().await;
    let mut counter = bench.counter(true).await;
    for i in 0..PHONES {
        let phone = format!("139{i:08}");
        let waiting = [counter.sale_for_phone(&format!("T{i}"), 10_000, &phone)];
        let joining = async {
            // now before, now after the sale
            tokio::time::sleep(Duration::from_millis(i as u64 % 6)).await;
            join(&bench.centre, &bench, &phone).await
        };
        let (member, _) = tokio::join!(joining, counter.results(&bench, &waiting));
        assert_eq!(bench.balance_of(&member, "earned").await, -100, "{i}");
    }
    let left = held::Entity::find().all(bench.centre.db().read()).await;
    assert!(left.unwrap().is_empty());
    bench.check_sums().await;
}

async fn join(centre: &Centre, bench: &Bench, phone: &str) -> String {
    let unit = || async {
        let mut work = centre.work().await?;
        let new = NewMember {
            phone: phone.to_owned(),
            joined_at: centre::Clock::default().now(),
            channel: "counter".into(),
            ..NewMember::of(&STORE.into())
        };
        let member = members::create(&mut work, &bench.program, new).await?;
        operations::retry_for_member(centre, &mut work, &member).await?;
        work.commit().await?;
        Ok(member.id.to_string())
    };
    centre.retrying(unit).await.unwrap()
}

#[tokio::test]
async fn many_units_of_work_find_connections() {
    let bench = shared().await;
    let member = bench.member("13800005678", 5_000).await;
    let mut tasks = Vec::new();
    // more than there are connections
    for c in 0..40 {
        let mut counter = bench.counter(true).await;
        let (bench, member) = (Arc::clone(&bench), member.clone());
        tasks.push(tokio::spawn(async move {
            let grant = counter.grant(&bench, &member, Some(10)).await;
            let grant = grant.grants[0].clone();
            let ops = [
                counter.append(&Body::Sale(sale(&format!("T{c}"), 10_000, by_id(&member)))),
                counter.append(&redemption(&member, &[(&grant, 10)])),
            ];
            counter.results(&bench, &ops).await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(bench.balance_of(&member, "redeemed").await, 400);
    bench.check_sums().await;
}

#[tokio::test]
async fn another_process_is_heard_also_after_the_line_was_cut() {
    let bench = shared().await;
    let other = bench.store.open().await.unwrap();
    // notifications alone: nothing is looked up on the way
    let listening = tokio::spawn(centre::follow::listen(other.clone()));
    let mut line = other
        .live()
        .listen(&["brand".to_owned()], DeviceId::fresh());
    let database = bench.store.database.as_ref().unwrap();
    let listeners = "SELECT COUNT(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    for round in 0..3 {
        let heard = async {
            while database.ask(listeners) != "1" {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let cursor = rename(&bench.centre, &format!("{round}店")).await;
            loop {
                line.news().await;
                let told = line.take().unwrap();
                let poke = protocol::live::LiveEvent::Poke {
                    scope: "brand".to_owned(),
                    cursor,
                };
                if told.contains(&poke) {
                    break;
                }
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.unwrap();
        let cut = listeners.replace("COUNT(*)", "pg_terminate_backend(pid)");
        database.ask(&cut);
    }
    listening.abort();
}

async fn rename(centre: &Centre, name: &str) -> u64 {
    let mut work = centre.work().await.unwrap();
    let store = wire::Store {
        id: STORE.into(),
        name: name.into(),
        city: String::new(),
    };
    catalogue::put_store(&mut work, &store).await.unwrap();
    let cursors = work.commit().await.unwrap();
    cursors.iter().find(|c| c.scope == "brand").unwrap().cursor
}
