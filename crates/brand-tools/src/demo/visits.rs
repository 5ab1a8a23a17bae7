//! What the demo's members did over the years: visits, baskets, second thoughts.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use ingredients::Allergies;
use protocol::entity::Store;

use super::calendar::{moment, opening_minute, per_cent_charged, shifted};
use super::catalogue::Article;
use super::dice::Dice;
use super::people::Person;

/// How far back purchases go.
const HISTORY_DAYS: u64 = 730;

/// One visit with a purchase.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Place in the list of members.
    pub person: usize,
    pub at: DateTime<Utc>,
    /// Place in the list of stores.
    pub store: usize,
    /// `store` or `mini_program`.
    pub channel: &'static str,
    /// The till's number.
    pub receipt: String,
    pub lines: Vec<Line>,
    /// She would pay part of it with points if she has enough.
    pub pays_with_points: bool,
    /// She would take a reward if she has enough points: which of those within reach.
    pub wants_reward: Option<u32>,
    pub comes_back: Option<ComeBack>,
}

/// A line of a basket.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Place in the list of products.
    pub article: usize,
    pub qty: u32,
    /// The line's total.
    pub fen: i64,
}

/// Something brought back.
#[derive(Debug, Clone)]
pub(crate) struct ComeBack {
    pub at: DateTime<Utc>,
    /// One piece of this line; none = everything.
    pub line: Option<usize>,
}

/// All visits before `until` with their receipt numbers, members in order, each in time order.
pub(crate) fn visits(
    seed: u64,
    until: NaiveDate,
    people: &[Person],
    stores: &[Store],
    articles: &[Article],
) -> Vec<Visit> {
    let mut all = Vec::new();
    for (p, person) in people.iter().enumerate() {
        // the phone is what stays the same when more members are asked for
        let mut dice = Dice::new(seed, &format!("visits of {}", person.phone));
        all.extend(of(&mut dice, p, person, until, stores.len(), articles));
    }
    number(&mut all, stores);
    all
}

fn of(
    dice: &mut Dice,
    p: usize,
    person: &Person,
    until: NaiveDate,
    stores: usize,
    articles: &[Article],
) -> Vec<Visit> {
    let habits = &person.habits;
    let mean_gap = 365.0 / habits.per_year;
    let begin = until - Days::new(HISTORY_DAYS);
    let joined = local_day(person.joined);
    let mut list: Vec<Visit> = Vec::new();
    let mut bought: BTreeMap<usize, NaiveDate> = BTreeMap::new();
    let mut meant = if joined >= begin {
        // most join while they buy
        if dice.chance(0.85) {
            joined
        } else {
            later(joined, dice.waiting(mean_gap))
        }
    } else {
        // of those who joined before the history begins, some had left by then
        let years_before =
            f64::from(i32::try_from((begin - joined).num_days()).unwrap_or(0)) / 365.0;
        let still_there = (1.0 - habits.leaves).powf(habits.per_year * years_before);
        if !dice.chance(still_there.max(0.25)) {
            return list;
        }
        later(begin, dice.waiting(mean_gap))
    };
    let mut last = None;
    loop {
        let joins = last.is_none() && meant == joined;
        let mut day = if joins {
            joined
        } else {
            shifted(dice, meant, habits.member_day)
        };
        if last.is_some_and(|l| day <= l) || day < joined || day < begin {
            day = meant.max(joined);
        }
        if day >= until {
            return list;
        }
        // nobody buys as a member before the minute of joining
        let first = day == joined;
        let visit = visit(dice, (p, person), day, first, stores, articles, &mut bought);
        let main = visit.lines.first().map_or(0, |l| l.article);
        list.push(visit.finish(dice, until));
        if dice.chance(habits.leaves) {
            return list;
        }
        let lasts = f64::from(articles.get(main).map_or(0, |a| a.product.lasts_days));
        let replenishes = lasts > 0.0 && dice.chance((habits.per_year / 9.0).min(0.6));
        let gap = if replenishes {
            // who comes more often than one thing lasts has several that run out in turn
            let others = (lasts / mean_gap).floor().max(1.0);
            lasts / others * (1.0 + 0.18 * dice.bell())
        } else {
            dice.waiting(mean_gap)
        };
        last = Some(day);
        meant = later(day, gap.max(3.0));
    }
}

fn visit(
    dice: &mut Dice,
    (p, person): (usize, &Person),
    day: NaiveDate,
    first: bool,
    stores: usize,
    articles: &[Article],
    bought: &mut BTreeMap<usize, NaiveDate>,
) -> Visit {
    let lines = basket(dice, person, day, articles, bought);
    let at = if first {
        person.joined + chrono::Duration::seconds(i64::from(dice.between(120, 1_500)))
    } else {
        moment(day, opening_minute(dice), dice.between(0, 59))
    };
    let elsewhere = !first && stores > 1 && dice.chance(0.06);
    let store = if elsewhere {
        dice.place(stores)
    } else {
        person.store
    };
    let online = !first && !elsewhere && dice.chance(0.09);
    Visit {
        person: p,
        at,
        store,
        channel: if online { "mini_program" } else { "store" },
        receipt: String::new(),
        lines,
        pays_with_points: dice.chance(0.05),
        wants_reward: dice.chance(0.08).then(|| dice.between(0, 999)),
        comes_back: None,
    }
}

