//! Two members who are one person: merged, gone on with by counters that have not heard of it, and parted again.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::feed::Changed;
use centre::merging::{self, Merging, Reason};
use centre_store::tables::{former_phone, member};
use chrono::NaiveDate;
use loyalty::Money;
use protocol::entity::EntityKind;
use protocol::operation::{Body, MemberRef, Operation, Profile, Return, SoldAs};
use protocol::personal::PersonalField;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::common::acts::{applied, in_order};
use crate::common::giving_back::{recalled, release};
use crate::common::{Bench, Counter, Engine, STORE, bench_on, by_id, redemption, sale};
use crate::coupons::give_fifty_off;

pub async fn merged(bench: &Bench, went: &str, stays: &str) -> String {
    let merging = Merging {
        went: went.into(),
        stays: stays.into(),
        why: None,
        by: "M1".into(),
    };
    merging::merge(&bench.centre, &merging).await.unwrap()
}

pub async fn parted(bench: &Bench, merge: &str) {
    let by = "M1".into();
    merging::part(&bench.centre, merge, &by).await.unwrap();
}

/// What a member has: free, held by counters, owed.
pub async fn has(bench: &Bench, member: &str) -> (i64, i64) {
    let debt = bench.balance_of(member, "debt").await;
    (bench.balance_of(member, "available").await, -debt)
}

pub fn brought_back(of: &Operation, receipt: &str) -> Body {
    Body::Return(Return {
        store: STORE.into(),
        receipt: receipt.into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::ZERO,
        of: Some(SoldAs {
            store: STORE.into(),
            id: Some(of.op_id.to_string()),
            at: Some(of.at),
        }),
        approval: None,
    })
}

/// Kinds and keys that a store's counters are shown, with whose they are.
async fn shown(counter: &Counter, bench: &Bench) -> Vec<(String, String, String)> {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    let mut all = Vec::new();
    for change in pulled.changes {
        let Some(body) = change.body else { continue };
        let body: serde_json::Value = serde_json::from_str(body.get()).unwrap();
        let whose = body["member"].as_str().unwrap_or_default().to_owned();
        all.push((change.entity, change.key, whose));
    }
    all
}

async fn two_become_one_and_two_again(engine: Engine) {
    let bench = bench_on(engine).await;
    let (went, stays) = (
        bench.member("13900001111", 300).await,
        bench.member("13900002222", 50).await,
    );
    let mut counter = bench.counter(true).await;
    let first = counter.append(&Body::Sale(sale("T1", 20_000, by_id(&went))));
    let second = counter.append(&Body::Sale(sale("T2", 10_000, by_id(&stays))));
    counter.results(&bench, &[first.clone(), second]).await;
    let before = (has(&bench, &went).await, has(&bench, &stays).await);
    let held = counter
        .grant(&bench, &went, Some(120))
        .await
        .grants
        .remove(0);

    let merge = merged(&bench, &went, &stays).await;
    in_order(&bench).await;
    // all that was free went over; what the counter holds is asked back
    assert_eq!(has(&bench, &went).await, (0, 0));
    let together = before.0.0 + before.1.0 - 120;
    assert_eq!(has(&bench, &stays).await, (together, 0));
    assert_eq!(recalled(&bench, &counter).await, [held.grant]);
    let feed = shown(&counter, &bench).await;
    let whose = |kind: EntityKind, key: &str| {
        let found = feed.iter().find(|(k, id, _)| k == kind.name() && id == key);
        found.map(|(_, _, whose)| whose.as_str())
    };
    assert_eq!(whose(EntityKind::Member, &went), None);
    assert_eq!(
        whose(EntityKind::Receipt, &first.op_id.to_string()),
        Some(stays.as_str())
    );
    let seen = counter.sees(&bench, &stays).await;
    assert_eq!(seen.earlier_cards.len(), 1);
    assert_eq!(seen.receipts, 2);

    // the counter has not heard of it: it goes on with who went
    let spent = redemption(&went, &[(&held, 100)]);
    applied(&bench, &mut counter, &spent).await;
    applied(&bench, &mut counter, &release(&held, &went, 20)).await;
    let sold = Body::Sale(sale("T3", 30_000, by_id(&went)));
    let earned = applied(&bench, &mut counter, &sold).await.earned;
    in_order(&bench).await;
    let now = together + 20 + earned.get();
    assert_eq!(has(&bench, &stays).await, (now, 0));
    assert_eq!(counter.sees(&bench, &stays).await.receipts, 3);
    // by her other card, and her other number, it is she who stayed
    let card = seen.earlier_cards[0].clone();
    let of_card = Body::Sale(sale("T4", 10_000, MemberRef::Code { code: card }));
    let earned = applied(&bench, &mut counter, &of_card).await.earned;
    let of_phone = counter.sale_for_phone("T5", 10_000, "13900001111");
    counter.results(&bench, &[of_phone]).await;
    let now = now + 2 * earned.get();
    assert_eq!(has(&bench, &stays).await, (now, 0));
    // goods that were bought before come back: she who stayed gives the points back
    applied(&bench, &mut counter, &brought_back(&first, "T1")).await;
    in_order(&bench).await;
    assert_eq!(has(&bench, &went).await, (0, 0));
    assert!(has(&bench, &stays).await.0 < now);

    parted(&bench, &merge).await;
    in_order(&bench).await;
    let feed = shown(&counter, &bench).await;
    let back = feed
        .iter()
        .find(|(_, key, _)| *key == first.op_id.to_string());
    assert_eq!(back.unwrap().2, went);
    assert!(
        feed.iter()
            .any(|(k, id, _)| k == EntityKind::Member.name() && *id == went)
    );
    assert_eq!(counter.sees(&bench, &stays).await.earlier_cards.len(), 0);
    // nothing of it was lost: what each has is what each was given, less what each spent and gave back
    let both = has(&bench, &went).await.0 + has(&bench, &stays).await.0;
    let owed = has(&bench, &went).await.1 + has(&bench, &stays).await.1;
    assert!(both - owed > 0);
    // twice is refused
    let again = merging::part(&bench.centre, &merge, &"M1".into()).await;
    assert!(again.is_err());
}

