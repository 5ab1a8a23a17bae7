//! Power cuts of a whole brand: four counters work at once through the command line, and they and the
//! centre are killed at any moment. In the end every operation that was acknowledged is at the centre
//! once, the books hold, and each counter may spend what the centre holds for it.
//!
//! `COUNTERPART_KILL_ROUNDS` sets the number of rounds as for `kill.rs` (40 without it; a quarter of
//! them on each engine here, a nightly run gives 800); `COUNTERPART_KILL_SEED` repeats a run's choices.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use tests::dice::Dice;
use tests::postgres::Database;
use tests::till::{Sale, cash_args, points, receipts, reward_args};
use tests::told::{Acknowledged, Said};
use tests::{Books, Brand, Centre, Clerk, Counter, Ledger, Person, process};

const NAMES: [&str; 4] = ["A", "B", "C", "D"];

fn rounds() -> u32 {
    let given = std::env::var("COUNTERPART_KILL_ROUNDS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(40)
}

/// A brand at work: its processes of the centre, and counters that are spread over them.
struct Floor {
    centres: Vec<Centre>,
    counters: Vec<Counter>,
    people: Vec<Person>,
    told: Acknowledged,
}

impl Floor {
    fn open(dir: &Path, clerk: &Clerk, centres: Vec<Centre>, people: Vec<Person>) -> Self {
        // the last piece may be given out by two counters at once, which is the store's to see and no point's loss
        centres[0].has_enough(&clerk.store, "RW01");
        let counters = NAMES.iter().enumerate().map(|(n, name)| {
            let centre = &centres[n % centres.len()];
            let counter = Counter::at(&dir.join(name), clerk);
            counter.enrol(&centre.url(), &centre.enrol_code(&clerk.store, true), name);
            counter.sync();
            counter.sign_in();
            counter
        });
        Self {
            counters: counters.collect(),
            centres,
            people,
            told: Acknowledged::default(),
        }
    }

    /// How long all counters take for a sale at once, here and now: kills are spread over it.
    fn span(&mut self) -> Duration {
        let begun = Instant::now();
        let her = &self.people[0].id;
        let args = |n: usize| Sale::to(her, &format!("TIME-{n}"), &["TH1001"]).args();
        let started: Vec<_> = self
            .counters
            .iter()
            .enumerate()
            .map(|(n, c)| c.command(&args(n)).spawn().expect("counter starts"))
            .collect();
        for child in started {
            let output = process::output_of(child, "a sale");
            if let Said::Done(done) = Said::of(&output.stdout) {
                self.told.note(done);
            }
        }
        begun.elapsed()
    }

    /// All counters do something; in the middle of it some process is killed.
    fn round(&mut self, dice: &mut Dice, round: u32, span: Duration) {
        for centre in &mut self.centres {
            // an outage may last for several rounds
            if !centre.runs() && dice.below(3) > 0 {
                centre.restart();
            }
        }
        let mut running = Vec::new();
        for (n, counter) in self.counters.iter().enumerate() {
            let her = &dice.one_of(&self.people).id;
            let receipt = format!("KILL-{round}-{n}");
            let (syncs, args) = match dice.below(8) {
                0 => (
                    false,
                    Sale::to(her, &receipt, &["TH1001", "TH1003*2"]).args(),
                ),
                1 => (
                    false,
                    Sale::to(her, &receipt, &["TH1002"]).paid_by(100).args(),
                ),
                2 => (false, cash_args(her, 100, "300")),
                // more than a counter usually holds: asked for, and asked back from the others
                3 => (false, cash_args(her, 500, "3000")),
                4 => (false, reward_args(her, "RW01")),
                _ => (true, vec!["sync".to_owned()]),
            };
            let child = counter.command(&args).spawn().expect("counter starts");
            running.push((syncs, child));
        }
        std::thread::sleep(dice.moment(span));
        let what = dice.below(3);
        if what != 0 {
            let n = usize::try_from(dice.below(self.centres.len() as u64)).unwrap_or(0);
            self.centres[n].kill();
        }
        if what != 1 {
            let n = usize::try_from(dice.below(running.len() as u64)).unwrap_or(0);
            // it may have ended by itself: then this is as if the cut came later
            let _ = running[n].1.kill();
        }
        for (syncs, child) in running {
            let output = process::output_of(child, "a counter among killed processes");
            if syncs {
                let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
                let code = &said["error"]["code"];
                assert!(code.is_null() || code == "offline", "a sync: {said}");
            } else if let Said::Done(done) = Said::of(&output.stdout) {
                self.told.note(done);
            }
        }
    }

    /// Quiet: all run, and everybody syncs until nothing moves.
    fn rest(&mut self) {
        for centre in &mut self.centres {
            if !centre.runs() {
                centre.restart();
            }
        }
        let others: Vec<&Counter> = self.counters.iter().skip(1).collect();
        self.counters[0].settle_with(&others);
        for counter in &self.counters {
            assert_eq!(counter.pending(), 0, "{:?}", counter.home);
        }
    }

    fn settled(&mut self, books: &Books<'_>) {
        self.rest();
        self.centres[0].assert_audit_clean();
        let applied = books.applied();
        let twice: Vec<_> = applied.iter().filter(|(_, n)| **n != 1).collect();
        assert!(twice.is_empty(), "more than one effect: {twice:?}");
        for (op, done) in &self.told.0 {
            assert!(applied.contains_key(op), "acknowledged and lost: {done}");
        }
        let listed = books.column("SELECT op_id || ' ' || reason FROM manager_list");
        assert!(listed.is_empty(), "an allowance was overspent: {listed:?}");
        assert_eq!(books.losses(), 0);
        let devices = NAMES.map(|name| self.centres[0].device_id(name));
        for her in &self.people {
            let expected = her.points + moved(books, her);
            assert_eq!(books.points(&her.id), expected, "points of {}", her.no);
            for (counter, device) in self.counters.iter().zip(&devices) {
                let page = counter.page(&her.id);
                assert_eq!(points(&page, "confirmed"), expected, "{page}");
                assert_eq!(
                    points(&page, "offline_usable"),
                    books.held(device, None, &her.id),
                    "what {:?} may spend and what the centre holds for it: {page}",
                    counter.home
                );
                let mut all = receipts(&page);
                all.sort();
                let count = all.len();
                all.dedup();
                assert_eq!(all.len(), count, "a receipt twice: {page}");
            }
        }
    }
}

/// What all applied operations came to for a member.
fn moved(books: &Books<'_>, her: &Person) -> i64 {
    let outcomes = books.column(&format!(
        "SELECT outcome FROM operation WHERE member_id = '{}' AND state = 'applied'",
        her.id
    ));
    outcomes
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).expect("an outcome"))
        .map(|effect| {
            let of = |name: &str| effect[name].as_i64().unwrap_or(0);
            of("earned") - of("spent") + of("given_back") - of("taken_back")
        })
        .sum()
}

