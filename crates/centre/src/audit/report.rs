//! What an audit found: every check with the rows it looked at, and the rows that break it.

use std::fmt::Write as _;

use serde::Serialize;

/// Rows that are named for one check; the others are counted.
pub const LISTED: usize = 100;

/// What must always hold (`docs/AUDIT.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Invariant {
    /// Transfers balance, and every sum is the sum of what it is made of.
    I1,
    /// Nothing is below zero but debt, and debt and free points do not stand side by side.
    I2,
    /// What a counter holds, spent and gave back is what the ledger moved for it.
    I3,
    /// One effect for each operation; no gap in what was taken in.
    I4,
    /// No counter and no member has more in escrow than the brand's rules allow.
    I5,
    /// A store bears points only after a write-off or a resolved fork, and no more than was out.
    I6,
    /// Replaying the feed from 0 gives what the tables say.
    I7,
    /// A coupon has one holder and one use.
    I8,
    /// The log is what it was when it was noted.
    I9,
}

/// A row that breaks an invariant. It names rows by their keys and holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which invariant.
    pub invariant: Invariant,
    /// Stable code of the check.
    pub what: &'static str,
    /// Table and key of the row.
    pub place: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Which invariant.
    pub invariant: Invariant,
    /// Stable code of the check.
    pub what: &'static str,
    /// Rows that it looked at.
    pub rows: u64,
    /// Rows that break it.
    pub violations: u64,
    /// The first of them.
    pub listed: Vec<Violation>,
}

/// What an audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing was found.
    pub clean: bool,
    /// In order of the invariants.
    pub checks: Vec<CheckReport>,
}

impl CheckReport {
    /// A check that has looked at nothing yet.
    pub(super) fn new(invariant: Invariant, what: &'static str) -> Self {
        Self {
            invariant,
            what,
            rows: 0,
            violations: 0,
            listed: Vec::new(),
        }
    }

    /// Notes a row that breaks it.
    pub(super) fn breaks(
        &mut self,
        place: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        self.violations += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Violation {
                invariant: self.invariant,
                what: self.what,
                place: place.into(),
                expected: expected.into(),
                found: found.into(),
            });
        }
    }
}

impl Report {
    /// Puts the checks in order and says whether all of them hold.
    pub(super) fn of(mut checks: Vec<CheckReport>) -> Self {
        // a stable sort: within an invariant they stay in the order in which they were made
        checks.sort_by_key(|c| c.invariant);
        Self {
            clean: checks.iter().all(|c| c.violations == 0),
            checks,
        }
    }

    /// All rows that are named.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.checks.iter().flat_map(|c| &c.listed)
    }

    /// Rows that break something, named or not.
    pub fn count(&self) -> u64 {
        self.checks.iter().map(|c| c.violations).sum()
    }

    /// For people: one line for each check, and below it what breaks it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for c in &self.checks {
            let verdict = match c.violations {
                0 => "ok".to_owned(),
                1 => "1 VIOLATION".to_owned(),
                n => format!("{n} VIOLATIONS"),
            };
            // writing to a String cannot fail
            let _ = writeln!(
                text,
                "{:?}  {:<20} {:>10} rows  {verdict}",
                c.invariant, c.what, c.rows
            );
            for v in &c.listed {
                let _ = writeln!(
                    text,
                    "      {}: expected {}; found {}",
                    v.place, v.expected, v.found
                );
            }
            let more = c.violations - c.listed.len() as u64;
            if more > 0 {
                let _ = writeln!(text, "      and {more} more");
            }
        }
        text
    }
}
