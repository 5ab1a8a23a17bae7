//! Choices that a printed seed repeats.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A seeded sequence of choices.
#[derive(Debug)]
pub struct Dice(StdRng);

impl Dice {
    /// With the seed that a variable names, else one of the clock; it is printed.
    #[allow(clippy::print_stdout, reason = "the seed repeats a run that failed")]
    pub fn of(variable: &str) -> Self {
        let given = std::env::var(variable).ok();
        let seed = given.and_then(|s| s.parse().ok()).unwrap_or_else(|| {
            let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            time.map_or(1, |t| u64::from(t.subsec_nanos()) ^ t.as_secs())
        });
        println!("{variable}={seed}");
        Self(StdRng::seed_from_u64(seed))
    }

    /// A whole number below `n`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.random_range(0..n)
    }

    /// One of several.
    ///
    /// # Panics
    /// Where there is none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.0.random_range(0..all.len())]
    }

    /// A moment within a span and a little beyond it; every other one near its end, where files
    /// are written.
    pub fn moment(&mut self, span: Duration) -> Duration {
        let micros = u64::try_from(span.as_micros()).unwrap_or(1).max(4);
        let late = if self.below(2) == 0 { micros / 2 } else { 0 };
        Duration::from_micros(late + self.below(micros + micros / 4 - late))
    }
}
