//! Members by what names them, and what a member's receipts came to.

use super::read::one;
use super::text::stored;
use crate::error::{Error, Result};
use crate::search;
use crate::view::MemberChoice;
use chrono::{DateTime, Utc};
use identity::{Found, MemberCode, MobileNumber};
use loyalty::{Money, NetPaid};
use protocol::entity::Member;
use rusqlite::{Connection, OptionalExtension};

/// The member who joined by a sign-up code.
pub(crate) fn joined_by(conn: &Connection, code_id: &str) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("SELECT member FROM joined WHERE code = ?1")?
        .query_row([code_id], |r| r.get(0))
        .optional()?)
}

/// A member by the number on her card, as it was scanned or typed.
pub(crate) fn member_by_card(conn: &Connection, code: &MemberCode) -> Result<Option<Member>> {
    match search::by_card(conn, code)? {
        Found::None => Ok(None),
        Found::One(hers) => one(conn, &hers.id),
        Found::Several(all) => {
            let by = search::By::Card;
            let all = all.into_iter().map(|hers| search::Named { hers, by });
            Err(ambiguous(all.collect()))
        }
    }
}

/// A member by phone number.
pub(crate) fn member_by_phone(conn: &Connection, phone: &MobileNumber) -> Result<Option<Member>> {
    search::by_phone(conn, phone)?.map_or(Ok(None), |hers| one(conn, &hers.id))
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

/// What a member's receipts come to.
#[derive(Default)]
pub(crate) struct PaidOf {
    /// Net payments that count towards her tier.
    pub(crate) paid: Vec<NetPaid>,
    /// When those were that no till has confirmed, and how much of each counts.
    pub(crate) counted: Vec<(DateTime<Utc>, Money)>,
}

/// Net money of a member's receipts, by their time.
pub(crate) fn paid_of(conn: &Connection, member: &str) -> Result<PaidOf> {
    #[derive(serde::Deserialize)]
    struct Paid {
        at: DateTime<Utc>,
        pay: Money,
        #[serde(default)]
        refunded: Money,
        #[serde(default)]
        waiting_pay: Money,
        #[serde(default)]
        unconfirmed: bool,
        #[serde(default)]
        counted: Money,
    }
    let mut statement =
        conn.prepare_cached("SELECT body FROM receipt WHERE member = ?1 ORDER BY at_ms DESC")?;
    let mut rows = statement.query([member])?;
    let mut all = PaidOf::default();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let paid: Paid = stored(text)?;
        let (at, net) = (paid.at, paid.pay - paid.refunded - paid.waiting_pay);
        let net = net.max(Money::ZERO);
        match all.paid.last_mut() {
            Some(last) if last.at == at => last.net += net,
            _ => all.paid.push(NetPaid { at, net }),
        }
        if paid.unconfirmed {
            all.counted.push((at, paid.counted));
        }
    }
    Ok(all)
}
