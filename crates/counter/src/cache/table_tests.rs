//! Whose a thing is, and caches that older builds wrote.

use super::super::{Cache, coupons_of, movements_of, of_member, one, receipt_by_id};
use super::*;
use crate::home::{FileKey, Home, device_key};
use crate::lock::lock;
use protocol::Generation;
use protocol::entity::{Behaved, Brand, Clerk, Member, Product, Redemption};
use protocol::pull::{Change, PullReply};
use rusqlite::Connection;
use serde_json::value::RawValue;

const SCOPE: &str = "store:S1";

/// One thing of most kinds, and one of a kind of a later build.
const TOLD: [(&str, &str, &str); 12] = [
    ("brand", "brand", r#"{"name":"花漾"}"#),
    (
        "clerk",
        "C1",
        r#"{"id":"C1","name":"李","role":"advisor","store":"S1","pin_hash":"x","active":true}"#,
    ),
    ("product", "P1", r#"{"sku":"P1","name":"精华"}"#),
    (
        "reward",
        "R1",
        r#"{"id":"R1","name":"小样","kind":"sample","points":100}"#,
    ),
    (
        "member",
        "M1",
        r#"{"id":"M1","no":"80001","name":"张三","phone":"13900000001","home_store":"S1","joined":"2026-01-01","tier":"silver","qualifying":"0.00","balance":0,"available":0,"as_of":"2026-01-01T00:00:00Z"}"#,
    ),
    (
        "receipt",
        "S1/T1",
        r#"{"no":"T1","member":"M1","store":"S1","at":"2026-01-02T00:00:00Z","lines":[],"pay":"10.00","earned":10}"#,
    ),
    (
        "redemption",
        "op-1",
        r#"{"id":"op-1","member":"M1","store":"S1","at":"2026-01-03T00:00:00Z","points":100,"hers":100,"what":{"for":"reward","reward":"R1","name":"小样","qty":1}}"#,
    ),
    (
        "coupon",
        "K1",
        r#"{"member":"M1","coupon":{"id":"K1","kind":"amount_off","threshold":"300.00","amount":"50.00","stacks":true}}"#,
    ),
    (
        "behaved",
        "M1/check_in",
        r#"{"member":"M1","behaviour":"check_in","on":"2026-01-03","times":1}"#,
    ),
    (
        "movements",
        "M1",
        r#"{"member":"M1","movements":[{"op":"op-2","at":"2026-01-03T00:00:00Z","points":5,"kind":"joined"}]}"#,
    ),
    (
        "device",
        "device",
        r#"{"checkout":true,"quarantined":false,"epoch":1}"#,
    ),
    ("wish", "W1", r#"{"member":"M1","sku":"P1"}"#),
];

fn told() -> PullReply {
    let changes = (1..).zip(TOLD).map(|(n, (entity, key, body))| Change {
        n,
        entity: entity.into(),
        key: key.into(),
        body: Some(RawValue::from_string(body.into()).unwrap()),
    });
    PullReply {
        changes: changes.collect(),
        next: 12,
        more: false,
        digest: None,
        server_time: chrono::Utc::now(),
        attestation: None,
    }
}

fn folder(dir: &tempfile::TempDir) -> (Home, FileKey) {
    let home = Home::open(dir.path()).unwrap();
    let key = device_key(&home).unwrap();
    (home, key)
}

fn by_hand(cache: &Cache, sql: &str) {
    lock(&cache.writer).execute_batch(sql).unwrap();
}

/// Things whose member is written down, by kind and key.
fn owned(cache: &Cache) -> Vec<String> {
    let read = |c: &Connection| {
        let sql = "SELECT kind || ' ' || key FROM entity WHERE member = 'M1' ORDER BY kind";
        let mut s = c.prepare(sql)?;
        let rows = s.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    };
    cache.read(read).unwrap()
}

const HERS: [&str; 4] = [
    "behaved M1/check_in",
    "coupon K1",
    "movements M1",
    "redemption op-1",
];

/// Everything that was told is read, each by its type.
fn reads_all(cache: &Cache) {
    let read = |c: &Connection| {
        assert_eq!(one::<Brand>(c, "brand")?.unwrap().name, "花漾");
        assert_eq!(one::<Clerk>(c, "C1")?.unwrap().name, "李");
        assert_eq!(one::<Clerk>(c, "C9")?, None);
        assert_eq!(one::<Product>(c, "P1")?.unwrap().name, "精华");
        assert_eq!(one::<Member>(c, "M1")?.unwrap().name, "张三");
        assert_eq!(of_member::<Redemption>(c, "M1")?.len(), 1);
        assert_eq!(of_member::<Redemption>(c, "M2")?.len(), 0);
        assert_eq!(of_member::<Behaved>(c, "M1")?.len(), 1);
        assert_eq!(of_member::<Member>(c, "M1")?.len(), 1);
        assert_eq!(of_member::<Product>(c, "M1")?, []);
        assert_eq!(coupons_of(c, "M1")?.len(), 1);
        assert_eq!(movements_of(c, "M1")?.len(), 1);
        // an older centre does not say a receipt's id
        assert_eq!(receipt_by_id(c, "S1/T1")?.unwrap().no, "T1");
        Ok(())
    };
    cache.read(read).unwrap();
    assert_eq!(owned(cache), HERS);
    by_hand(cache, "UPDATE feed_scope SET checked_ms = 0");
    assert!(cache.check(SCOPE).unwrap(), "each row is what was told");
}

#[test]
fn things_of_every_kind_are_kept_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = folder(&dir);
    let cache = Cache::open(&home, &key).unwrap();
    cache.apply(SCOPE, Generation(1), &told()).unwrap();
    reads_all(&cache);
}

#[test]
fn what_left_is_gone_from_every_table() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = folder(&dir);
    let cache = Cache::open(&home, &key).unwrap();
    cache.apply(SCOPE, Generation(1), &told()).unwrap();
    let mut left = told();
    for change in &mut left.changes {
        change.n += 12;
        change.body = None;
    }
    cache.apply(SCOPE, Generation(1), &left).unwrap();
    for table in Table::ALL {
        let sql = format!("SELECT count(*) FROM {}", table.name());
        let read = |c: &Connection| Ok(c.query_row(&sql, [], |r| r.get::<_, u32>(0))?);
        assert_eq!(cache.read(read).unwrap(), 0, "{table:?}");
    }
}

#[test]
fn a_cache_of_an_older_schema_is_taken_over_with_everything_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = folder(&dir);
    let conn = Connection::open(home.cache()).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.execute_batch(include_str!("schema_8_fixture.sql"))
        .unwrap();
    drop(conn);
    let cache = Cache::open(&home, &key).unwrap();
    assert!(!cache.begun_anew());
    reads_all(&cache);
    let at = cache.read(|c| super::super::cursor(c, SCOPE)).unwrap();
    assert_eq!(at, Some((12, Generation(1))), "it is not pulled anew");
}

#[test]
fn a_kind_that_became_known_is_given_its_members() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = folder(&dir);
    let cache = Cache::open(&home, &key).unwrap();
    cache.apply(SCOPE, Generation(1), &told()).unwrap();
    // as a build left it that knew other kinds than this one
    by_hand(
        &cache,
        "UPDATE entity SET member = NULL WHERE kind = 'coupon';
         DELETE FROM member_noted WHERE kind = 'coupon';
         INSERT INTO member_noted VALUES ('wish');",
    );
    drop(cache);
    let cache = Cache::open(&home, &key).unwrap();
    reads_all(&cache);
    // a later build finds that wishes were written without their members
    let noted = cache.read(|c| Ok(noted(c)?)).unwrap();
    assert_eq!(noted, known());
}
