//! Reading the centre's state.

use crate::error::{Error, Result};
use crate::search;
use crate::view::MemberChoice;
use chrono::{DateTime, Utc};
use identity::{Found, MemberCode, MobileNumber};
use loyalty::{Money, NetPaid, Program};
use protocol::Generation;
use protocol::entity::{self, Brand, Clerk, Member, ProgramSchedule, Reward, Stock, Store};
use rusqlite::{Connection, OptionalExtension, Params};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

fn stored<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::CacheDamaged(e.to_string()))
}

fn body<T: DeserializeOwned>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>> {
    let text: Option<String> = conn
        .prepare_cached(sql)?
        .query_row(params, |r| r.get(0))
        .optional()?;
    text.map(|t| stored(&t)).transpose()
}

pub(super) fn bodies<T: DeserializeOwned>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |r| r.get::<_, String>(0))?;
    rows.map(|r| stored(&r?)).collect()
}

/// The member who joined by a sign-up code.
pub(crate) fn joined_by(conn: &Connection, code_id: &str) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("SELECT member FROM joined WHERE code = ?1")?
        .query_row([code_id], |r| r.get(0))
        .optional()?)
}

/// Where a scope was pulled to, and in which generation.
pub(crate) fn cursor(conn: &Connection, scope: &str) -> Result<Option<(u64, Generation)>> {
    let row: Option<(i64, u32)> = conn
        .prepare_cached("SELECT cursor, generation FROM cursor WHERE scope = ?1")?
        .query_row([scope], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    row.map(|(c, g)| {
        u64::try_from(c)
            .map(|c| (c, Generation(g)))
            .map_err(|_| Error::CacheDamaged("a cursor below zero".into()))
    })
    .transpose()
}

/// A member by id.
pub(crate) fn member(conn: &Connection, id: &str) -> Result<Option<Member>> {
    body(conn, "SELECT body FROM member WHERE id = ?1", [id])
}

/// A member by the number on her card, as it was scanned or typed.
pub(crate) fn member_by_card(conn: &Connection, code: &MemberCode) -> Result<Option<Member>> {
    match search::by_card(conn, code)? {
        Found::None => Ok(None),
        Found::One(hers) => member(conn, &hers.id),
        Found::Several(all) => {
            let by = search::By::Card;
            let all = all.into_iter().map(|hers| search::Named { hers, by });
            Err(ambiguous(all.collect()))
        }
    }
}

/// A member by phone number.
pub(crate) fn member_by_phone(conn: &Connection, phone: &MobileNumber) -> Result<Option<Member>> {
    search::by_phone(conn, phone)?.map_or(Ok(None), |hers| member(conn, &hers.id))
}

/// The id of the member whom a bare number names, and as what: a card's or a phone's.
pub(crate) fn member_by_number(
    conn: &Connection,
    text: &str,
) -> Result<Option<(String, search::By)>> {
    let found = search::by_number(conn, text)?.one().map_err(ambiguous)?;
    Ok(found.map(|named| (named.hers.id, named.by)))
}

fn ambiguous(all: Vec<search::Named>) -> Error {
    Error::MemberAmbiguous {
        members: all.into_iter().map(MemberChoice::from).collect(),
    }
}

/// How many members are held.
pub(crate) fn member_count(conn: &Connection) -> Result<u32> {
    Ok(conn
        .prepare_cached("SELECT count(*) FROM member")?
        .query_row([], |r| r.get(0))?)
}

/// Members for whom an allowance is to be asked for, with the number of the change that said so.
pub(crate) fn ahead_due(conn: &Connection, limit: usize) -> Result<Vec<(String, i64)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement =
        conn.prepare_cached("SELECT member, n FROM ahead_due ORDER BY n LIMIT ?1")?;
    let rows = statement.query_map([limit], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Net money of a member's receipts, by their time.
pub(crate) fn paid_of(conn: &Connection, member: &str) -> Result<Vec<NetPaid>> {
    #[derive(serde::Deserialize)]
    struct Paid {
        at: DateTime<Utc>,
        pay: Money,
        #[serde(default)]
        refunded: Money,
    }
    let mut statement =
        conn.prepare_cached("SELECT body FROM receipt WHERE member = ?1 ORDER BY at_ms DESC")?;
    let mut rows = statement.query([member])?;
    let mut all: Vec<NetPaid> = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let Paid { at, pay, refunded } = stored(text)?;
        let net = (pay - refunded).max(Money::ZERO);
        match all.last_mut() {
            Some(last) if last.at == at => last.net += net,
            _ => all.push(NetPaid { at, net }),
        }
    }
    Ok(all)
}

/// A small thing by its key.
pub(super) fn entity<T: DeserializeOwned>(
    conn: &Connection,
    kind: &str,
    key: &str,
) -> Result<Option<T>> {
    body(
        conn,
        "SELECT body FROM entity WHERE kind = ?1 AND key = ?2",
        [kind, key],
    )
}

fn entities<T: DeserializeOwned>(conn: &Connection, kind: &str) -> Result<Vec<T>> {
    bodies(
        conn,
        "SELECT body FROM entity WHERE kind = ?1 ORDER BY key",
        [kind],
    )
}

/// Clerks who may sign in.
pub(crate) fn clerks(conn: &Connection) -> Result<Vec<Clerk>> {
    Ok(entities::<Clerk>(conn, entity::CLERK)?
        .into_iter()
        .filter(|c| c.active)
        .collect())
}

/// A clerk by id, one who has left too.
pub(crate) fn clerk(conn: &Connection, id: &str) -> Result<Option<Clerk>> {
    entity(conn, entity::CLERK, id)
}

/// A reward by id, where it is given now.
pub(crate) fn reward(conn: &Connection, id: &str) -> Result<Option<Reward>> {
    let found: Option<Reward> = entity(conn, entity::REWARD, id)?;
    Ok(found.filter(|r| r.active))
}

/// Rewards that are given now.
pub(crate) fn rewards(conn: &Connection) -> Result<Vec<Reward>> {
    Ok(entities::<Reward>(conn, entity::REWARD)?
        .into_iter()
        .filter(|r| r.active)
        .collect())
}

/// Pieces left of the rewards that this store counts.
pub(crate) fn stocks(conn: &Connection) -> Result<HashMap<String, u32>> {
    let all = entities::<Stock>(conn, entity::STOCK)?;
    Ok(all.into_iter().map(|s| (s.reward, s.left)).collect())
}

/// Stores of the brand.
pub(crate) fn stores(conn: &Connection) -> Result<Vec<Store>> {
    entities(conn, entity::STORE)
}

/// The brand; empty before the first pull.
pub(crate) fn brand(conn: &Connection) -> Result<Brand> {
    Ok(entities::<Brand>(conn, entity::BRAND)?
        .pop()
        .unwrap_or_default())
}

/// A version of the rules, and from when it holds; none = at once.
pub(crate) type Scheduled = (Option<DateTime<Utc>>, Program);

/// Every version of the rules that this build can follow, newest first. An operation carries its version, so
/// a counter that is older than the newest rules goes on by the newest that it knows.
///
/// # Errors
/// [`Error::Program`] where there are some and it knows none.
pub(crate) fn programs(conn: &Connection) -> Result<Vec<Scheduled>> {
    let from: HashMap<u32, DateTime<Utc>> =
        entities::<ProgramSchedule>(conn, entity::PROGRAM_SCHEDULE)?
            .into_iter()
            .map(|s| (s.version, s.from))
            .collect();
    let texts: Vec<String> = conn
        .prepare_cached("SELECT body FROM entity WHERE kind = ?1")?
        .query_map([entity::PROGRAM], |r| r.get(0))?
        .collect::<std::result::Result<_, _>>()?;
    let mut programs: Vec<Scheduled> = Vec::new();
    let mut unknown = None;
    for text in texts {
        match Program::from_json(&text) {
            Ok(p) => programs.push((from.get(&p.version()).copied(), p)),
            Err(e) => {
                tracing::warn!("rules that this build cannot follow: {e}");
                unknown = Some(e.to_string());
            }
        }
    }
    if let (true, Some(e)) = (programs.is_empty(), unknown) {
        return Err(Error::Program(e));
    }
    programs.sort_by_key(|(_, p)| std::cmp::Reverse(p.version()));
    Ok(programs)
}
