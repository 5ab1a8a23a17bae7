//! `central watch --evaluate`: how much of planted fraud the watch finds in a real or made-up history, and how often it is
//! wrong about what was honest.
//!
//! The history is taken as honest. Cases of each kind are planted into a copy of it, among its own stores, clerks, days and
//! members, with amounts like its own; then the watch looks at the whole, under the program's own thresholds. How large a
//! case is does not go by the thresholds: whoever raises them sees in the figures what is no longer found.
//!
//! A case is found where a finding names one of its sales or returns. Wrong is an honest sale that a finding names in the
//! history as it was, before anything was planted. A kind that a history cannot show is left out, and said: a price far from
//! a catalogue without prices, a night in stores that sell by night.

mod cases;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use loyalty::watch::{Facts, Suspicion, find};
use loyalty::{OpId, Program};
use serde::Serialize;

use cases::Planter;

/// How planted cases of one kind fared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Cases that were planted.
    pub planted: u32,
    /// Of these, found by any rule.
    pub found: u32,
    /// Of these, found by the rule that is about them.
    pub by_its_rule: u32,
}

/// What an evaluation came to.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// Honest sales.
    pub sales: u32,
    /// Of these, those that a finding names, before anything was planted.
    pub wrong: u32,
    /// By which rules.
    pub wrong_by: BTreeMap<&'static str, u32>,
    /// Cases by the rule that they are about.
    pub cases: BTreeMap<&'static str, Found>,
    /// Kinds that this history cannot show.
    pub left_out: Vec<&'static str>,
    /// All cases together.
    pub all: Found,
}

impl Evaluation {
    /// Of planted cases found, in percent.
    #[must_use]
    pub fn found_percent(&self) -> f64 {
        100.0 * f64::from(self.all.found) / f64::from(self.all.planted.max(1))
    }

    /// Of honest sales wrongly named, in percent.
    #[must_use]
    pub fn wrong_percent(&self) -> f64 {
        100.0 * f64::from(self.wrong) / f64::from(self.sales.max(1))
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![format!(
            "{} honest sales, {} of them wrongly named ({:.3} %)",
            self.sales,
            self.wrong,
            self.wrong_percent()
        )];
        for (rule, wrong) in &self.wrong_by {
            lines.push(format!("  {rule}: {wrong}"));
        }
        lines.push(format!(
            "{} cases planted, {} found ({:.1} %), {} by the rule that is about them",
            self.all.planted,
            self.all.found,
            self.found_percent(),
            self.all.by_its_rule
        ));
        for (rule, case) in &self.cases {
            lines.push(format!(
                "  {rule}: {} of {}, {} by its rule",
                case.found, case.planted, case.by_its_rule
            ));
        }
        for rule in &self.left_out {
            lines.push(format!("  {rule}: left out, this history cannot show it"));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// Plants so many cases of each kind into a history, and looks. The same seed plants the same.
#[must_use]
pub fn evaluate(
    program: &Program,
    honest: &Facts,
    seed: u64,
    of_each: u32,
    now: DateTime<Utc>,
) -> Evaluation {
    let mut evaluation = Evaluation {
        sales: count(honest.sales.len()),
        wrong: 0,
        wrong_by: BTreeMap::new(),
        cases: BTreeMap::new(),
        left_out: Vec::new(),
        all: Found::default(),
    };
    let sold: BTreeSet<&OpId> = honest.sales.iter().map(|sale| &sale.id).collect();
    let mut wrong: BTreeSet<OpId> = BTreeSet::new();
    let mut wrong_by: BTreeMap<&'static str, BTreeSet<OpId>> = BTreeMap::new();
    for finding in find(program, honest, now) {
        let named = finding.ops.into_iter().filter(|op| sold.contains(op));
        for op in named {
            wrong_by
                .entry(finding.rule.code())
                .or_default()
                .insert(op.clone());
            wrong.insert(op);
        }
    }
    evaluation.wrong = count(wrong.len());
    let by_rule = wrong_by
        .into_iter()
        .map(|(rule, ops)| (rule, count(ops.len())));
    evaluation.wrong_by = by_rule.collect();

    let mut planter = Planter::new(program, honest, seed, now);
    for rule in Suspicion::ALL {
        if planter.can(rule) {
            planter.plant(rule, of_each);
        } else {
            evaluation.left_out.push(rule.code());
        }
    }
    let (facts, cases) = planter.finish();
    let mut named: BTreeMap<OpId, BTreeSet<Suspicion>> = BTreeMap::new();
    for finding in find(program, &facts, now) {
        for op in finding.ops {
            named.entry(op).or_default().insert(finding.rule);
        }
    }
    for case in cases {
        let rules: BTreeSet<Suspicion> = case
            .ops
            .iter()
            .filter_map(|op| named.get(op))
            .flatten()
            .copied()
            .collect();
        let of_rule = evaluation.cases.entry(case.rule.code()).or_default();
        for sums in [of_rule, &mut evaluation.all] {
            sums.planted += 1;
            sums.found += u32::from(!rules.is_empty());
            sums.by_its_rule += u32::from(rules.contains(&case.rule));
        }
    }
    evaluation
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
