//! One member by what names her alone, for a scan or a sale: no list, no mask. Keys are stored folded; how like a
//! number is to hers is decided on her row, by [`identity`].

use super::keys;
use identity::{CardNo, Found, Likeness, MemberCode, MobileNumber, choose};
use rusqlite::{Connection, Result};

/// A member as a look-up has her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hers {
    /// Her id.
    pub id: String,
    /// The number on her card.
    pub no: String,
    /// Her full name.
    pub name: String,
    /// Her phone number.
    pub phone: String,
    /// Her place among those who came last.
    pub(super) rank: i64,
    /// Her row.
    pub(super) member: i64,
}

/// By what a member was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// The number on her card.
    Card,
    /// Her phone number.
    Phone,
}

/// A member who may be meant. One who is named twice is one.
#[derive(Debug, Clone)]
pub struct Named {
    /// Who.
    pub hers: Hers,
    /// By what.
    pub by: By,
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.hers.id == other.hers.id
    }
}

/// The member of a scanned code or a card's number: the exact one, else those whose numbers fold to the same.
///
/// # Errors
/// What the database says.
pub fn by_card(conn: &Connection, code: &MemberCode) -> Result<Found<Hers>> {
    like_card(conn, code).map(choose)
}

/// The member with this mobile number; where several have it, the one who bought last.
///
/// # Errors
/// What the database says.
pub fn by_phone(conn: &Connection, phone: &MobileNumber) -> Result<Option<Hers>> {
    let found = with_key(conn, phone.as_str())?;
    Ok(found
        .into_iter()
        .find(|h| MobileNumber::parse(&h.phone).is_ok_and(|hers| hers == *phone)))
}

/// Who may be meant by a bare number: a card's or a phone's, which are two name spaces.
///
/// # Errors
/// What the database says.
pub fn by_number(conn: &Connection, text: &str) -> Result<Found<Named>> {
    let mut candidates = Vec::new();
    // phones first: a number that is both of one member's is her phone number
    if let Ok(phone) = MobileNumber::parse(text)
        && !identity::member_code::is_code(text)
        && let Some(hers) = by_phone(conn, &phone)?
    {
        let by = By::Phone;
        candidates.push((Likeness::Exact, Named { hers, by }));
    }
    if let Some(code) = MemberCode::typed(text) {
        let by = By::Card;
        let cards = like_card(conn, &code)?;
        candidates.extend(cards.into_iter().map(|(l, hers)| (l, Named { hers, by })));
    }
    Ok(choose(candidates))
}

/// Members whose cards are like a code, those who bought last first.
pub(super) fn like_card(conn: &Connection, code: &MemberCode) -> Result<Vec<(Likeness, Hers)>> {
    let mut keys: Vec<&str> = code.readings().iter().map(CardNo::folded).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut found = Vec::new();
    for key in keys {
        for hers in with_key(conn, key)? {
            let earlier = || earlier_cards(conn, hers.member);
            let likeness = match code.likeness(&hers.no) {
                Some(likeness) => Some(likeness),
                None => earlier()?.iter().find_map(|card| code.likeness(card)),
            };
            if let Some(likeness) = likeness {
                found.push((likeness, hers));
            }
        }
    }
    found.sort_by_key(|(_, h)| (h.rank, h.member));
    Ok(found)
}

/// Numbers of cards that lead to her too.
fn earlier_cards(conn: &Connection, member: i64) -> Result<Vec<String>> {
    conn.prepare_cached(
        "SELECT c.value FROM member m, json_each(m.body, '$.earlier_cards') c WHERE m.rowid = ?1",
    )?
    .query_map([member], |row| row.get(0))?
    .collect()
}

/// All whom a number or a phone names whole, those who bought last first.
fn with_key(conn: &Connection, text: &str) -> Result<Vec<Hers>> {
    let Some(key) = keys::whole('d', text) else {
        return Ok(Vec::new());
    };
    conn.prepare_cached(
        "SELECT r.id, r.no, r.name, r.phone, k.rank, k.member
         FROM search_key k JOIN search_row r ON r.member = k.member
         WHERE k.key = ?1 ORDER BY k.rank, k.member",
    )?
    .query_map([key], |row| {
        Ok(Hers {
            id: row.get(0)?,
            no: row.get(1)?,
            name: row.get(2)?,
            phone: row.get(3)?,
            rank: row.get(4)?,
            member: row.get(5)?,
        })
    })?
    .collect()
}
