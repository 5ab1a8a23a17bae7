//! A cache in memory and made-up members.
#![allow(dead_code, clippy::unwrap_used)]

use counter::search::{self, Hit, Kind};
use protocol::entity::Member;
use rusqlite::{Connection, params};
use serde_json::json;
use std::collections::BTreeMap;

pub fn cache() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(search::schema::SQL).unwrap();
    conn.set_prepared_statement_cache_capacity(64);
    conn
}

pub fn member(id: &str, name: &str, phone: &str) -> Member {
    serde_json::from_value(json!({
        "id": id, "no": format!("M{id:0>7}"), "name": name, "phone": phone, "home_store": "S01",
        "joined": "2024-05-01", "tier": "gold", "qualifying": "0.00", "balance": 0, "available": 0,
        "as_of": "2026-01-01T00:00:00Z",
    }))
    .unwrap()
}

/// The same with a last purchase so many minutes after the beginning of 2025.
pub fn bought(mut member: Member, minute: i64) -> Member {
    let start: chrono::DateTime<chrono::Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    member.last_purchase = Some(start + chrono::Duration::minutes(minute));
    member
}

pub fn put(conn: &mut Connection, member: &Member) {
    let tx = conn.transaction().unwrap();
    search::put_member(&tx, member).unwrap();
    tx.commit().unwrap();
}

pub fn remove(conn: &mut Connection, id: &str) {
    let tx = conn.transaction().unwrap();
    search::remove_member(&tx, &id.into()).unwrap();
    tx.commit().unwrap();
}

pub fn hits(conn: &Connection, typed: &str) -> Vec<Hit> {
    search::find(conn, typed, 20).unwrap()
}

/// Ids found, in order.
pub fn ids(conn: &Connection, typed: &str) -> Vec<String> {
    hits(conn, typed)
        .into_iter()
        .map(|hit| hit.member_id.as_str().to_owned())
        .collect()
}

pub fn kind(conn: &Connection, typed: &str) -> Option<Kind> {
    hits(conn, typed).first().map(|hit| hit.matched.kind)
}

/// What is wrong with the lists: each is compared with all keys below it.
pub fn wrong_lists(conn: &Connection) -> Vec<String> {
    type Ranked = (i64, i64);
    let mut below: BTreeMap<String, (usize, BTreeMap<Ranked, i64>)> = BTreeMap::new();
    let mut read = conn
        .prepare("SELECT key, rank, member, kind FROM search_key")
        .unwrap();
    let mut rows = read.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (key, rank, member, kind): (String, i64, i64, i64) = (
            row.get(0).unwrap(),
            row.get(1).unwrap(),
            row.get(2).unwrap(),
            row.get(3).unwrap(),
        );
        let ends: Vec<usize> = key
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        for end in ends.into_iter().filter(|end| {
            if key.starts_with('t') {
                *end == key.len()
            } else {
                *end > 1
            }
        }) {
            let (keys, members) = below.entry(key[..end].to_owned()).or_default();
            *keys += 1;
            let best = members.entry((rank, member)).or_insert(kind);
            *best = kind.min(*best);
        }
    }
    let mut wrong = Vec::new();
    for (prefix, (keys, members)) in &below {
        let mut read = conn
            .prepare_cached(
                "SELECT rank, member, kind FROM search_top WHERE prefix = ?1 ORDER BY rank, member",
            )
            .unwrap();
        let list: Vec<(Ranked, i64)> = read
            .query_map(params![prefix], |row| {
                Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let first: Vec<(Ranked, i64)> = members
            .iter()
            .take(search::index::LIST)
            .map(|(ranked, kind)| (*ranked, *kind))
            .collect();
        if list.is_empty() && *keys > search::index::LIST {
            wrong.push(format!("{prefix} has {keys} keys and no list"));
        } else if !list.is_empty() && list != first {
            wrong.push(format!("{prefix}: {list:?} is not {first:?}"));
        }
    }
    let mut read = conn
        .prepare("SELECT DISTINCT prefix FROM search_top")
        .unwrap();
    let prefixes: Vec<String> = read
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    wrong.extend(
        prefixes
            .iter()
            .filter(|p| !below.contains_key(*p))
            .map(|p| format!("{p} lists nobody's key")),
    );
    wrong
}
