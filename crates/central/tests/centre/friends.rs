//! Members who invite friends: both are rewarded once, after the friend's first purchase can no longer come back; nobody for
//! herself, in a ring, or for one household's phones in turn.
//!
//! `COUNTERPART_FRIEND_HISTORIES` says how many random histories are held against the reference (120 without it).

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use centre::members::{self, NewMember};
use centre::{catalogue, friends, joining};
use centre_store::tables::{former_phone, invited_friend, seen_browser};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use loyalty::Program;
use protocol::operation::Body;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use crate::common::acts::{applied, in_order};
use crate::common::{Bench, Counter, Engine, STORE, bench, bench_on, by_id, sale};
use crate::joining::{code_to, her, post};
use crate::merging::{brought_back, has};

/// Points for her, and for her friend.
const HERS: i64 = 100;
const FRIENDS: i64 = 30;
const AFTER: i64 = 7;
const WITHIN: i64 = 30;
/// Little: one clerk sells for all histories, and so much of a day counts before a till confirms it.
const FROM: i64 = 500;
const YEARLY: usize = 3;

/// Puts rules in force that reward inviting.
async fn rewarding(bench: &Bench) -> Program {
    let program = json!({
        "version": 2,
        "behaviours": {
            "join": {"points": 50},
            "referral": {"points": HERS, "per_day": 5},
            "invited": {"points": FRIENDS, "per_day": 5},
        },
        "invite": {"from": "5.00", "after_days": AFTER, "within_days": WITHIN, "most_a_year": YEARLY},
        "allowance": {"store_share": "0.3", "device_cap": 10000, "member_cap": 5000},
    });
    let program = Program::from_json(&program.to_string()).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    let now = centre::Clock::default().now();
    catalogue::publish_program(&mut work, &program, now)
        .await
        .unwrap();
    work.commit().await.unwrap();
    program
}

async fn states(bench: &Bench) -> BTreeMap<String, String> {
    let rows = invited_friend::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    rows.into_iter()
        .map(|r| (r.member_id.to_string(), r.state))
        .collect()
}

async fn decided(bench: &Bench, days: i64) -> u64 {
    let now = centre::Clock::default().now() + Duration::days(days);
    friends::decide(&bench.centre, now).await.unwrap()
}

