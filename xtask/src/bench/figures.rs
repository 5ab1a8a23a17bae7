//! Times taken again and again, and what they come to.

use serde_json::{Value, json};
use std::time::Duration;

/// The times of one thing, in milliseconds.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<f64>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1000.0);
    }

    /// The one in the middle.
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        match sorted.len() {
            0 => f64::NAN,
            n if n % 2 == 1 => sorted[n / 2],
            n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
        }
    }

    /// The shortest and the longest.
    pub fn range(&self) -> (f64, f64) {
        let sorted = self.sorted();
        (
            sorted.first().copied().unwrap_or(f64::NAN),
            sorted.last().copied().unwrap_or(f64::NAN),
        )
    }

    /// All of it, for programs to read.
    pub fn json(&self) -> Value {
        let (shortest, longest) = self.range();
        json!({
            "median_ms": rounded(self.median()),
            "shortest_ms": rounded(shortest),
            "longest_ms": rounded(longest),
            "times_ms": self.0.iter().copied().map(rounded).collect::<Vec<_>>(),
        })
    }

    /// A line of the table.
    pub fn row(&self, name: &str) -> String {
        let (shortest, longest) = self.range();
        format!(
            "{name:<28} {:>9.0} {shortest:>9.0} {longest:>9.0} {:>6}",
            self.median(),
            self.0.len()
        )
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// The table's first line.
pub fn head() -> String {
    format!(
        "{:<28} {:>9} {:>9} {:>9} {:>6}",
        "", "median ms", "shortest", "longest", "times"
    )
}

/// To a tenth of a millisecond, which is more than is known.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let mut times = Times::default();
        for ms in [30, 10, 20] {
            times.add(Duration::from_millis(ms));
        }
        assert!((times.median() - 20.0).abs() < 1e-9);
        times.add(Duration::from_millis(40));
        assert!((times.median() - 25.0).abs() < 1e-9);
        assert_eq!(times.json()["shortest_ms"], 10.0);
        assert!(times.row("x").contains("25"));
    }
}
