//! Snapshots, digests and what mends a cache that is not what the centre has.

use super::*;
use crate::home::{Home, device_key};
use protocol::pull::entity_digest;
use serde_json::value::RawValue;

const SCOPE: &str = "store:S1";
const G: Generation = Generation(1);

struct Bench {
    _dir: tempfile::TempDir,
    cache: Cache,
}

fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path()).unwrap();
    let key = device_key(&home).unwrap();
    let cache = Cache::open(&home, &key).unwrap();
    Bench { _dir: dir, cache }
}

fn member(n: u64, name: &str) -> String {
    format!(
        r#"{{"id":"m{n}","no":"8{n:05}","name":"{name}","phone":"139{n:08}","home_store":"S1","joined":"2026-01-01","tier":"silver","qualifying":"0.00","balance":0,"available":0,"as_of":"2026-01-01T00:00:00Z"}}"#
    )
}

fn change(n: u64, entity: &str, key: &str, body: Option<&str>) -> Change {
    Change {
        n,
        entity: entity.into(),
        key: key.into(),
        body: body.map(|b| RawValue::from_string(b.to_owned()).unwrap()),
    }
}

/// What the centre has: members by number and name, with a clerk besides.
fn feed(members: &[(u64, &str)]) -> Vec<Change> {
    let mut all = vec![change(1, "clerk", "C1", Some(r#"{"id":"C1"}"#))];
    for (n, name) in members {
        all.push(change(
            1 + n,
            "member",
            &format!("m{n}"),
            Some(&member(*n, name)),
        ));
    }
    all
}

fn digest(changes: &[Change]) -> String {
    let sum = changes.iter().fold(0u128, |sum, c| {
        let body = c.body.as_ref().map_or("", |b| b.get());
        sum.wrapping_add(entity_digest(&c.entity, &c.key, body))
    });
    digest_text(sum)
}

fn reply(changes: Vec<Change>, next: u64, digest: Option<String>) -> PullReply {
    PullReply {
        changes,
        next,
        more: digest.is_none(),
        digest,
        server_time: Utc::now(),
        attestation: None,
    }
}

fn names(cache: &Cache) -> Vec<String> {
    cache
        .read(|c| {
            let mut s = c.prepare("SELECT body FROM member ORDER BY id")?;
            let rows = s.query_map([], |r| r.get::<_, String>(0))?;
            Ok(rows
                .map(|r| {
                    let m: protocol::entity::Member = serde_json::from_str(&r.unwrap()).unwrap();
                    m.name
                })
                .collect())
        })
        .unwrap()
}

fn cursor(cache: &Cache) -> u64 {
    let at = cache.read(|c| read::cursor(c, SCOPE)).unwrap();
    at.map_or(0, |(cursor, _)| cursor)
}

fn by_hand(cache: &Cache, sql: &str) {
    lock(&cache.writer).execute_batch(sql).unwrap();
}

#[test]
fn what_agrees_is_left_alone() {
    let Bench { cache, _dir } = bench();
    let all = feed(&[(1, "张三"), (2, "李四")]);
    let is = digest(&all);
    assert!(
        !cache
            .apply(SCOPE, G, &reply(all, 3, Some(is.clone())))
            .unwrap()
    );
    assert!(cache.agrees(SCOPE, Some(&is)).unwrap() && cache.check(SCOPE).unwrap());
    // a change and a departure keep the sum in step
    let now = feed(&[(1, "王五")]);
    let page = vec![
        change(4, "member", "m1", Some(&member(1, "王五"))),
        change(5, "member", "m2", None),
    ];
    assert!(
        !cache
            .apply(SCOPE, G, &reply(page, 5, Some(digest(&now))))
            .unwrap()
    );
    assert_eq!(names(&cache), ["王五"]);
}

#[test]
fn a_lost_change_is_found_by_the_digest_and_mended_by_a_snapshot() {
    let Bench { cache, _dir } = bench();
    let all = feed(&[(1, "张三"), (2, "李四")]);
    cache
        .apply(SCOPE, G, &reply(all.clone(), 3, Some(digest(&all))))
        .unwrap();
    // m2 has left and m3 has come; neither was told
    let now = feed(&[(1, "张三"), (3, "王五")]);
    let is = digest(&now);
    assert!(
        cache
            .apply(SCOPE, G, &reply(Vec::new(), 9, Some(is.clone())))
            .unwrap()
    );
    assert_eq!(cursor(&cache), 0);
    assert!(
        !cache
            .apply(SCOPE, G, &reply(now, 9, Some(is.clone())))
            .unwrap()
    );
    assert_eq!(names(&cache), ["张三", "王五"]);
    assert!(cache.agrees(SCOPE, Some(&is)).unwrap());
    assert_eq!(cursor(&cache), 9);
}

#[test]
fn a_row_changed_by_hand_is_found_and_mended() {
    let flips = [
        "UPDATE member SET body = replace(body, '李四', '坏人')",
        "DELETE FROM member WHERE id = 'm1'",
        "DELETE FROM feed_row WHERE key = 'm2'",
        "UPDATE entity SET body = '{}'",
        "UPDATE feed_scope SET digest = zeroblob(16)",
    ];
    for flip in flips {
        let Bench { cache, _dir } = bench();
        let all = feed(&[(1, "张三"), (2, "李四")]);
        let is = digest(&all);
        cache
            .apply(SCOPE, G, &reply(all.clone(), 3, Some(is.clone())))
            .unwrap();
        by_hand(&cache, flip);
        assert!(cache.check(SCOPE).unwrap(), "looked at a moment ago");
        by_hand(&cache, "UPDATE feed_scope SET checked_ms = 0");
        assert!(!cache.check(SCOPE).unwrap(), "{flip}");
        assert_eq!(cursor(&cache), 0);
        assert!(!cache.apply(SCOPE, G, &reply(all, 3, Some(is))).unwrap());
        by_hand(&cache, "UPDATE feed_scope SET checked_ms = 0");
        assert!(cache.check(SCOPE).unwrap(), "{flip}");
        assert_eq!(names(&cache), ["张三", "李四"]);
    }
}

#[test]
fn a_digest_that_never_agrees_makes_no_endless_loop() {
    let Bench { cache, _dir } = bench();
    let all = feed(&[(1, "张三")]);
    let wrong = || Some(digest_text(7));
    assert!(
        cache
            .apply(SCOPE, G, &reply(all.clone(), 2, wrong()))
            .unwrap()
    );
    assert!(
        !cache
            .apply(SCOPE, G, &reply(all.clone(), 2, wrong()))
            .unwrap()
    );
    assert!(cache.agrees(SCOPE, wrong().as_deref()).unwrap());
    assert!(
        !cache
            .apply(SCOPE, G, &reply(Vec::new(), 3, wrong()))
            .unwrap()
    );
    // once it agrees again, a new difference is mended again
    assert!(
        !cache
            .apply(SCOPE, G, &reply(Vec::new(), 4, Some(digest(&all))))
            .unwrap()
    );
    assert!(!cache.agrees(SCOPE, wrong().as_deref()).unwrap());
}

#[test]
fn what_another_scope_has_stays() {
    let Bench { cache, _dir } = bench();
    let all = feed(&[(1, "张三")]);
    cache
        .apply(SCOPE, G, &reply(all.clone(), 2, Some(digest(&all))))
        .unwrap();
    let visitor = vec![change(1, "member", "m1", Some(&member(1, "张三")))];
    let is = Some(digest(&visitor));
    cache.apply("device:D1", G, &reply(visitor, 1, is)).unwrap();
    let gone = vec![change(2, "member", "m1", None)];
    cache
        .apply("device:D1", G, &reply(gone, 2, Some(digest_text(0))))
        .unwrap();
    assert_eq!(names(&cache), ["张三"]);
    let gone = vec![change(3, "member", "m1", None)];
    let left = digest(&all[..1]);
    assert!(!cache.apply(SCOPE, G, &reply(gone, 3, Some(left))).unwrap());
    assert!(names(&cache).is_empty());
}

#[test]
fn a_first_pull_in_bulk_finds_everybody_and_begins_anew_where_it_broke_off() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path()).unwrap();
    let key = device_key(&home).unwrap();
    let people: Vec<(u64, &str)> = (1..=1_200).map(|n| (n, "张三")).collect();
    let all = feed(&people);
    let is = digest(&all);
    let (first, second) = all.split_at(700);
    let cache = Cache::open(&home, &key).unwrap();
    cache
        .apply(SCOPE, G, &reply(first.to_vec(), 700, None))
        .unwrap();
    drop(cache);
    let cache = Cache::open(&home, &key).unwrap();
    assert_eq!(cursor(&cache), 0, "keys that waited in memory are gone");
    cache
        .apply(SCOPE, G, &reply(first.to_vec(), 700, None))
        .unwrap();
    let last = reply(second.to_vec(), 1_201, Some(is));
    assert!(!cache.apply(SCOPE, G, &last).unwrap());
    let found = cache
        .read(|c| Ok(search::by_number(c, "13900001200")?))
        .unwrap();
    assert_eq!(
        found.map(|n| n.hers.id),
        identity::Found::One("m1200".into())
    );
    let hits = cache
        .read(|c| Ok(search::find(c, "zhangsan", 20)?))
        .unwrap();
    assert_eq!(hits.len(), 20);
}
