//! The demo brand's members: who they are and how they like to buy.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use protocol::entity::{Role, Skin, Store};
use protocol::ids::{ClerkId, MemberId};

use super::calendar::{moment, opening_minute};
use super::dice::Dice;
use super::shops::Staff;
use super::surnames::OWN_WAY;
use super::{names, phone};

/// What people of this brand may be allergic to, and how often of a hundred who are.
#[rustfmt::skip]
const ALLERGENS: [(&str, u32); 8] = [
    ("香精", 26), ("酒精", 22), ("水杨酸", 18), ("果酸", 10), ("视黄醇", 8), ("羊毛脂", 6),
    ("坚果油", 6), ("化学防晒剂", 4),
];

/// What people come for.
#[rustfmt::skip]
const CONCERNS: [(&str, u32); 8] = [
    ("保湿", 26), ("修护", 18), ("抗衰", 16), ("美白", 14), ("控油", 9), ("舒缓", 8), ("提亮", 6),
    ("防晒", 3),
];

/// What advisors note about people's days.
const LIFE: [(&str, u32); 6] = [
    ("成分党", 22),
    ("熬夜", 24),
    ("户外", 14),
    ("孕期", 4),
    ("常送礼", 10),
    ("爱试新", 26),
];

/// A member before the first purchase.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub id: MemberId,
    pub no: String,
    pub name: String,
    pub phone: String,
    pub birthday: Option<NaiveDate>,
    pub joined: DateTime<Utc>,
    /// Place of the home store in the list of stores.
    pub store: usize,
    pub advisor: Option<ClerkId>,
    /// `counter` or `phone`.
    pub channel: &'static str,
    pub skin: Option<Skin>,
    pub allergies: Vec<String>,
    pub concerns: Vec<String>,
    pub consent_skin: bool,
    pub consent_marketing: bool,
    pub habits: Habits,
}

/// How somebody buys.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    /// Visits a year while she comes at all.
    pub per_year: f64,
    /// How likely she never comes again after a visit.
    pub leaves: f64,
    /// How likely she waits for the 18th.
    pub member_day: f64,
    /// Multiplies the chance of dear things: below 1 thrifty, above 1 not.
    pub purse: f64,
    /// Comes every month and takes more each time.
    pub keen: bool,
    /// Buys as her own skin asks; the few others buy for somebody else.
    pub for_herself: bool,
}

/// The members, oldest membership first, so that card numbers rise with time.
pub(crate) fn people(
    seed: u64,
    count: usize,
    until: NaiveDate,
    stores: &[Store],
    staff: &[Staff],
) -> Vec<Person> {
    let mut phones = HashSet::new();
    let surnames = rare_surnames(seed, count);
    let mut people: Vec<Person> = (0..count)
        .map(|i| {
            let mut dice = Dice::new(seed, &format!("member {i}"));
            person(
                &mut dice,
                surnames.get(i).copied().flatten(),
                until,
                stores,
                staff,
                &mut phones,
            )
        })
        .collect();
    people.sort_by(|a, b| (a.joined, &a.phone).cmp(&(b.joined, &b.phone)));
    let mut dice = Dice::new(seed, "card numbers");
    let mut no = 20_400_000;
    for person in &mut people {
        no += dice.between(1, 97);
        person.no = no.to_string();
        person.id = MemberId::new(format!("demo-{no}"));
    }
    people
}

/// Which members have a surname with its own reading: each once where the brand is large enough
/// that they do not stand out.
fn rare_surnames(seed: u64, count: usize) -> Vec<Option<&'static str>> {
    let mut list = vec![None; count];
    if count >= OWN_WAY.len() * 8 {
        let places: Vec<usize> = (0..count).collect();
        let places = Dice::new(seed, "rare surnames").shuffled(&places);
        for (surname, place) in OWN_WAY.into_iter().zip(places) {
            list[place] = Some(surname);
        }
    }
    list
}

