//! `cargo xtask test`: every check there is, one after the other, each with its heading and its time.

mod binaries;
mod driver;
mod harness;
mod steps;
mod summary;

use crate::failure::{Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup;
use std::time::Instant;
use steps::{Bench, STEPS, Step};
use summary::{Line, Summary, Verdict};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Leave out what needs a window and what builds a second time: the steps "shipping", "doc" and "black-box".
    #[arg(long)]
    fast: bool,
    /// Run only the steps whose name contains NAME (and the builds that they need).
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Show the steps' names and end.
    #[arg(long)]
    list: bool,
}

/// Runs the steps; its last line is "N passed, N failed".
pub fn run(options: &Options) -> Outcome {
    if options.list {
        for step in STEPS {
            println!("{:<12} {}", step.name, step.what);
        }
        return Ok(());
    }
    let chosen = chosen(STEPS, options.fast, options.only.as_deref())?;
    run_steps(&chosen)
}

/// `check`: the quick ones of them.
pub fn check() -> Outcome {
    let quick: Vec<&Step> = STEPS
        .iter()
        .filter(|step| ["fmt", "clippy", "ui-check"].contains(&step.name))
        .collect();
    run_steps(&quick)
}

fn run_steps(chosen: &[&Step]) -> Outcome {
    let workspace = Workspace::here();
    heading("set-up");
    let ready = setup::everything(&workspace)?;
    if chosen.iter().any(|step| step.postgres) {
        setup::postgres::install()?;
    }
    let mut bench = Bench::new(workspace, ready, chosen);
    let mut summary = Summary::default();
    let mut builds_stand = true;
    for (index, step) in chosen.iter().enumerate() {
        let line = if builds_stand {
            heading(&format!(
                "{}/{} {}: {}",
                index + 1,
                chosen.len(),
                step.name,
                step.what
            ));
            let started = Instant::now();
            let verdict = match (step.run)(&mut bench) {
                Ok(()) => Verdict::Passed,
                Err(Failure::Stopped) => return Err(Failure::Stopped),
                Err(failure) => Verdict::Failed(failure.to_string()),
            };
            Line {
                name: step.name,
                verdict,
                time: started.elapsed(),
            }
        } else {
            Line::not_run(step.name)
        };
        line.say();
        builds_stand &= !step.others_need_it || line.passed();
        summary.add(line);
        let left = process::sweep();
        if !left.is_empty() {
            eprintln!(
                "   processes that this step left behind were ended: {}",
                left.join(", ")
            );
        }
    }
    // what it holds (a display) ends before the closing line
    drop(bench);
    summary.close()
}

fn heading(text: &str) {
    println!("\n━━━ {text}");
}

/// The steps asked for, and before them the builds that they need.
fn chosen<'s>(steps: &'s [Step], fast: bool, only: Option<&str>) -> Outcome<Vec<&'s Step>> {
    let asked =
        |step: &Step| !(fast && step.slow) && only.is_none_or(|name| step.name.contains(name));
    let needed: Vec<&str> = steps
        .iter()
        .filter(|step| asked(step))
        .flat_map(|step| step.needs)
        .copied()
        .collect();
    let chosen: Vec<&Step> = steps
        .iter()
        .filter(|step| asked(step) || needed.contains(&step.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        return Err(Failure::because(format!(
            "no step of this name; there are: {}",
            names.join(", ")
        )));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fast: bool, only: Option<&str>) -> Vec<&'static str> {
        chosen(STEPS, fast, only)
            .unwrap()
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn one_step_brings_the_builds_that_it_needs() {
        assert_eq!(names(false, Some("fmt")), ["fmt"]);
        assert_eq!(
            names(false, Some("black-box")),
            ["build", "shipping", "black-box"]
        );
        assert!(chosen(STEPS, false, Some("nonsense")).is_err());
    }

    #[test]
    fn fast_leaves_the_slow_ones_out() {
        let fast = names(true, None);
        for slow in ["shipping", "doc", "black-box"] {
            assert!(!fast.contains(&slow), "{slow}");
        }
        assert!(fast.contains(&"rust"));
    }

    #[test]
    fn every_need_is_an_earlier_step() {
        for (index, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(
                    STEPS[..index].iter().any(|earlier| earlier.name == *need),
                    "{}: {need}",
                    step.name
                );
            }
        }
    }
}
