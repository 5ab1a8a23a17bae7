//! Seeds, played: fixed ones, and those of the day.
//!
//! With nothing said, 200 fixed seeds from 1 on are played with a lying device among the counters, and then
//! some of each [`Population`] that are the day's: they hang on the date (UTC) alone, so that a run on the same day plays the same, and the next
//! day others. What is played is printed, and of a failing seed how to play it again alone.
//!
//! | variable | |
//! |---|---|
//! | `COUNTERPART_SIM_SEED` | from which seed on; then none of the day are played |
//! | `COUNTERPART_SIM_RUNS` | how many (200) |
//! | `COUNTERPART_SIM_POPULATION` | who takes part (without it `lying-device`, and `five-counters` for a seed that is given): `five-counters`, `two-counters`, `eight-counters`, `long-quiet`, `lying-device` |
//! | `COUNTERPART_SIM_DAY` | the day whose seeds are played, as `2026-11-28`; `none` for none |
//! | `COUNTERPART_SIM_DAY_RUNS` | how many of the day for each population (15) |
//! | `COUNTERPART_SIM_THREADS` | how many at a time (2) |
//! | `COUNTERPART_SIM_STORY` | `1` tells all that happened |

// a test fails by panicking; what it found is for the reader of the test's output
#![allow(clippy::panic, clippy::expect_used, clippy::print_stdout)]

use std::io::Write;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use chrono::{Datelike, NaiveDate, Utc};
use simulation::{Population, Report, run};

/// Failures after which a round plays no further seed.
const ENOUGH: usize = 10;

/// A setting; none where it is not given.
fn setting<T: FromStr>(name: &str) -> Option<T> {
    let given = std::env::var(name).ok()?;
    let read = given.parse().ok();
    Some(read.unwrap_or_else(|| panic!("{name}={given} cannot be read")))
}

/// Seeds that are played one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Round {
    population: Population,
    first: u64,
    runs: u64,
}

/// The seeds of a day: as many for each population.
fn of_the_day(day: NaiveDate, runs: u64) -> Vec<Round> {
    let year = u64::try_from(day.year()).expect("a year of ours");
    let date = year * 10_000 + u64::from(day.month()) * 100 + u64::from(day.day());
    let mut next = date * 1_000_000;
    Population::ALL
        .into_iter()
        .map(|population| {
            let first = next;
            next += runs;
            Round {
                population,
                first,
                runs,
            }
        })
        .collect()
}

/// Who takes part where nothing is said: a liar beside everybody else, but where a seed is named by its number alone.
fn of_a_run(seed: Option<u64>) -> Population {
    match seed {
        Some(_) => Population::default(),
        None => Population::LyingDevice,
    }
}

/// What this run is to play.
fn rounds() -> Vec<Round> {
    let given: Option<u64> = setting("COUNTERPART_SIM_SEED");
    let population = setting::<String>("COUNTERPART_SIM_POPULATION")
        .map_or_else(|| Ok(of_a_run(given)), |name| name.parse());
    let mut rounds = vec![Round {
        population: population.unwrap_or_else(|e| panic!("{e}")),
        first: given.unwrap_or(1),
        runs: setting("COUNTERPART_SIM_RUNS").unwrap_or(200),
    }];
    let day = match setting::<String>("COUNTERPART_SIM_DAY").as_deref() {
        Some("none") => None,
        Some(day) => Some(day.parse().expect("a day as 2026-11-28")),
        None => given.is_none().then(|| Utc::now().date_naive()),
    };
    if let Some(day) = day {
        let runs = setting("COUNTERPART_SIM_DAY_RUNS").unwrap_or(15);
        rounds.extend(of_the_day(day, runs));
    }
    rounds
}

/// Says what was played, also where the test passes: whoever reads the log knows which seeds were the day's.
fn say(line: &str) {
    // past what keeps the output of a test that passes to itself; a closed stream is no failure of a seed
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Plays a round; what failed.
fn play(round: Round) -> Vec<Report> {
    let Round {
        population,
        first,
        runs,
    } = round;
    let next = AtomicU64::new(first);
    let failed: Mutex<Vec<Report>> = Mutex::default();
    let begun = Instant::now();
    let (messages, operations) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..setting("COUNTERPART_SIM_THREADS").unwrap_or(2) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let enough = failed.lock().is_ok_and(|f| f.len() >= ENOUGH);
                    if seed >= first + runs || enough {
                        return;
                    }
                    let report = run(population, seed);
                    messages.fetch_add(report.messages, Ordering::SeqCst);
                    operations.fetch_add(report.operations as u64, Ordering::SeqCst);
                    if std::env::var_os("COUNTERPART_SIM_STORY").is_some() {
                        println!("{}", report.lines.join("\n"));
                    }
                    if !report.found.is_empty() {
                        println!(
                            "seed {seed}: {:#?}\n{}",
                            report.found,
                            again(population, seed)
                        );
                        failed.lock().expect("a list").push(report);
                    }
                }
            });
        }
    });
    let played = next.load(Ordering::SeqCst).min(first + runs) - first;
    say(&format!(
        "{}: {played} runs from seed {first} on in {:.1?}, {} messages, {} operations",
        population.name(),
        begun.elapsed(),
        messages.into_inner(),
        operations.into_inner()
    ));
    failed.into_inner().expect("a list")
}

/// How a seed is played again alone.
fn again(population: Population, seed: u64) -> String {
    let name = population.name();
    format!(
        "again: COUNTERPART_SIM_POPULATION={name} COUNTERPART_SIM_SEED={seed} COUNTERPART_SIM_RUNS=1 \
         cargo test -p simulation --test simulation every_seed -- --nocapture"
    )
}

#[test]
fn every_seed_comes_to_rest_with_the_books_in_order() {
    let mut failed = Vec::new();
    for round in rounds() {
        let reports = play(round).into_iter();
        failed.extend(reports.map(|report| (round.population, report)));
    }
    if let Some((population, first)) = failed.first() {
        let all: Vec<String> = failed.iter().map(|(p, r)| again(*p, r.seed)).collect();
        panic!(
            "{} seeds failed. The first of them, {}:\n{}\n{:#?}\n{}",
            failed.len(),
            again(*population, first.seed),
            first.story,
            first.found,
            all.join("\n")
        );
    }
}

#[test]
fn a_seed_is_one_run() {
    let all = [
        (Population::FiveCounters, 3),
        (Population::TwoCounters, 1_000_003),
        (Population::EightCounters, u64::MAX - 5),
        (Population::LongQuiet, 7),
    ];
    for (population, seed) in all {
        let (one, other) = (run(population, seed), run(population, seed));
        let differs = one.lines.iter().zip(&other.lines).find(|(a, b)| a != b);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(one.digest, other.digest, "seed {seed}");
    }
}

#[test]
fn every_day_and_population_has_seeds_of_its_own() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let days = [
        "2026-11-28",
        "2026-11-29",
        "2026-12-01",
        "2027-01-01",
        "2028-02-29",
    ];
    let all: Vec<Round> = days
        .iter()
        .flat_map(|d| of_the_day(day(d), 1_000))
        .collect();
    assert_eq!(all.len(), days.len() * Population::ALL.len());
    for (n, round) in all.iter().enumerate() {
        assert!(round.first > 10_000_000, "beyond all fixed seeds");
        for other in all.iter().skip(n + 1) {
            assert!(
                round.first + round.runs <= other.first,
                "{round:?} {other:?}"
            );
        }
    }
    assert_eq!(of_the_day(day(days[0]), 25), of_the_day(day(days[0]), 25));
}
