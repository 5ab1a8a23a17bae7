//! What stands out in what one clerk did together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};

use super::{Finding, NAMED, ReturnFact, SaleFact, Suspicion};
use crate::ids::{OpId, RecorderId};
use crate::money::Money;
use crate::program::Program;

/// Sales by night are looked at in a store where they are fewer than one in this many.
const HARDLY_BY_NIGHT: usize = 50;
/// Fewer sales than this say nothing of when a store sells; then all stores together do.
const TELLING: usize = 50;

/// Where and by whom.
type Who<'a> = (&'a str, &'a RecorderId);

/// Looks at sales, in order of time.
pub(super) fn look(
    program: &Program,
    sales: &[&SaleFact],
    now: DateTime<Utc>,
    found: &mut Vec<Finding>,
) {
    let watch = &program.doc().watch;
    let day_of = |sale: &SaleFact| program.business_date(sale.at);
    let mut by_clerk: BTreeMap<Who<'_>, Vec<&SaleFact>> = BTreeMap::new();
    for sale in sales {
        let who = (sale.store.as_str(), &sale.clerk);
        by_clerk.entry(who).or_default().push(sale);
    }
    let nights = Nights::of(program, sales);
    let tills = Tills::of(program, sales, now);
    for (who, own) in &by_clerk {
        let mut days: BTreeMap<NaiveDate, Vec<&SaleFact>> = BTreeMap::new();
        for sale in own {
            days.entry(day_of(sale)).or_default().push(sale);
        }
        let within = Duration::minutes(i64::from(watch.velocity_minutes));
        for run in runs(own, watch.velocity_sales, within) {
            found.push(about(
                program,
                Suspicion::Velocity,
                *who,
                run,
                watch.velocity_sales,
            ));
        }
        for of_day in days.values() {
            let round: Vec<&SaleFact> = of_day.iter().copied().filter(|s| is_round(s)).collect();
            // most of the day: a brand may sell sets of round prices
            if reaches(round.len(), watch.round_sums) && round.len() * 5 >= of_day.len() * 4 {
                let limit = watch.round_sums;
                found.push(about(program, Suspicion::RoundSums, *who, &round, limit));
            }
            let members: BTreeSet<&str> = of_day.iter().map(|s| s.member.as_str()).collect();
            if reaches(members.len(), watch.members_a_day) {
                let limit = watch.members_a_day;
                found.push(Finding {
                    count: count(members.len()),
                    ..about(program, Suspicion::ManyMembers, *who, of_day, limit)
                });
            }
        }
        same_member(program, *who, own, found);
        let by_night: Vec<&SaleFact> = own.iter().copied().filter(|s| nights.is_at(s)).collect();
        // a night goes over midnight: sales of one are less than half a day apart
        for night in by_night.chunk_by(|a, b| b.at - a.at < Duration::hours(12)) {
            if reaches(night.len(), watch.night_sales) {
                let limit = watch.night_sales;
                found.push(about(program, Suspicion::Night, *who, night, limit));
            }
        }
        let open: Vec<&SaleFact> = own.iter().copied().filter(|s| tills.misses(s)).collect();
        if reaches(open.len(), watch.unmatched) {
            found.push(about(
                program,
                Suspicion::Unmatched,
                *who,
                &open,
                watch.unmatched,
            ));
        }
    }
}

/// One member, again and again: on a day, else within a week.
fn same_member(program: &Program, who: Who<'_>, own: &[&SaleFact], found: &mut Vec<Finding>) {
    let watch = &program.doc().watch;
    let mut of: BTreeMap<&str, Vec<&SaleFact>> = BTreeMap::new();
    for sale in own {
        of.entry(&sale.member).or_default().push(sale);
    }
    for (member, hers) in of {
        let day = |s: &&SaleFact| program.business_date(s.at);
        let mut told = false;
        let mut tell = |sales: &[&SaleFact], limit| {
            found.push(Finding {
                member: Some(member.to_owned()),
                ..about(program, Suspicion::SameMember, who, sales, limit)
            });
        };
        for of_day in hers.chunk_by(|a, b| day(a) == day(b)) {
            if reaches(of_day.len(), watch.same_member_a_day) {
                tell(of_day, watch.same_member_a_day);
                told = true;
            }
        }
        if !told {
            for run in runs(&hers, watch.same_member_a_week, Duration::days(7)) {
                tell(run, watch.same_member_a_week);
            }
        }
    }
}

