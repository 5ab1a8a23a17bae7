//! How each step went, and the closing line.

use crate::failure::{Failure, Outcome};
use std::time::Duration;

/// How a step went.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All well.
    Passed,
    /// Not well, and why.
    Failed(String),
    /// Not tried, as a build before it failed.
    NotRun,
}

/// One step in the summary.
#[derive(Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// How it went.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

impl Line {
    /// The line of a step that was not tried.
    pub fn not_run(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            verdict: Verdict::NotRun,
            time: Duration::ZERO,
        }
    }

    /// Whether it went well.
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }

    /// Says how it went, right after it.
    pub fn say(&self) {
        match &self.verdict {
            Verdict::Passed => println!("✓ {} ({})", self.name, minutes(self.time)),
            Verdict::Failed(why) => println!("✗ {} ({}): {why}", self.name, minutes(self.time)),
            Verdict::NotRun => {}
        }
    }
}

/// All steps so far.
#[derive(Debug, Default)]
pub struct Summary(Vec<Line>);

impl Summary {
    /// Adds a step.
    pub fn add(&mut self, line: Line) {
        self.0.push(line);
    }

    /// Prints the table and, last and alone, the counts; an error when any step failed.
    pub fn close(&self) -> Outcome {
        print!("\n{}", self.table());
        println!("\n{}", self.counts());
        if self.failed() == 0 {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }

    fn failed(&self) -> usize {
        self.0
            .iter()
            .filter(|line| matches!(line.verdict, Verdict::Failed(_)))
            .count()
    }

    fn counts(&self) -> String {
        let passed = self.0.iter().filter(|line| line.passed()).count();
        format!("{passed} passed, {} failed", self.failed())
    }

    fn table(&self) -> String {
        let names = self.0.iter().map(|line| line.name.chars().count());
        let wide = names.max().unwrap_or(0).max(12);
        let row = |line: &Line| match &line.verdict {
            Verdict::Passed => {
                format!("{:<wide$} passed   {:>8}\n", line.name, minutes(line.time))
            }
            Verdict::Failed(why) => {
                let why = why.lines().next().unwrap_or_default();
                format!(
                    "{:<wide$} FAILED   {:>8}   {why}\n",
                    line.name,
                    minutes(line.time)
                )
            }
            Verdict::NotRun => format!("{:<wide$} not run\n", line.name),
        };
        let total = self.0.iter().map(|line| line.time).sum();
        let rows: String = self.0.iter().map(row).collect();
        format!(
            "{rows}{:<wide$}          {:>8}\n",
            "together",
            minutes(total)
        )
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{}:{:02} min", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, verdict: Verdict, seconds: u64) -> Line {
        Line {
            name: name.to_owned(),
            verdict,
            time: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn failed_steps_are_counted_and_named() {
        let mut summary = Summary::default();
        summary.add(line("fmt", Verdict::Passed, 2));
        assert!(summary.close().is_ok());
        summary.add(line(
            "build",
            Verdict::Failed("broken\nat length".into()),
            75,
        ));
        summary.add(Line::not_run("rust"));
        assert_eq!(summary.counts(), "1 passed, 1 failed");
        assert_eq!(
            summary.table(),
            "fmt          passed      2.0 s\n\
             build        FAILED   1:15 min   broken\n\
             rust         not run\n\
             together              1:17 min\n"
        );
        assert!(summary.close().is_err());
    }
}