async fn what_was_spent_is_owed_by_who_stayed(engine: Engine) {
    let bench = bench_on(engine).await;
    let (went, stays) = (
        bench.member("13900001111", 500).await,
        bench.member("13900002222", 0).await,
    );
    let mut counter = bench.counter(true).await;
    let merge = merged(&bench, &went, &stays).await;
    let held = counter
        .grant(&bench, &stays, Some(400))
        .await
        .grants
        .remove(0);
    applied(&bench, &mut counter, &redemption(&stays, &[(&held, 300)])).await;
    parted(&bench, &merge).await;
    in_order(&bench).await;
    assert_eq!(has(&bench, &went).await, (500, 0));
    // 300 were spent, 100 the counter still holds: these settle what is owed when they come
    assert_eq!(has(&bench, &stays).await, (0, 400));
    applied(&bench, &mut counter, &release(&held, &stays, 100)).await;
    assert_eq!(has(&bench, &stays).await, (0, 300));
    in_order(&bench).await;
}

async fn whoever_went_first_goes_along(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.push(bench.member(&format!("1390000000{n}"), 100 * n).await);
    }
    let [a, b, c] = [&ids[0], &ids[1], &ids[2]];
    merged(&bench, a, b).await;
    merged(&bench, b, c).await;
    in_order(&bench).await;
    assert_eq!(has(&bench, c).await, (600, 0));
    let db = bench.centre.db().read();
    let standing = merging::latest(db, None, chrono::DateTime::UNIX_EPOCH, 10);
    let standing = standing.await.unwrap();
    assert_eq!(standing.len(), 2);
    // both are one with the last: each can be parted by itself
    for one in &standing {
        assert_eq!(one.stayed.member.id.as_str(), c);
        parted(&bench, &one.id).await;
        in_order(&bench).await;
    }
    for (id, points) in [(a, 100), (b, 200), (c, 300)] {
        assert_eq!(has(&bench, id).await, (points, 0));
    }
}

async fn what_she_bought_on_either_counts_for_her_tier(engine: Engine) {
    let bench = bench_on(engine).await;
    let (went, stays) = (
        bench.member("13900001111", 0).await,
        bench.member("13900002222", 0).await,
    );
    let mut counter = bench.counter(true).await;
    for (no, id) in [("T1", &went), ("T2", &stays)] {
        let bought = Body::Sale(sale(no, 40_000, by_id(id)));
        applied(&bench, &mut counter, &bought).await;
    }
    let merge = merged(&bench, &went, &stays).await;
    let qualifying = async |counter: &Counter| counter.sees(&bench, &stays).await.qualifying;
    assert_eq!(qualifying(&counter).await, Money::from_fen(80_000));
    // what she buys by the other account goes on counting
    let bought = Body::Sale(sale("T3", 5_000, by_id(&went)));
    applied(&bench, &mut counter, &bought).await;
    assert_eq!(qualifying(&counter).await, Money::from_fen(85_000));
    in_order(&bench).await;
    parted(&bench, &merge).await;
    assert_eq!(qualifying(&counter).await, Money::from_fen(40_000));
    in_order(&bench).await;
}

fn told(of: &str, allergy: &str) -> Profile {
    Profile {
        member: of.into(),
        seen: 0,
        set: protocol::profile::Fields {
            birthday: NaiveDate::from_ymd_opt(1990, 5, 20),
            ..Default::default()
        },
        allergies_add: vec![allergy.into()],
        allergies_remove: Vec::new(),
        consents: protocol::profile::Consents {
            skin: Some(true),
            text_version: "2026-01".into(),
            ..Default::default()
        },
    }
}

