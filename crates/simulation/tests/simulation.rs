//! Seeds, played. `COUNTERPART_SIM_RUNS` says how many (300 without it), `COUNTERPART_SIM_SEED`
//! from which (1), and a failing seed is played again alone by both: `COUNTERPART_SIM_SEED=N
//! COUNTERPART_SIM_RUNS=1`. `COUNTERPART_SIM_STORY=1` then tells all of it.

// a test fails by panicking; what it found is for the reader of the test's output
#![allow(clippy::panic, clippy::expect_used, clippy::print_stdout)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use simulation::{Report, run};

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn every_seed_comes_to_rest_with_the_books_in_order() {
    let first = number("COUNTERPART_SIM_SEED", 1);
    let runs = number("COUNTERPART_SIM_RUNS", 300);
    let next = AtomicU64::new(first);
    let failed: Mutex<Vec<Report>> = Mutex::default();
    let begun = Instant::now();
    let (messages, operations) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..number("COUNTERPART_SIM_THREADS", 2) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let enough = failed.lock().is_ok_and(|f| f.len() >= 10);
                    if seed >= first + runs || enough {
                        return;
                    }
                    let report = run(seed);
                    messages.fetch_add(report.messages, Ordering::SeqCst);
                    operations.fetch_add(report.operations as u64, Ordering::SeqCst);
                    if std::env::var_os("COUNTERPART_SIM_STORY").is_some() {
                        println!("{}", report.lines.join("\n"));
                    }
                    if !report.found.is_empty() {
                        println!("seed {seed}: {:#?}", report.found);
                        failed.lock().expect("a list").push(report);
                    }
                }
            });
        }
    });
    let played = next.load(Ordering::SeqCst).min(first + runs) - first;
    println!(
        "{played} runs in {:.1?}, {} messages, {} operations",
        begun.elapsed(),
        messages.into_inner(),
        operations.into_inner()
    );
    let failed = failed.into_inner().expect("a list");
    if let Some(report) = failed.first() {
        let seeds: Vec<u64> = failed.iter().map(|r| r.seed).collect();
        panic!(
            "seeds {seeds:?} failed. Seed {}:\n{}\n{:#?}",
            report.seed, report.story, report.found
        );
    }
}

#[test]
fn a_seed_is_one_run() {
    for seed in [3, 1_000_003, u64::MAX - 5] {
        let (one, other) = (run(seed), run(seed));
        let differs = one.lines.iter().zip(&other.lines).find(|(a, b)| a != b);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(one.digest, other.digest, "seed {seed}");
    }
}