impl Visit {
    /// About one and a half of a hundred bring something back within a fortnight.
    fn finish(mut self, dice: &mut Dice, until: NaiveDate) -> Self {
        if dice.chance(0.016) {
            let day = local_day(self.at) + Days::new(u64::from(dice.between(1, 13)));
            if day < until {
                let whole = self.lines.len() == 1 || dice.chance(0.35);
                let line = (!whole).then(|| dice.place(self.lines.len()));
                let at = moment(day, opening_minute(dice), dice.between(0, 59));
                self.comes_back = Some(ComeBack { at, line });
            }
        }
        self
    }
}

fn basket(
    dice: &mut Dice,
    person: &Person,
    day: NaiveDate,
    articles: &[Article],
    bought: &mut BTreeMap<usize, NaiveDate>,
) -> Vec<Line> {
    let charged = per_cent_charged(day);
    let mut items = dice
        .weighted(&[(1, 44), (2, 31), (3, 16), (4, 6), (5, 3)])
        .unwrap_or(1);
    items += usize::from(charged < 100) + usize::from(person.habits.keen && dice.chance(0.5));
    let mut chosen: Vec<usize> = bought
        .iter()
        .filter(|(a, on)| {
            let lasts = articles
                .get(**a)
                .map_or(0, |x| i64::from(x.product.lasts_days));
            let since = (day - **on).num_days();
            lasts > 0 && since * 100 >= lasts * 80 && since <= lasts * 3
        })
        .map(|(a, _)| *a)
        .collect();
    chosen.retain(|_| dice.chance(0.6));
    chosen.truncate(items);
    let weights = taste(person, articles);
    for _ in 0..40 {
        if chosen.len() >= items {
            break;
        }
        if let Some(article) = dice.weighted(&weights)
            && !chosen.contains(&article)
        {
            chosen.push(article);
        }
    }
    chosen
        .into_iter()
        .filter_map(|article| {
            let a = articles.get(article)?;
            let many = matches!(a.product.category.as_str(), "mask" | "body");
            let more = dice.chance(if many { 0.25 } else { 0.05 });
            let qty = if more {
                dice.between(2, if many { 4 } else { 2 })
            } else {
                1
            };
            bought.insert(article, day);
            Some(Line {
                article,
                qty,
                fen: a.yuan * i64::from(qty) * charged,
            })
        })
        .collect()
}

/// How likely she takes each product.
fn taste(person: &Person, articles: &[Article]) -> Vec<(usize, u32)> {
    let mut wants: Vec<&str> = person.concerns.iter().map(String::as_str).collect();
    if let Some(skin) = &person.skin {
        wants.extend([
            skin.moisture.as_str(),
            &skin.sensitivity,
            &skin.pigmentation,
            &skin.ageing,
        ]);
    }
    let allergies = Allergies::of(&person.allergies);
    articles
        .iter()
        .enumerate()
        .map(|(i, a)| {
            let product = &a.product;
            if person.habits.for_herself && !allergies.check(&a.list).is_empty() {
                return (i, 0);
            }
            let suits = product
                .suits
                .iter()
                .filter(|s| wants.contains(&s.as_str()))
                .count()
                .min(3);
            let fits = [20, 34, 52, 70][suits];
            let dear = if a.yuan >= 400 {
                person.habits.purse
            } else {
                1.0
            };
            // the cast cannot lose anything: the value lies between 10 and 1,500
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let weight = (f64::from(a.weight * fits) * dear) as u32;
            (i, weight)
        })
        .collect()
}

/// Gives each sale the number that its till would: store, day, place in the day.
fn number(visits: &mut [Visit], stores: &[Store]) {
    let mut order: Vec<usize> = (0..visits.len()).collect();
    order.sort_by_key(|&i| (visits[i].at, visits[i].person));
    let mut counts: HashMap<(String, NaiveDate), u32> = HashMap::new();
    for i in order {
        let visit = &mut visits[i];
        let till = match (visit.channel, stores.get(visit.store)) {
            ("store", Some(store)) => store.id.to_string(),
            _ => "MP".to_owned(),
        };
        let day = local_day(visit.at);
        let count = counts.entry((till.clone(), day)).or_insert(0);
        *count += 1;
        visit.receipt = format!("{till}-{}-{count:04}", day.format("%y%m%d"));
    }
}

fn local_day(at: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(8 * 3600)
        .map_or(at.date_naive(), |zone| at.with_timezone(&zone).date_naive())
}

fn later(day: NaiveDate, days: f64) -> NaiveDate {
    // the cast cannot lose anything: the value lies between 0 and 3,000
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let days = days.clamp(0.0, 3_000.0).round() as u64;
    day + Days::new(days)
}
