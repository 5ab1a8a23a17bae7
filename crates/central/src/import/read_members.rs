//! Rows of the members' file as members.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use protocol::entity::Skin;

use super::open::OpenFile;
use super::table::Row;
use super::tally::Tally;
use super::value;

/// A member as the brand's file has her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Place of her row in the file.
    pub row: usize,
    /// Line of the file.
    pub line: usize,
    /// Card number; empty = the centre gives one.
    pub no: String,
    /// Phone.
    pub phone: String,
    /// Name.
    pub name: String,
    /// Birthday.
    pub birthday: Option<NaiveDate>,
    /// When she joined.
    pub joined: Option<DateTime<Utc>>,
    /// Home store.
    pub store: String,
    /// Skin.
    pub skin: Option<Skin>,
    /// Allergies.
    pub allergies: Vec<String>,
    /// Concerns.
    pub concerns: Vec<String>,
    /// Consent to keeping skin and allergies.
    pub consent_skin: bool,
    /// Consent to marketing.
    pub consent_marketing: bool,
}

/// What was found in a members' file.
#[derive(Debug, Default)]
pub struct ReadMembers {
    /// Members, in the order of the file, each card number and phone once.
    pub members: Vec<NewMember>,
    /// Rows that say again what an earlier row said: row, and place of the member in `members`.
    pub again: Vec<(usize, usize)>,
    /// Members whose skin or allergies are not kept, for want of consent.
    pub not_kept: usize,
}

/// Reads every row; what cannot be a member is rejected in the tally.
pub fn read(file: &OpenFile, tally: &mut Tally, zone: Tz, now: DateTime<Utc>) -> ReadMembers {
    let mut out = ReadMembers::default();
    let mut by_no: HashMap<String, usize> = HashMap::new();
    let mut by_phone: HashMap<String, usize> = HashMap::new();
    for (i, row) in file.rows.iter().enumerate() {
        if !tally.is_open(i) {
            continue;
        }
        let (member, kept) = match member(file, i, row, zone, now) {
            Ok(read) => read,
            Err(why) => {
                tally.reject(i, why);
                continue;
            }
        };
        let same_no = if member.no.is_empty() {
            None
        } else {
            by_no.get(&member.no)
        };
        let same_phone = by_phone.get(&member.phone);
        if let Some(&first) = same_no.or(same_phone) {
            let earlier = &out.members[first];
            let again = NewMember {
                row: earlier.row,
                line: earlier.line,
                ..member.clone()
            };
            if again == *earlier {
                out.again.push((i, first));
            } else {
                let what = if same_no.is_some() {
                    "member number"
                } else {
                    "phone"
                };
                tally.reject(
                    i,
                    format!(
                        "{what}: the same as in line {}, with other content",
                        earlier.line
                    ),
                );
            }
            continue;
        }
        out.not_kept += usize::from(!kept);
        if !member.no.is_empty() {
            by_no.insert(member.no.clone(), out.members.len());
        }
        by_phone.insert(member.phone.clone(), out.members.len());
        out.members.push(member);
    }
    out
}

/// The member, and whether all that the file says of her is kept.
fn member(
    file: &OpenFile,
    i: usize,
    row: &Row,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(NewMember, bool), String> {
    let text = |field: &str, what: &str, most: usize| -> Result<String, String> {
        let found = file.field(row, field)?;
        value::text(found.as_ref().map_or("", |(v, _)| v), what, most)
    };
    let list = |field: &str, what: &str| -> Result<Vec<String>, String> {
        let Some((v, source)) = file.field(row, field)? else {
            return Ok(Vec::new());
        };
        value::list(&v, source.split.as_deref())
            .iter()
            .map(|item| value::text(item, what, 40))
            .collect()
    };
    let yes = |field: &str, what: &str| -> Result<bool, String> {
        file.field(row, field)?
            .map_or(Ok(false), |(v, _)| value::yes(&v, what))
    };
    if file.has("members.no") {
        file.needed(row, "members.no")?;
    }
    let birthday = match file.field(row, "members.birthday")? {
        None => None,
        Some((v, source)) => {
            let day = value::date(&v, source.format.as_deref(), "birthday")?;
            let today = now.with_timezone(&zone).date_naive();
            let age = today
                .years_since(day)
                .ok_or(format!("birthday: {v:?} is in the future"))?;
            if age > 120 {
                return Err(format!("birthday: {v:?} is {age} years ago"));
            }
            Some(day)
        }
    };
    let joined = match file.field(row, "members.joined")? {
        None => None,
        Some((v, source)) => Some(joined(&v, source.format.as_deref(), zone, now)?),
    };
    let skin = Skin {
        moisture: one_of(
            &text("members.moisture", "moisture", 20)?,
            &["dry", "combination", "oily"],
            "moisture",
        )?,
        sensitivity: one_of(
            &text("members.sensitivity", "sensitivity", 20)?,
            &["sensitive", "resistant"],
            "sensitivity",
        )?,
        pigmentation: one_of(
            &text("members.pigmentation", "pigmentation", 20)?,
            &["pigmented", "non_pigmented"],
            "pigmentation",
        )?,
        ageing: one_of(
            &text("members.ageing", "ageing", 20)?,
            &["wrinkled", "tight"],
            "ageing",
        )?,
    };
    let allergies = list("members.allergies", "allergies")?;
    let consent_skin = yes("members.consent_skin", "consent_skin")?;
    let says_skin = skin != Skin::default();
    let kept = consent_skin || (!says_skin && allergies.is_empty());
    let member = NewMember {
        row: i,
        line: row.line,
        no: text("members.no", "no", 40)?,
        phone: value::phone(&file.needed(row, "members.phone")?.0)?,
        name: text("members.name", "name", 40)?,
        birthday,
        joined,
        store: value::text(&file.needed(row, "members.home_store")?.0, "home_store", 40)?,
        skin: (consent_skin && says_skin).then_some(skin),
        allergies: if consent_skin { allergies } else { Vec::new() },
        concerns: list("members.concerns", "concerns")?,
        consent_skin,
        consent_marketing: yes("members.consent_marketing", "consent_marketing")?,
    };
    Ok((member, kept))
}

/// A day or an instant.
fn joined(
    text: &str,
    format: Option<&str>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, String> {
    value::time(text, format, zone, now, "joined").or_else(|why| {
        let day = value::date(text, format, "joined").map_err(|_| why)?;
        let local = format!("{day}T12:00:00");
        value::time(&local, None, zone, now, "joined")
    })
}

fn one_of(text: &str, words: &[&str], what: &str) -> Result<String, String> {
    if text.is_empty() || words.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{what}: {text:?} is none of {}; the map's `values` can translate it",
            words.join(", ")
        ))
    }
}
