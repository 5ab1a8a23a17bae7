//! What it costs to hold a basket against a member's allergies, beside comparing words as they are written.
//!
//! `cargo xtask bench allergens`. Made-up labels of forty ingredients each, of names of the table in all spellings of
//! a label; made-up members with one to four allergies.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss)] // a measurement

use ingredients::{Allergies, Ingredient, List, all, prepare};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 2_000;
const BASKET: usize = 10;
const LABEL: usize = 40;
const PRODUCTS: usize = 3_000;

fn main() {
    let (start, used) = (Instant::now(), processor());
    prepare();
    println!(
        "the table, once at the start: {:.1} ms, of the processor {:.1}",
        millis(start.elapsed()),
        millis(processor().saturating_sub(used))
    );
    println!(
        "{} ingredients and groups, {} names",
        all().count(),
        all().map(|i| i.names().len()).sum::<usize>()
    );

    let common: Vec<Ingredient> = all().filter(|one| one.is_common()).collect();
    // every run measures the same
    let mut dice = StdRng::seed_from_u64(7);
    let labels: Vec<Vec<String>> = (0..PRODUCTS)
        .map(|_| (0..LABEL).map(|_| written(&mut dice, &common)).collect())
        .collect();
    let members: Vec<Vec<String>> = (0..1_000)
        .map(|_| {
            (0..dice.random_range(1..=4))
                .map(|_| format!("对{}过敏", common.choose(&mut dice).unwrap().zh()))
                .collect()
        })
        .collect();
    let lists: Vec<List> = labels.iter().map(|label| List::of(label)).collect();
    println!(
        "{PRODUCTS} products of {LABEL} ingredients, a basket of {BASKET}, {ROUNDS} times; microseconds\n"
    );
    println!("{:<62} {:>8} {:>8} {:>8}", "", "p50", "p99", "cpu");

    let mut alerts = 0;
    row(
        "her words read, and a basket whose labels are read (a quote)",
        |i| {
            let told = Allergies::of(&members[i % members.len()]);
            for n in 0..BASKET {
                alerts += told.check(&lists[(i * BASKET + n) % PRODUCTS]).len();
            }
        },
    );
    row("the same, each label read anew (never at a counter)", |i| {
        let told = Allergies::of(&members[i % members.len()]);
        for n in 0..BASKET {
            black_box(told.check(&List::of(&labels[(i * BASKET + n) % PRODUCTS])));
        }
    });
    row("one label read", |i| {
        black_box(List::of(&labels[i % PRODUCTS]));
    });
    row("a look-up in the picker", |i| {
        let name = common[i % common.len()].zh();
        black_box(ingredients::search(name, 6));
    });
    let mut same = 0;
    row(
        "baseline: her words among the label's, as they are written",
        |i| {
            let told = &members[i % members.len()];
            for n in 0..BASKET {
                let label = &labels[(i * BASKET + n) % PRODUCTS];
                same += label.iter().filter(|item| told.contains(item)).count();
            }
        },
    );
    println!("\nwarnings: {alerts} by meaning, {same} as written");
}

/// A name as a label prints it.
fn written(dice: &mut StdRng, common: &[Ingredient]) -> String {
    let names = common.choose(dice).unwrap().names();
    let name = names.choose(dice).unwrap();
    match dice.random_range(0..3) {
        0 => name.to_uppercase(),
        1 => format!("{name} "),
        _ => name.clone(),
    }
}

fn row(what: &str, mut once: impl FnMut(usize)) {
    let used = processor();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|i| {
            let start = Instant::now();
            once(i);
            start.elapsed()
        })
        .collect();
    let cpu = processor().saturating_sub(used).as_secs_f64() * 1e6 / ROUNDS as f64;
    times.sort_unstable();
    let at = |share: usize| times[(ROUNDS * share / 100).min(ROUNDS - 1)].as_secs_f64() * 1e6;
    println!("{what:<62} {:>8.1} {:>8.1} {cpu:>8.1}", at(50), at(99));
}

/// Processor time of this thread so far; nothing where the system does not say.
fn processor() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = said.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
