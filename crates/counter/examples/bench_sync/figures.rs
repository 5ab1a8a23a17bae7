//! Many times of one thing, and what they come to.

use serde_json::{Value, json};
use std::time::Duration;

/// Times of one thing.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<f64>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1_000.0);
    }

    /// Adds those of another.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time, in milliseconds, that this share of all took no longer than.
    pub fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let place = (share * last as f64).round() as usize;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }

    /// The one in the middle.
    pub fn p50(&self) -> f64 {
        self.at(0.5)
    }

    /// The one that one in a hundred is above.
    pub fn p99(&self) -> f64 {
        self.at(0.99)
    }

    /// For programs to read.
    pub fn json(&self) -> Value {
        json!({ "p50_ms": self.p50(), "p99_ms": self.p99(), "times": self.len() })
    }
}

/// How many in a second.
pub fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// A line of the output.
pub fn say(what: &str, value: &str) {
    println!("{what:<66} {value}");
}

/// Whether a bar is met, in words.
pub fn bar(met: bool) -> &'static str {
    if met { "met" } else { "NOT MET" }
}
