//! Seeded histories of joining, buying, redeeming, bringing back, merging and parting: the books hold after each.
//!
//! `COUNTERPART_MERGE_HISTORIES` says how many (40 without it; 5,000 take about half an hour).

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use protocol::operation::{Body, Operation};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::common::acts::in_order;
use crate::common::{Bench, Counter, bench, by_id, redemption, sale};
use crate::merging::{brought_back, has, merged, parted};

/// Histories that one brand sees, one after the other.
const OF_ONE_BRAND: u64 = 20;

/// A brand of a few members, and what happened to them.
struct History {
    dice: StdRng,
    counters: Vec<Counter>,
    members: Vec<String>,
    /// Who went, by which merge, and into whom.
    went: BTreeMap<String, (String, String)>,
    sales: Vec<(Operation, String)>,
    next: u64,
}

impl History {
    fn one(&mut self) -> String {
        let n = self.dice.random_range(0..self.members.len());
        self.members[n].clone()
    }

    fn counter(&mut self) -> usize {
        self.dice.random_range(0..self.counters.len())
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    async fn joins(&mut self, bench: &Bench) {
        let n = self.number();
        let points = self.dice.random_range(0..400);
        let id = bench.member(&format!("139{n:08}"), points).await;
        self.members.push(id);
    }

    async fn buys(&mut self, bench: &Bench) {
        let (member, at, n) = (self.one(), self.counter(), self.number());
        let receipt = format!("T{n}");
        let fen = self.dice.random_range(1_000..90_000);
        let body = Body::Sale(sale(&receipt, fen, by_id(&member)));
        let op = self.counters[at].append(&body);
        self.counters[at]
            .results(bench, std::slice::from_ref(&op))
            .await;
        self.sales.push((op, receipt));
    }

    async fn redeems(&mut self, bench: &Bench) {
        let (member, at) = (self.one(), self.counter());
        let want = self.dice.random_range(50..300);
        let given = self.counters[at].grant(bench, &member, Some(want)).await;
        let Some(grant) = given.grants.into_iter().next() else {
            return;
        };
        // she may be merged with somebody before her counter spends what it holds
        if self.dice.random_range(0..3) == 0 {
            self.merges(bench).await;
        }
        let spent = self.dice.random_range(1..=grant.points.get());
        let op = self.counters[at].append(&redemption(&member, &[(&grant, spent)]));
        self.counters[at].results(bench, &[op]).await;
    }

    async fn brings_back(&mut self, bench: &Bench) {
        if self.sales.is_empty() {
            return;
        }
        let n = self.dice.random_range(0..self.sales.len());
        let (op, receipt) = self.sales.swap_remove(n);
        let at = self.counter();
        let back = self.counters[at].append(&brought_back(&op, &receipt));
        self.counters[at].results(bench, &[back]).await;
    }

    async fn merges(&mut self, bench: &Bench) {
        let (went, stays) = (self.one(), self.one());
        let there = |id: &String| !self.went.contains_key(id);
        if went == stays || !there(&went) || !there(&stays) {
            return;
        }
        merged(bench, &went, &stays).await;
        self.read_merges(bench).await;
    }

    async fn parts(&mut self, bench: &Bench) {
        let all: Vec<String> = self.went.values().map(|(merge, _)| merge.clone()).collect();
        if all.is_empty() {
            return;
        }
        let merge = &all[self.dice.random_range(0..all.len())];
        parted(bench, merge).await;
        self.read_merges(bench).await;
    }

    async fn read_merges(&mut self, bench: &Bench) {
        let db = bench.centre.db().read();
        let standing = centre::merging::latest(db, None, chrono::DateTime::UNIX_EPOCH, 10_000);
        let standing = standing.await.unwrap().into_iter();
        let of = standing.map(|one| {
            let (went, stayed) = (
                one.went.member.id.to_string(),
                one.stayed.member.id.to_string(),
            );
            (went, (one.id, stayed))
        });
        self.went = of.collect();
    }

    async fn step(&mut self, bench: &Bench) {
        match self.dice.random_range(0..10) {
            0 => self.joins(bench).await,
            1..=3 => self.buys(bench).await,
            4 | 5 => self.redeems(bench).await,
            6 => self.brings_back(bench).await,
            7 | 8 => self.merges(bench).await,
            _ => self.parts(bench).await,
        }
    }

    /// Nobody who went has anything free or owes anything, and nobody who stayed has gone.
    async fn holds(&self, bench: &Bench) {
        for (went, (_, stayed)) in &self.went {
            assert_eq!(has(bench, went).await, (0, 0), "{went} went");
            assert!(!self.went.contains_key(stayed));
        }
        in_order(bench).await;
    }
}

#[tokio::test]
async fn the_books_hold_after_each_history() {
    let said = std::env::var("COUNTERPART_MERGE_HISTORIES").ok();
    let histories = said.map_or(40, |n| n.parse::<u64>().unwrap());
    let mut seen = BTreeSet::new();
    let mut seed = 0;
    while seed < histories {
        let bench = bench().await;
        let mut history = History {
            dice: StdRng::seed_from_u64(seed),
            counters: vec![bench.counter(true).await, bench.counter(true).await],
            members: Vec::new(),
            went: BTreeMap::new(),
            sales: Vec::new(),
            next: 0,
        };
        for _ in 0..OF_ONE_BRAND.min(histories - seed) {
            history.dice = StdRng::seed_from_u64(seed);
            history.members.clear();
            history.sales.clear();
            for _ in 0..3 {
                history.joins(&bench).await;
            }
            for _ in 0..12 {
                history.step(&bench).await;
            }
            history.holds(&bench).await;
            seen.insert(history.went.len());
            seed += 1;
        }
    }
    assert!(seen.len() > 1, "merges stand, more or fewer");
}