async fn joins_by(bench: &Bench, path: &str, phone: &str, more: Value) -> (u16, Value) {
    let at = format!("/phone/v1/join/{}", path.trim_start_matches("/j/"));
    let verification = code_to(bench, &at, phone, false).await;
    let mut body = json!({
        "phone": phone, "verification": verification, "ticket": phone,
        "consents": [{"purpose": "terms", "given": true, "version": "2026-01"}],
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    post(bench, &format!("{at}/join"), &body).await
}

async fn both_are_rewarded_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let inviter = bench.member("13900001111", 0).await;
    let id = inviter.as_str().into();
    rewarding(&bench).await;
    let invite = joining::invite(&bench.centre, &id, Some("phone-a"), "https://card.example")
        .await
        .unwrap();
    assert_eq!(
        (invite.points.get(), invite.friend_points.get()),
        (HERS, FRIENDS)
    );
    let again = joining::invite(&bench.centre, &id, None, "https://card.example")
        .await
        .unwrap();
    assert_eq!(again.path, invite.path, "one code");

    let code = invite.path.trim_start_matches("/j/");
    let url = format!("{}/phone/v1/join/{code}", bench.base);
    let begin: Value = bench
        .client
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(begin["friend"], "");
    let (status, joined) = joins_by(
        &bench,
        &invite.path,
        "13900002222",
        json!({"browser": "phone-b"}),
    )
    .await;
    assert_eq!((status, joined["status"].as_str()), (200, Some("joined")));
    let friend = her(&bench, "13900002222").await;
    assert_eq!(
        (friend.channel.as_str(), friend.home_store.as_str()),
        ("friend", STORE)
    );
    let friend = friend.id.to_string();
    let before = (has(&bench, &inviter).await.0, has(&bench, &friend).await.0);
    let mut counter = bench.counter(true).await;
    let sold = Body::Sale(sale("T1", FROM, by_id(&friend)));
    let earned = applied(&bench, &mut counter, &sold).await.earned.get();
    assert_eq!(decided(&bench, AFTER - 1).await, 0);
    assert_eq!(decided(&bench, AFTER + 1).await, 1);
    assert_eq!(decided(&bench, AFTER + 2).await, 0, "once");
    assert_eq!(has(&bench, &inviter).await.0, before.0 + HERS);
    assert_eq!(has(&bench, &friend).await.0, before.1 + earned + FRIENDS);
    let told = joining::invite(&bench.centre, &id, None, "https://card.example")
        .await
        .unwrap();
    assert_eq!((told.joined, told.waiting, told.rewarded), (1, 0, 1));
    in_order(&bench).await;
}

async fn not_herself_nor_the_phones_of_her_household(engine: Engine) {
    let bench = bench_on(engine).await;
    let inviter = bench.member("13900001111", 0).await;
    rewarding(&bench).await;
    let id = inviter.as_str().into();
    let path = joining::invite(&bench.centre, &id, Some("one"), "https://card.example")
        .await
        .unwrap()
        .path;
    let mut counter = bench.counter(true).await;
    // her own second number; then two numbers of another phone, in turn
    for (n, browser) in [(2, "one"), (3, "other"), (4, "other")] {
        let phone = format!("1390000{n}{n}{n}{n}");
        let (_, joined) = joins_by(&bench, &path, &phone, json!({ "browser": browser })).await;
        assert_eq!(joined["status"], "joined");
        let friend = her(&bench, &phone).await.id.to_string();
        let sold = Body::Sale(sale(&format!("T{n}"), FROM, by_id(&friend)));
        applied(&bench, &mut counter, &sold).await;
    }
    assert_eq!(decided(&bench, AFTER + 1).await, 3);
    let states: Vec<String> = states(&bench).await.into_values().collect();
    assert_eq!(states.iter().filter(|s| *s == "household").count(), 2);
    assert_eq!(states.iter().filter(|s| *s == "both").count(), 1);
    assert_eq!(has(&bench, &inviter).await.0, HERS);
    in_order(&bench).await;
}

async fn a_number_that_is_somebody_elses_now_is_passed_on(engine: Engine) {
    let bench = bench_on(engine).await;
    let before = bench.member("13900001111", 300).await;
    // a brand that rewards nobody for inviting has no code for it
    assert!(
        joining::invite(
            &bench.centre,
            &before.as_str().into(),
            None,
            "https://card.example"
        )
        .await
        .is_err()
    );
    let counter = bench.counter(true).await;
    let at = crate::joining::path(&counter, None);
    let verification = code_to(&bench, &at, "13900001111", false).await;
    let join = async |not_me: bool| {
        let body = json!({
            "phone": "13900001111", "verification": verification, "ticket": "13900001111", "not_me": not_me,
            "consents": [{"purpose": "terms", "given": true, "version": "2026-01"}],
        });
        post(&bench, &format!("{at}/join"), &body).await
    };
    let (status, told) = join(false).await;
    assert_eq!(
        (status, told["status"].as_str()),
        (200, Some("member_already"))
    );
    // ten days ago she was here: nobody takes her number by saying so
    let (status, refused) = join(true).await;
    assert_eq!(
        (status, refused["code"].as_str()),
        (409, Some("phone_taken"))
    );
    let mut work = bench.centre.work().await.unwrap();
    let long_ago = centre::Clock::default().now() - Duration::days(joining::UNSEEN_DAYS + 1);
    let row = centre_store::tables::member::ActiveModel {
        id: Set(before.as_str().into()),
        joined_at: Set(long_ago.into()),
        ..Default::default()
    };
    row.update(work.on()).await.unwrap();
    work.changed(centre::feed::Changed::member(&before.as_str().into()));
    work.commit().await.unwrap();
    // the same sign-up, with one word more
    let (status, joined) = join(true).await;
    assert_eq!((status, joined["status"].as_str()), (200, Some("joined")));
    let now = her(&bench, "13900001111").await;
    assert_ne!(now.id.as_str(), before);
    // the answer that was lost is given again
    assert_eq!(join(true).await.1["member_no"], joined["member_no"]);
    assert_eq!(has(&bench, &before).await.0, 300);
    let former = former_phone::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(former[0].why, members::NEW_OWNER);
    assert!(
        centre::merging::duplicates(bench.centre.db().read(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    in_order(&bench).await;
}

/// What came of an invitation, by the reference: everybody of a history is looked at, everything is reckoned anew.
struct Reference {
    joined: Vec<DateTime<Utc>>,
    household: Vec<usize>,
    invited_by: Vec<Option<usize>>,
    /// When each bought, and how much was kept of it.
    bought: Vec<Vec<(DateTime<Utc>, i64)>>,
}

impl Reference {
    fn states(&self, times: &[DateTime<Utc>]) -> BTreeMap<usize, &'static str> {
        let mut states = BTreeMap::new();
        for now in times {
            for friend in 0..self.joined.len() {
                let Some(inviter) = self.invited_by[friend] else {
                    continue;
                };
                if states.contains_key(&friend) {
                    continue;
                }
                let others = (0..self.joined.len()).filter(|other| *other != friend);
                let household = self.household[friend];
                let mut before = others
                    .filter(|other| self.household[*other] == household)
                    .filter(|other| self.joined[*other] < self.joined[friend]);
                let last = self.joined[friend] + Duration::days(WITHIN);
                let first = self.bought[friend]
                    .iter()
                    .filter(|(at, kept)| *at <= last && *kept >= FROM)
                    .map(|(at, _)| *at)
                    .min();
                let rewarded = states
                    .iter()
                    .filter(|(other, state)| {
                        self.invited_by[**other] == Some(inviter) && **state == "both"
                    })
                    .count();
                let state = if before.next().is_some() {
                    "household"
                } else if let Some(at) = first {
                    match (at + Duration::days(AFTER) <= *now, rewarded < YEARLY) {
                        (false, _) => continue,
                        (true, true) => "both",
                        (true, false) => "friend",
                    }
                } else if *now > last {
                    "too_late"
                } else {
                    continue;
                };
                states.insert(friend, state);
            }
        }
        states
    }
}

/// A few members, some of one household, some invited by another, and what they bought and brought back.
struct History {
    ids: Vec<String>,
    reference: Reference,
}

async fn history(bench: &Bench, counter: &mut Counter, program: &Program, seed: u64) -> History {
    let mut dice = StdRng::seed_from_u64(seed);
    let now = centre::Clock::default().now();
    let n = dice.random_range(3..8usize);
    let mut ids = Vec::new();
    let mut reference = Reference {
        joined: Vec::new(),
        household: Vec::new(),
        invited_by: Vec::new(),
        bought: Vec::new(),
    };
    let mut work = bench.centre.work().await.unwrap();
    for i in 0..n {
        let joined = now - Duration::days(dice.random_range(0..25)) - Duration::minutes(i as i64);
        let household = if dice.random_range(0..3) == 0 {
            dice.random_range(0..n)
        } else {
            i
        };
        // a household is known by one browser, or by one name and birthday
        let by_name = household.is_multiple_of(2);
        let new = NewMember {
            phone: format!("1{:010}", 3_000_000_000 + seed * 100 + i as u64),
            name: if by_name {
                format!("家{seed}甲{household}")
            } else {
                String::new()
            },
            birthday: by_name.then_some(NaiveDate::from_ymd_opt(1990, 1, 1).unwrap()),
            joined_at: joined,
            channel: "friend".into(),
            ..NewMember::of(&STORE.into())
        };
        let id = members::create(&mut work, program, new)
            .await
            .unwrap()
            .id
            .into_inner();
        if !by_name {
            let row = seen_browser::ActiveModel {
                browser: Set(format!("{seed}-{household}")),
                member_id: Set((&id).into()),
                at: Set(now.into()),
            };
            seen_browser::Entity::insert(row)
                .exec_without_returning(work.on())
                .await
                .unwrap();
        }
        ids.push(id.to_string());
        reference.joined.push(joined);
        reference.household.push(household);
        reference.bought.push(Vec::new());
        reference.invited_by.push(None);
    }
    for friend in 0..n {
        // whoever was there before her: also her own, and who was invited by one whom she would have invited
        let before: Vec<usize> = (0..n)
            .filter(|i| reference.joined[*i] < reference.joined[friend])
            .collect();
        if before.is_empty() || dice.random_range(0..4) == 0 {
            continue;
        }
        let inviter = if dice.random_range(0..2) == 0 {
            before[0]
        } else {
            before[dice.random_range(0..before.len())]
        };
        reference.invited_by[friend] = Some(inviter);
        let row = invited_friend::ActiveModel {
            member_id: Set(ids[friend].as_str().into()),
            inviter_id: Set(ids[inviter].as_str().into()),
            joined_at: Set(reference.joined[friend].into()),
            state: Set(joining::WAITS.to_owned()),
            decided_at: Set(None),
        };
        invited_friend::Entity::insert(row)
            .exec_without_returning(work.on())
            .await
            .unwrap();
    }
    work.commit().await.unwrap();
    for (friend, id) in ids.iter().enumerate() {
        for k in 0..dice.random_range(0..3) {
            let fen = [FROM - 1, FROM, 3 * FROM][dice.random_range(0..3usize)];
            let receipt = format!("H{seed}-{friend}-{k}");
            let op = counter.append(&Body::Sale(sale(&receipt, fen, by_id(id))));
            counter.results(bench, std::slice::from_ref(&op)).await;
            let mut kept = fen;
            if dice.random_range(0..3) == 0 {
                let back = counter.append(&brought_back(&op, &receipt));
                counter.results(bench, &[back]).await;
                kept = 0;
            }
            reference.bought[friend].push((op.at, kept));
        }
    }
    History { ids, reference }
}

#[tokio::test]
async fn random_histories_come_out_as_the_reference_says() {
    let said = std::env::var("COUNTERPART_FRIEND_HISTORIES").ok();
    let histories = said.map_or(120, |n| n.parse::<u64>().unwrap());
    let bench = bench().await;
    let program = rewarding(&bench).await;
    let mut counter = bench.counter(true).await;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..histories {
        let history = history(&bench, &mut counter, &program, seed).await;
        let now = centre::Clock::default().now();
        let times: Vec<_> = [0, 3, 8, 40]
            .map(|days| now + Duration::days(days))
            .to_vec();
        for at in &times {
            friends::decide(&bench.centre, *at).await.unwrap();
        }
        let expected = history.reference.states(&times);
        let states = states(&bench).await;
        for (n, id) in history.ids.iter().enumerate() {
            let expected = expected.get(&n).copied();
            let state = states.get(id).map(String::as_str);
            assert_eq!(state, expected, "history {seed}, member {n}");
            *seen.entry(expected.unwrap_or("none")).or_default() += 1;
        }
    }
    in_order(&bench).await;
    for state in ["both", "household", "too_late"] {
        assert!(seen.get(state).is_some_and(|n| *n > 3), "{seen:?}");
    }
}

on_both_engines!(
    both_are_rewarded_once,
    not_herself_nor_the_phones_of_her_household,
    a_number_that_is_somebody_elses_now_is_passed_on,
);
