//! Reading the centre's state: things of any kind by their key, all of them, or a member's; and what is made of some.

use super::table::Table;
use super::text::{bodies, stored};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use loyalty::Program;
use protocol::attestation::Attestation;
use protocol::entity::{
    Brand, Clerk, Coupon, Entity, EntityKind, Meeting, Movement, Movements, ProgramSchedule,
    Reward, Stock,
};
use protocol::{Generation, GrantId};
use rusqlite::{Connection, OptionalExtension};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The table of a type. Receipts are read by functions of their own: an older centre's do not say their ids.
const fn table_of<T: Entity>() -> Table {
    const {
        assert!(!matches!(T::KIND, EntityKind::Receipt));
    }
    Table::of(T::KIND)
}

/// A thing by its key, as the centre gave it.
pub(crate) fn one<T: Entity>(conn: &Connection, key: &str) -> Result<Option<T>> {
    let table = table_of::<T>();
    let sql = format!(
        "SELECT body FROM {} AND {} = ?1",
        table.rows_of(T::KIND),
        table.key()
    );
    let text: Option<String> = conn
        .prepare_cached(&sql)?
        .query_row([key], |r| r.get(0))
        .optional()?;
    text.map(|t| stored(&t)).transpose()
}

/// All things of a kind, by their keys.
pub(crate) fn all<T: Entity>(conn: &Connection) -> Result<Vec<T>> {
    let table = table_of::<T>();
    let sql = format!(
        "SELECT body FROM {} ORDER BY {}",
        table.rows_of(T::KIND),
        table.key()
    );
    bodies(conn, &sql, [])
}

/// All things of a kind that belong to a member, by their keys; none where things of that kind are nobody's.
pub(crate) fn of_member<T: Entity>(conn: &Connection, member: &str) -> Result<Vec<T>> {
    let table = table_of::<T>();
    let Some(rows) = table.rows_of_member(T::KIND) else {
        return Ok(Vec::new());
    };
    let sql = format!("SELECT body FROM {rows} ORDER BY {}", table.key());
    bodies(conn, &sql, [member])
}

/// When a member was in a shop, as far as the centre has told it beside her receipts.
pub(crate) fn meetings(conn: &Connection, member: &str) -> Result<Vec<Meeting>> {
    let mut all = Vec::new();
    for kind in EntityKind::ALL {
        let Some(read) = kind.meetings() else {
            continue;
        };
        let Some(rows) = Table::of(kind).rows_of_member(kind) else {
            continue;
        };
        let texts: Vec<Box<RawValue>> =
            bodies(conn, &format!("SELECT body FROM {rows}"), [member])?;
        for text in texts {
            all.extend(read(text.get()).map_err(|e| Error::CacheDamaged(e.to_string()))?);
        }
    }
    Ok(all)
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

/// The centre's signature over where a scope was pulled to, where the last page brought it. One that cannot be read
/// shows nothing.
pub(crate) fn cursor_attestation(conn: &Connection, scope: &str) -> Result<Option<Attestation>> {
    let text: Option<Option<String>> = conn
        .prepare_cached("SELECT attestation FROM cursor WHERE scope = ?1")?
        .query_row([scope], |r| r.get(0))
        .optional()?;
    Ok(text.flatten().and_then(|text| text.parse().ok()))
}

/// Clerks who may sign in.
pub(crate) fn clerks(conn: &Connection) -> Result<Vec<Clerk>> {
    Ok(all::<Clerk>(conn)?
        .into_iter()
        .filter(|c| c.active)
        .collect())
}

/// A reward by id, where it is given now.
pub(crate) fn reward(conn: &Connection, id: &str) -> Result<Option<Reward>> {
    Ok(one::<Reward>(conn, id)?.filter(|r| r.active))
}

/// Rewards that are given now.
pub(crate) fn rewards(conn: &Connection) -> Result<Vec<Reward>> {
    Ok(all::<Reward>(conn)?
        .into_iter()
        .filter(|r| r.active)
        .collect())
}

/// Pieces left of the rewards that this store counts.
pub(crate) fn stocks(conn: &Connection) -> Result<HashMap<String, u32>> {
    Ok(all::<Stock>(conn)?
        .into_iter()
        .map(|s| (s.reward, s.left))
        .collect())
}

/// The brand; empty before the first pull.
pub(crate) fn brand(conn: &Connection) -> Result<Brand> {
    Ok(all::<Brand>(conn)?.pop().unwrap_or_default())
}

/// A version of the rules, and from when it holds; none = at once.
pub(crate) type Scheduled = (Option<DateTime<Utc>>, Program);

/// Every version of the rules that this build can follow, newest first. An operation carries its version, so
/// a counter that is older than the newest rules goes on by the newest that it knows.
///
/// # Errors
/// [`Error::Program`] where there are some and it knows none.
pub(crate) fn programs(conn: &Connection) -> Result<Vec<Scheduled>> {
    let from: HashMap<u32, DateTime<Utc>> = all::<ProgramSchedule>(conn)?
        .into_iter()
        .map(|s| (s.version, s.from))
        .collect();
    let texts: Vec<String> = conn
        .prepare_cached("SELECT body FROM entity WHERE kind = ?1")?
        .query_map([EntityKind::Program.name()], |r| r.get(0))?
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

/// What came and went of a member's points besides sales and redemptions, newest first; none where a centre does not
/// tell.
pub(crate) fn movements_of(conn: &Connection, member: &str) -> Result<Vec<Movement>> {
    let told: Option<Movements> = one(conn, member)?;
    Ok(told.map(|m| m.movements).unwrap_or_default())
}

/// Coupons of a member, soonest expiry first.
pub(crate) fn coupons_of(conn: &Connection, member: &str) -> Result<Vec<Coupon>> {
    let mut all: Vec<Coupon> = of_member(conn, member)?;
    all.sort_by_cached_key(|c| {
        let c = &c.coupon;
        (c.expires.is_none(), c.expires, c.id.to_string())
    });
    Ok(all)
}

/// Allowances that the centre asks back.
pub(crate) fn recalled(conn: &Connection) -> Result<Vec<GrantId>> {
    let mut s = conn.prepare_cached("SELECT key FROM entity WHERE kind = ?1 ORDER BY key")?;
    let rows = s.query_map([EntityKind::Recall.name()], |r| r.get::<_, String>(0))?;
    // a key that cannot be read names no allowance of this counter
    Ok(rows
        .collect::<std::result::Result<Vec<_>, _>>()?
        .iter()
        .filter_map(|key| key.parse().ok())
        .collect())
}
