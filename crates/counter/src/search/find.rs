//! The search itself.

use super::exact::{self, Hers};
use super::index::UNIT;
use super::keys::{self, Kind};
use super::mask;
use super::query::{self, Query};
use super::top::{self, Entry, LIST};
use identity::{CardNo, Found, Likeness, MemberCode, MobileNumber, member_code, text};
use protocol::{MemberId, StoreId};
use rusqlite::{Connection, Result, Row};
use serde::Serialize;

/// The most hits of one search. Half of a list, so that members already found by an exact match can be
/// passed over in it.
pub const MOST: usize = LIST / 2;

/// A row of the search result: enough to know the member at a glance, not enough to copy her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Hit {
    /// Her id.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub member_id: MemberId,
    /// The number on the card.
    pub member_no: String,
    /// `张*美`; empty where no name is known.
    pub masked_name: String,
    /// `138****5678`.
    pub masked_phone: String,
    /// Tier by the program's id.
    pub tier: String,
    /// Skin, where she consented to its being kept.
    pub skin: Option<SkinWords>,
    /// Allergies and avoided ingredients.
    pub allergies: Vec<String>,
    /// Last purchase in milliseconds since 1970.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub last_purchase: Option<i64>,
    /// Home store.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub home_store: StoreId,
    /// Why she is among the hits.
    pub matched: Matched,
}

/// Skin by four axes, in the brand's own words; empty where not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SkinWords {
    /// Dry to oily.
    pub moisture: String,
    /// Sensitive or resistant.
    pub sensitivity: String,
    /// Pigmented or not.
    pub pigmentation: String,
    /// Wrinkled or tight.
    pub ageing: String,
}

/// What of a member was found by what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Matched {
    /// The kind of key.
    pub kind: Kind,
    /// What was typed, in the form of that key: small letters, no spaces, ü as v.
    pub typed: String,
}

/// The members that `typed` may mean, at most `limit` (and [`MOST`]): those whose number, phone, last
/// four digits, name or pinyin it is, then those of whom it is a beginning, each most recent first.
///
/// What no key can contain finds nothing.
///
/// # Errors
/// What the database says.
pub fn find(conn: &Connection, typed: &str, limit: usize) -> Result<Vec<Hit>> {
    if typed.len() > member_code::CODE_BYTES {
        return Ok(Vec::new());
    }
    let limit = limit.min(MOST);
    let mut found = Hits {
        conn,
        limit,
        entries: Vec::with_capacity(limit),
    };
    let query = query::read(typed);
    if let Query::Code(code) = &query {
        return found.of_code(code);
    }
    // a number that is hers exactly comes before all that it may be the beginning of
    found.exact_card(typed)?;
    let number = text::fold(typed);
    let shown = match query {
        Query::Nothing | Query::Code(_) => number,
        Query::Digits(digits) => {
            found.exact('d', &digits)?;
            if digits.len() == 4 {
                found.beginning('t', &digits)?;
            }
            found.beginning('d', &digits)?;
            digits
        }
        Query::Number(_) => {
            found.exact('d', &number)?;
            found.beginning('d', &number)?;
            number
        }
        Query::Letters(letters) => {
            found.exact('l', &letters)?;
            found.beginning('l', &letters)?;
            // a member number may begin with letters: last, as all numbers may begin with the same
            found.exact('d', &number)?;
            found.beginning('d', &number)?;
            letters
        }
        Query::Name(name) => {
            found.exact('h', &name)?;
            found.beginning('h', &name)?;
            found.exact('d', &number)?;
            found.beginning('d', &number)?;
            name
        }
    };
    if found.entries.is_empty()
        && let Ok(phone) = MobileNumber::parse(typed)
    {
        // as people copy it
        found.exact('d', phone.as_str())?;
        return found.hits(phone.as_str());
    }
    found.hits(&shown)
}

struct Hits<'a> {
    conn: &'a Connection,
    limit: usize,
    entries: Vec<Entry>,
}

impl Hits<'_> {
    fn exact(&mut self, space: char, text: &str) -> Result<()> {
        keys::whole(space, text).map_or(Ok(()), |key| self.take(&key))
    }

    /// Members whose card has exactly this number.
    fn exact_card(&mut self, typed: &str) -> Result<()> {
        let Ok(card) = CardNo::parse(typed) else {
            return Ok(());
        };
        for (likeness, hers) in exact::like_card(self.conn, &MemberCode::of(card))? {
            if likeness == Likeness::Exact {
                self.add(&hers);
            }
        }
        Ok(())
    }

    /// Members of a scanned code: the exact one, else those of whom one is asked for.
    fn of_code(mut self, code: &MemberCode) -> Result<Vec<Hit>> {
        match exact::by_card(self.conn, code)? {
            Found::None => return Ok(Vec::new()),
            Found::One(hers) => self.add(&hers),
            Found::Several(all) => all.iter().for_each(|hers| self.add(hers)),
        }
        let typed = code
            .readings()
            .first()
            .map_or("", CardNo::folded)
            .to_owned();
        self.hits(&typed)
    }

    fn add(&mut self, hers: &Hers) {
        let there = self.entries.iter().any(|e| e.member == hers.member);
        if !there && self.entries.len() < self.limit {
            self.entries.push(Entry {
                rank: hers.rank,
                member: hers.member,
                kind: Kind::MemberNo,
            });
        }
    }

    fn beginning(&mut self, space: char, text: &str) -> Result<()> {
        keys::key_text(space, text).map_or(Ok(()), |key| self.take(&key))
    }

    fn take(&mut self, prefix: &str) -> Result<()> {
        if self.entries.len() >= self.limit {
            return Ok(());
        }
        for entry in top::first(self.conn, prefix, self.limit + self.entries.len())? {
            if self.entries.len() >= self.limit {
                break;
            }
            if !self.entries.iter().any(|e| e.member == entry.member) {
                self.entries.push(entry);
            }
        }
        Ok(())
    }

    fn hits(&self, typed: &str) -> Result<Vec<Hit>> {
        let mut read = self.conn.prepare_cached(include_str!("get_row.sql"))?;
        self.entries
            .iter()
            .map(|entry| read.query_row([entry.member], |row| hit(row, entry.kind, typed)))
            .collect()
    }
}

fn hit(row: &Row<'_>, kind: Kind, typed: &str) -> Result<Hit> {
    let words = |text: Option<&str>| -> Vec<String> {
        text.map(|t| t.split(UNIT).map(str::to_owned).collect())
            .unwrap_or_default()
    };
    let mut skin = row
        .get_ref(5)?
        .as_str_or_null()?
        .map(|text| text.split(UNIT).map(str::to_owned));
    Ok(Hit {
        member_id: MemberId::new(row.get::<_, String>(0)?),
        member_no: row.get(1)?,
        masked_name: mask::name(row.get_ref(2)?.as_str()?),
        masked_phone: mask::phone(row.get_ref(3)?.as_str()?),
        tier: row.get(4)?,
        skin: skin.as_mut().map(|words| SkinWords {
            moisture: words.next().unwrap_or_default(),
            sensitivity: words.next().unwrap_or_default(),
            pigmentation: words.next().unwrap_or_default(),
            ageing: words.next().unwrap_or_default(),
        }),
        allergies: words(row.get_ref(6)?.as_str_or_null()?),
        last_purchase: row.get(7)?,
        home_store: StoreId::new(row.get::<_, String>(8)?),
        matched: Matched {
            kind,
            typed: typed.to_owned(),
        },
    })
}
