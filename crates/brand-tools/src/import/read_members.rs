//! Rows of the members' file as members.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use identity::CardNo;
use identity::card::CARD_CHARS;
use protocol::entity::Skin;
use protocol::limits;

use super::moment;
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
        let (member, doubts, kept) = match member(file, i, row, zone, now) {
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
                tally.doubt(i, doubts);
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
        tally.doubt(i, doubts);
    }
    out
}

/// The member, what of her row was not taken, and whether all that the file says of her skin is kept.
fn member(
    file: &OpenFile,
    i: usize,
    row: &Row,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(NewMember, Vec<String>, bool), String> {
    let mut fields = file.fields(row);
    let no = match fields.identifier("members.no", CARD_CHARS)? {
        None if file.has("members.no") => return Err("no is empty".into()),
        None => String::new(),
        Some(no) => card(&no)?,
    };
    let phone = value::phone(&fields.needed("members.phone")?.0)?;
    let store = fields.needed_identifier("members.home_store", 40)?;
    let today = now.with_timezone(&zone).date_naive();
    let birthday = fields.optional("members.birthday", |v, source| {
        let day = moment::date(v, source.format.as_deref(), zone, "birthday")?;
        match today.years_since(day.value) {
            None => Err(format!("birthday: {v:?} is in the future")),
            Some(age) if age > 120 => Err(format!("birthday: {v:?} is {age} years ago")),
            Some(_) => Ok((day, v.to_owned())),
        }
    });
    if let Some((day, text)) = birthday.as_ref().filter(|(day, _)| day.serial) {
        fields.doubts.push(format!(
            "birthday: {text:?} is taken for {}, as a spreadsheet counts days",
            day.value
        ));
    }
    let joined = fields.optional("members.joined", |v, source| {
        moment::time(v, source.format.as_deref(), zone, now, "joined")
    });
    let mut skin = |field: &str, words: &[&str]| {
        let what = field.split_once('.').map_or(field, |(_, f)| f);
        let word = fields.optional(field, |v, _| one_of(v, words, what));
        word.unwrap_or_default()
    };
    let skin = Skin {
        moisture: skin("members.moisture", &["dry", "combination", "oily"]),
        sensitivity: skin("members.sensitivity", &["sensitive", "resistant"]),
        pigmentation: skin("members.pigmentation", &["pigmented", "non_pigmented"]),
        ageing: skin("members.ageing", &["wrinkled", "tight"]),
    };
    let allergies = fields.list("members.allergies");
    let mut yes = |field: &str, what: &str| {
        let read = fields.optional(field, |v, _| value::yes(v, what));
        read.unwrap_or(false)
    };
    let consent_skin = yes("members.consent_skin", "consent_skin");
    let consent_marketing = yes("members.consent_marketing", "consent_marketing");
    let says_skin = skin != Skin::default();
    let kept = consent_skin || (!says_skin && allergies.is_empty());
    let member = NewMember {
        row: i,
        line: row.line,
        no,
        phone,
        name: fields
            .text("members.name", limits::NAME_CHARS)
            .unwrap_or_default(),
        birthday: birthday.map(|(day, _)| day.value),
        joined: joined.map(|at| at.value),
        store,
        skin: (consent_skin && says_skin).then_some(skin),
        allergies: if consent_skin { allergies } else { Vec::new() },
        concerns: fields.list("members.concerns"),
        consent_skin,
        consent_marketing,
    };
    Ok((member, fields.doubts, kept))
}

/// The number of a card as it is kept.
///
/// # Errors
/// Why no card can have it: what is taken here can be found, typed and scanned at every counter.
fn card(text: &str) -> Result<String, String> {
    CardNo::admit(text)
        .map(|card| card.as_str().to_owned())
        .map_err(|why| format!("no: {text:?} {why}"))
}

fn one_of(text: &str, words: &[&str], what: &str) -> Result<String, String> {
    if words.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{what}: {text:?} is not one of {}; the map's `values` can translate it",
            words.join(", ")
        ))
    }
}