fn person(
    dice: &mut Dice,
    surname: Option<&str>,
    until: NaiveDate,
    stores: &[Store],
    staff: &[Staff],
    phones: &mut HashSet<String>,
) -> Person {
    let woman = dice.chance(0.93);
    let born = born(dice, until);
    let name = names::name(dice, surname, born.year(), woman);
    let phone = phone::number(dice, phones);
    let store = store(dice, stores.len());
    let advisors: Vec<&Staff> = staff
        .iter()
        .filter(|s| {
            s.role == Role::Advisor
                && stores
                    .get(store)
                    .is_some_and(|st| st.id.as_str() == s.store)
        })
        .collect();
    let advisor = if dice.chance(0.86) {
        dice.pick(&advisors).map(|s| ClerkId::from(s.id.as_str()))
    } else {
        None
    };
    let consent_skin = dice.chance(0.8);
    let tested = consent_skin && dice.chance(0.82);
    let skin = skin(dice, until.year() - born.year());
    let allergic = dice.chance(0.1);
    let mut allergies: Vec<String> = Vec::new();
    if allergic && consent_skin {
        allergies.extend(dice.weighted(&ALLERGENS).map(str::to_owned));
        if dice.chance(0.3) {
            allergies.extend(dice.weighted(&ALLERGENS).map(str::to_owned));
        }
        allergies.sort();
        allergies.dedup();
    }
    Person {
        id: MemberId::new(""),
        no: String::new(),
        name,
        phone,
        birthday: dice.chance(0.84).then_some(born),
        joined: joined(dice, until),
        store,
        advisor,
        channel: if dice.chance(0.55) {
            "phone"
        } else {
            "counter"
        },
        skin: tested.then_some(skin),
        allergies,
        concerns: concerns(dice),
        consent_skin,
        consent_marketing: dice.chance(0.66),
        habits: habits(dice),
    }
}

/// Mostly between 22 and 45, some older; nobody under 18.
fn born(dice: &mut Dice, until: NaiveDate) -> NaiveDate {
    let years = 33.0 + 9.5 * dice.bell() + dice.waiting(3.0);
    // the cast cannot lose anything: the value lies between 18 and 74
    #[allow(clippy::cast_possible_truncation)]
    let days = (years.clamp(18.2, 74.0) * 365.25) as i64;
    until - chrono::Duration::days(days)
}

/// More of them lately than long ago, over four years.
fn joined(dice: &mut Dice, until: NaiveDate) -> DateTime<Utc> {
    let back = dice.between(0, 1_400).min(dice.between(0, 1_700)) + 3;
    moment(
        until - Days::new(u64::from(back)),
        opening_minute(dice),
        dice.between(0, 59),
    )
}

/// The first stores are the larger ones.
fn store(dice: &mut Dice, stores: usize) -> usize {
    let weights: Vec<(usize, u32)> = (0..stores)
        .map(|s| (s, if s == 0 { 5 } else { 3 }))
        .collect();
    dice.weighted(&weights).unwrap_or(0)
}

fn skin(dice: &mut Dice, age: i32) -> Skin {
    let moisture = dice
        .weighted(&[("dry", 34), ("combination", 42), ("oily", 24)])
        .unwrap_or("combination");
    let either = |dice: &mut Dice, p: f64, yes: &str, no: &str| {
        if dice.chance(p) {
            yes.to_owned()
        } else {
            no.to_owned()
        }
    };
    let old = f64::from((age - 22).clamp(0, 40)) / 50.0;
    Skin {
        moisture: moisture.to_owned(),
        sensitivity: either(dice, 0.38, "sensitive", "resistant"),
        pigmentation: either(dice, 0.2 + old * 0.5, "pigmented", "non_pigmented"),
        ageing: either(dice, 0.1 + old, "wrinkled", "tight"),
    }
}

fn concerns(dice: &mut Dice) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for _ in 0..dice.between(1, 3) {
        list.extend(dice.weighted(&CONCERNS).map(str::to_owned));
    }
    if dice.chance(0.35) {
        list.extend(dice.weighted(&LIFE).map(str::to_owned));
    }
    let mut seen = HashSet::new();
    list.retain(|c| seen.insert(c.clone()));
    list
}

/// A few come every month, most come once or twice a year.
fn habits(dice: &mut Dice) -> Habits {
    let (per_year, leaves, keen) = match dice.between(1, 100) {
        1..=6 => (12.0 + dice.waiting(4.0), 0.012, true),
        7..=26 => (6.0 + dice.waiting(2.0), 0.035, false),
        27..=61 => (3.0 + dice.waiting(1.0), 0.09, false),
        _ => (1.3 + dice.waiting(0.6), 0.25, false),
    };
    let purse = if keen {
        dice.between(100, 220)
    } else {
        dice.between(50, 160)
    };
    Habits {
        per_year: per_year.min(28.0),
        leaves,
        member_day: 0.12 + 0.25 * f64::from(dice.between(0, 2)),
        purse: f64::from(purse) / 100.0,
        for_herself: dice.chance(0.93),
        keen,
    }
}
