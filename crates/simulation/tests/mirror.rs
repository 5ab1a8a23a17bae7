//! Offline and online give the same numbers. `COUNTERPART_MIRROR_SEED` and `COUNTERPART_MIRROR_RUNS` say
//! which seeds (from 1) and how many (40, of six histories each); a failing one is played again alone by both.

// a test fails by panicking; what it found is for the reader of the test's output
#![allow(clippy::panic, clippy::expect_used, clippy::print_stdout)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use simulation::{Mirrored, mirror};

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn what_a_counter_says_offline_is_what_the_centre_makes_of_it() {
    let first = number("COUNTERPART_MIRROR_SEED", 1);
    let runs = number("COUNTERPART_MIRROR_RUNS", 40);
    let next = AtomicU64::new(first);
    let all: Mutex<Vec<(u64, Mirrored)>> = Mutex::default();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let enough = all
                        .lock()
                        .is_ok_and(|a| a.iter().filter(|(_, m)| !m.found.is_empty()).count() >= 3);
                    if seed >= first + runs || enough {
                        return;
                    }
                    let told = mirror(seed);
                    all.lock().expect("a list").push((seed, told));
                }
            });
        }
    });
    let all = all.into_inner().expect("a list");
    let sum = |of: fn(&Mirrored) -> usize| all.iter().map(|(_, m)| of(m)).sum::<usize>();
    println!(
        "{} histories, {} operations, {} figures in {:.1?}",
        sum(|m| m.histories),
        sum(|m| m.operations),
        sum(|m| m.figures),
        begun.elapsed()
    );
    if let Some((seed, told)) = all.iter().find(|(_, m)| !m.found.is_empty()) {
        panic!("seed {seed}:\n{}\n{:#?}", told.story.join("\n"), told.found);
    }
    if runs >= 20 {
        assert!(sum(|m| m.operations) > 500, "hardly anything happened");
    }
}
