//! The whole demo brand before it is written: a function of seed, sizes and last day.

use chrono::NaiveDate;
use loyalty::Program;
use protocol::entity::{self, Reward, Store};

use super::DemoError;
use super::catalogue::{self, Article};
use super::people::{self, Person};
use super::shops::{self, Staff};
use super::visits::{self, Visit};

const PROGRAM: &str = include_str!("program.toml");

/// What the demo brand is called.
pub(crate) const NAME: &str = "汀禾";

/// Everything there is to write.
pub(crate) struct Brand {
    pub brand: entity::Brand,
    pub program: Program,
    pub stores: Vec<Store>,
    pub staff: Vec<Staff>,
    pub articles: Vec<Article>,
    pub rewards: Vec<Reward>,
    pub people: Vec<Person>,
    pub visits: Vec<Visit>,
}

impl Brand {
    /// Thinks a brand up whose last visit is on the day before `until`.
    pub(crate) fn think_up(
        seed: u64,
        members: usize,
        stores: usize,
        until: NaiveDate,
    ) -> Result<Self, DemoError> {
        let program = Program::from_toml(PROGRAM).map_err(|e| DemoError::built("program", &e))?;
        let articles = catalogue::articles()?;
        let stores = shops::stores(stores);
        let staff = shops::staff(seed, &stores);
        let people = people::people(seed, members, until, &stores, &staff);
        let visits = visits::visits(seed, until, &people, &stores, &articles);
        let brand = entity::Brand {
            name: NAME.to_owned(),
            demo: true,
            welcome_gift: "凝光修护精华 5 ml".to_owned(),
            phone_base: String::new(),
            sign_up: None,
        };
        let rewards = catalogue::rewards()?;
        Ok(Self {
            brand,
            program,
            stores,
            staff,
            articles,
            rewards,
            people,
            visits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    fn brand(members: usize) -> Brand {
        Brand::think_up(7, members, 4, NaiveDate::from_ymd_opt(2026, 5, 20).unwrap()).unwrap()
    }

    #[test]
    fn visits_are_of_members_in_opening_hours_and_in_order() {
        let brand = brand(600);
        let mut numbers = HashSet::new();
        for visit in &brand.visits {
            assert!(!visit.lines.is_empty());
            assert!(visit.at >= brand.people[visit.person].joined);
            assert!(numbers.insert(visit.receipt.clone()), "{}", visit.receipt);
            assert!(visit.lines.iter().all(|l| l.fen > 0 && l.qty > 0));
        }
        for pair in brand.visits.windows(2) {
            assert!(pair[0].person < pair[1].person || pair[0].at < pair[1].at);
        }
    }

    #[test]
    fn few_buy_much_and_some_bring_back() {
        let brand = brand(1_200);
        let mut spent: HashMap<usize, i64> = HashMap::new();
        for visit in &brand.visits {
            *spent.entry(visit.person).or_default() +=
                visit.lines.iter().map(|l| l.fen).sum::<i64>();
        }
        let mut sums: Vec<i64> = spent.values().copied().collect();
        sums.sort_unstable_by(|a, b| b.cmp(a));
        let all: i64 = sums.iter().sum();
        let best: i64 = sums.iter().take(brand.people.len() / 5).sum();
        assert!(
            best * 100 / all > 50 && best * 100 / all < 95,
            "{}",
            best * 100 / all
        );
        let back = brand
            .visits
            .iter()
            .filter(|v| v.comes_back.is_some())
            .count();
        let share = back * 1_000 / brand.visits.len();
        assert!((8..=24).contains(&share), "{share} in a thousand");
        let per_member = brand.visits.len() / brand.people.len();
        assert!((3..=12).contains(&per_member), "{per_member}");
    }

    #[test]
    fn member_day_is_the_busiest_of_most_months() {
        let brand = brand(1_200);
        let mut days = [0u32; 32];
        for visit in &brand.visits {
            days[chrono::Datelike::day(&(visit.at + chrono::Duration::hours(8))) as usize] += 1;
        }
        let average = days.iter().sum::<u32>() / 30;
        assert!(days[18] > average * 2, "{days:?}");
    }
}