/// Looks at returns of whole receipts.
pub(super) fn returns(program: &Program, all: &[ReturnFact], found: &mut Vec<Finding>) {
    let limit = program.doc().watch.returns_a_day;
    let mut by: BTreeMap<(Who<'_>, NaiveDate), Vec<&ReturnFact>> = BTreeMap::new();
    for back in all {
        let who = (back.store.as_str(), &back.clerk);
        by.entry((who, program.business_date(back.at)))
            .or_default()
            .push(back);
    }
    for (((store, clerk), day), mut backs) in by {
        if !reaches(backs.len(), limit) {
            continue;
        }
        backs.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        found.push(Finding {
            rule: Suspicion::Returns,
            store: store.to_owned(),
            clerk: clerk.clone(),
            day,
            member: None,
            count: count(backs.len()),
            limit,
            amount: backs.iter().map(|back| back.refund).sum(),
            against: None,
            what: None,
            ops: backs.iter().map(|back| back.id.clone()).collect(),
            receipts: Vec::new(),
        });
    }
}

fn about(
    program: &Program,
    rule: Suspicion,
    (store, clerk): Who<'_>,
    sales: &[&SaleFact],
    limit: u32,
) -> Finding {
    let last = sales.last().map(|sale| program.business_date(sale.at));
    let ops: Vec<OpId> = sales.iter().map(|sale| sale.id.clone()).collect();
    Finding {
        rule,
        store: store.to_owned(),
        clerk: clerk.clone(),
        day: last.unwrap_or_default(),
        member: None,
        count: count(sales.len()),
        limit,
        amount: sales.iter().map(|sale| sale.net).sum(),
        against: None,
        what: None,
        ops,
        receipts: sales
            .iter()
            .take(NAMED)
            .map(|sale| sale.number.clone())
            .collect(),
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether so many reach a limit; zero is none.
fn reaches(n: usize, limit: u32) -> bool {
    limit > 0 && count(n) >= limit
}

fn is_round(sale: &SaleFact) -> bool {
    sale.net > Money::ZERO && sale.net.fen() % 10_000 == 0
}

/// Runs of at least so many sales, each within a span, that do not overlap: the longest from its first sale on.
fn runs<'a, 'b>(
    sales: &'b [&'a SaleFact],
    limit: u32,
    within: Duration,
) -> Vec<&'b [&'a SaleFact]> {
    let mut all = Vec::new();
    let mut from = 0;
    while from < sales.len() {
        let until = sales[from..].partition_point(|s| s.at - sales[from].at <= within) + from;
        if reaches(until - from, limit) {
            all.push(&sales[from..until]);
            from = until;
        } else {
            from += 1;
        }
    }
    all
}

/// In which stores a sale by night stands out.
struct Nights<'a> {
    program: &'a Program,
    /// Stores that say something of themselves, and whether one by night stands out there.
    stores: BTreeMap<&'a str, bool>,
    /// Whether it does in any other.
    elsewhere: bool,
}

impl<'a> Nights<'a> {
    fn of(program: &'a Program, sales: &[&'a SaleFact]) -> Self {
        let mut nights = Self {
            program,
            stores: BTreeMap::new(),
            elsewhere: false,
        };
        let mut seen: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let (mut all, mut late) = (0_usize, 0_usize);
        for sale in sales {
            let by_night = usize::from(nights.is_night(sale.at));
            let store = seen.entry(sale.store.as_str()).or_default();
            *store = (store.0 + 1, store.1 + by_night);
            (all, late) = (all + 1, late + by_night);
        }
        let hardly = |all: usize, late: usize| late * HARDLY_BY_NIGHT < all;
        nights.elsewhere = hardly(all, late);
        nights.stores = seen
            .into_iter()
            .filter(|(_, (all, _))| *all >= TELLING)
            .map(|(store, (all, late))| (store, hardly(all, late)))
            .collect();
        nights
    }

    fn is_night(&self, at: DateTime<Utc>) -> bool {
        let watch = &self.program.doc().watch;
        let hour = at.with_timezone(&self.program.timezone()).hour();
        if watch.night_from <= watch.night_until {
            (watch.night_from..watch.night_until).contains(&hour)
        } else {
            hour >= watch.night_from || hour < watch.night_until
        }
    }

    fn is_at(&self, sale: &SaleFact) -> bool {
        let hardly = self.stores.get(sale.store.as_str()).copied();
        hardly.unwrap_or(self.elsewhere) && self.is_night(sale.at)
    }
}

/// Which stores have a till that confirms most of their sales, and until when its record is due.
struct Tills<'a> {
    until: DateTime<Utc>,
    confirming: BTreeSet<&'a str>,
}

impl<'a> Tills<'a> {
    fn of(program: &Program, sales: &[&'a SaleFact], now: DateTime<Utc>) -> Self {
        let days = Duration::days(i64::from(program.doc().watch.unmatched_days));
        let until = now.checked_sub_signed(days).unwrap_or(now);
        let mut seen: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for sale in sales.iter().filter(|sale| sale.at < until) {
            let (all, by_till) = seen.entry(sale.store.as_str()).or_default();
            *all += 1;
            *by_till += usize::from(sale.till.is_some());
        }
        let most = |(all, by_till): &(usize, usize)| by_till * 2 > *all;
        let confirming = seen.into_iter().filter(|(_, seen)| most(seen));
        Self {
            until,
            confirming: confirming.map(|(store, _)| store).collect(),
        }
    }

    fn misses(&self, sale: &SaleFact) -> bool {
        let due = sale.unconfirmed && sale.at < self.until;
        due && self.confirming.contains(sale.store.as_str())
    }
}