fn storm(floor: &mut Floor, rounds: u32) {
    let mut dice = Dice::of("COUNTERPART_KILL_SEED");
    let span = floor.span();
    for round in 0..rounds {
        floor.round(&mut dice, round, span);
    }
    println!(
        "{rounds} rounds over {span:?}: {} acknowledged",
        floor.told.0.len()
    );
}

#[test]
fn four_counters_and_their_centre_killed_at_any_moment() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clerk = Brand::demo().clerk("cashier");
    let centre = Centre::start(dir.path());
    let ledger = centre.ledger();
    let people = Brand::people(&ledger, &clerk.store, 1_500, 3);
    let mut floor = Floor::open(dir.path(), &clerk, vec![centre], people);
    storm(&mut floor, rounds().div_ceil(4));
    floor.settled(&Books::File(ledger));
}

#[test]
fn two_processes_of_a_centre_on_one_server_one_of_them_killed() {
    let database = Database::fresh();
    let brand = Brand::demo();
    brand.make_on(&database.address());
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clerk = brand.clerk("cashier");
    // the same brand in a file, to choose people by
    brand.copy_to(&dir.path().join("copy"));
    let copy = Ledger::open(&dir.path().join("copy/central.db"));
    let people = Brand::people(&copy, &clerk.store, 1_500, 3);
    let centres = ["first", "second"].map(|name| {
        let dir = dir.path().join(name);
        std::fs::create_dir_all(&dir).expect("a folder");
        Centre::serve_on(&dir, &database.address())
    });
    let mut floor = Floor::open(dir.path(), &clerk, centres.into(), people);
    storm(&mut floor, rounds().div_ceil(5));
    floor.settled(&Books::Server(&database));
}