async fn allergies_join_and_the_found_are_two_no_more(engine: Engine) {
    let bench = bench_on(engine).await;
    let (went, stays) = (
        bench.member("13900001111", 10).await,
        bench.member("13900002222", 0).await,
    );
    let mut counter = bench.counter(true).await;
    let now = centre::Clock::default().now();
    let changed = |counter: &mut Counter, of: &str, allergy: &str| {
        let body = Body::Profile(told(of, allergy));
        let name = PersonalField::commit(protocol::profile::NAME, "苏婉清").unwrap();
        counter.append_raw(body.kind(), body.to_json().unwrap(), vec![name], now)
    };
    let ops = [
        changed(&mut counter, &went, "酒精"),
        changed(&mut counter, &stays, "视黄醇"),
    ];
    counter.results(&bench, &ops).await;
    let db = bench.centre.db().read();
    let found = merging::duplicates(db, Some(&STORE.into()), 10)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].why.contains(&Reason::NameAndBirthday));
    assert!(
        merging::duplicates(db, Some(&"S2".into()), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let pair = (&went.as_str().into(), &stays.as_str().into());
    merging::not_same(&bench.centre, pair, &"M1".into())
        .await
        .unwrap();
    assert!(merging::duplicates(db, None, 10).await.unwrap().is_empty());
    merged(&bench, &went, &stays).await;
    let seen = counter.sees(&bench, &stays).await;
    assert_eq!(seen.allergies, ["视黄醇", "酒精"]);
    // a change that was made before its counter heard of it is hers
    let late = changed(&mut counter, &went, "香精");
    counter.results(&bench, &[late]).await;
    assert_eq!(counter.sees(&bench, &stays).await.allergies.len(), 3);
    in_order(&bench).await;
}

async fn a_former_number_tells_that_two_are_one(engine: Engine) {
    let bench = bench_on(engine).await;
    let (before, after) = (
        bench.member("13900001111", 10).await,
        bench.member("13900002222", 0).await,
    );
    let mut work = bench.centre.work().await.unwrap();
    // she has another number since, and joined once more by the one that she had
    let id = before.as_str().into();
    centre::members::keep_former(&work, &id, "13900002222", centre::members::CHANGED)
        .await
        .unwrap();
    work.changed(Changed::member(&id));
    work.commit().await.unwrap();
    let db = bench.centre.db().read();
    let found = merging::duplicates(db, None, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].why.iter().copied().collect::<Vec<_>>(),
        [Reason::FormerPhone]
    );
    // whose number became somebody else's is nobody's other half
    let row = former_phone::ActiveModel {
        member_id: Set(before.as_str().into()),
        phone: Set("13900002222".to_owned()),
        why: Set(centre::members::NEW_OWNER.to_owned()),
        ..Default::default()
    };
    let work = bench.centre.work().await.unwrap();
    row.update(work.on()).await.unwrap();
    work.commit().await.unwrap();
    assert!(merging::duplicates(db, None, 10).await.unwrap().is_empty());
    assert_ne!(before, after);
}

async fn what_cannot_be_merged_is_refused(engine: Engine) {
    let bench = bench_on(engine).await;
    let (one, other, third) = (
        bench.member("13900001111", 10).await,
        bench.member("13900002222", 10).await,
        bench.member("13900003333", 10).await,
    );
    let refused = async |went: &str, stays: &str| {
        let merging = Merging {
            went: went.into(),
            stays: stays.into(),
            why: Some(Reason::Card),
            by: "M1".into(),
        };
        merging::merge(&bench.centre, &merging).await.is_err()
    };
    assert!(refused(&one, &one).await);
    assert!(refused(&one, "nobody").await);
    merged(&bench, &one, &other).await;
    assert!(refused(&one, &third).await, "she has gone already");
    assert!(refused(&third, &one).await);
    centre::rights::erase(&bench.centre, &other.as_str().into(), "she asked")
        .await
        .unwrap();
    // who was merged into her is erased with her
    let rows = member::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let gone = rows.iter().filter(|m| m.erased_at.is_some()).count();
    assert_eq!(gone, 2);
    assert!(refused(&other, &third).await);
    in_order(&bench).await;
}

async fn coupons_go_between_stores_and_come_back(engine: Engine) {
    let bench = bench_on(engine).await;
    let (went, stays) = (
        bench.member("13800005678", 10).await,
        bench.member("13900002222", 0).await,
    );
    give_fifty_off(&bench, "C1").await;
    bench.moves(&went).await;
    let counter = bench.counter(true).await;
    let coupons = async || {
        let all = shown(&counter, &bench).await;
        let coupons = all
            .into_iter()
            .filter(|(kind, ..)| kind == EntityKind::Coupon.name());
        coupons.map(|(.., whose)| whose).collect::<Vec<_>>()
    };
    assert!(coupons().await.is_empty(), "hers are another store's");
    let merge = merged(&bench, &went, &stays).await;
    in_order(&bench).await;
    assert_eq!(coupons().await, [stays.as_str()]);
    parted(&bench, &merge).await;
    in_order(&bench).await;
    assert!(coupons().await.is_empty(), "they are with her again");
}

on_both_engines!(
    coupons_go_between_stores_and_come_back,
    two_become_one_and_two_again,
    what_was_spent_is_owed_by_who_stayed,
    whoever_went_first_goes_along,
    what_she_bought_on_either_counts_for_her_tier,
    allergies_join_and_the_found_are_two_no_more,
    a_former_number_tells_that_two_are_one,
    what_cannot_be_merged_is_refused,
);
