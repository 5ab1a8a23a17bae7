//! `cargo xtask test`: every check there is, one after the other, each with its heading and its time.

mod binaries;
mod day;
mod driver;
mod harness;
mod steps;
mod summary;

use crate::failure::{Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup;
use day::{DAYS, Day};
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
    /// Run the tests again on every made-up day, in other zones and languages: hours.
    #[arg(long)]
    days: bool,
    /// Run the tests again on the made-up days whose name contains NAME.
    #[arg(long, value_name = "NAME", conflicts_with = "days")]
    day: Option<String>,
    /// Then build counter and centre for Windows and hold them by the tests of real processes, under Wine: an hour.
    #[arg(long)]
    windows: bool,
    /// Show the steps' and the days' names and end.
    #[arg(long)]
    list: bool,
}

/// One step on one day.
#[derive(Debug, Clone, Copy)]
struct Run {
    step: &'static Step,
    /// None: today.
    day: Option<&'static Day>,
}

impl Run {
    fn name(&self) -> String {
        match self.day {
            Some(day) => format!("{} on {}", self.step.name, day.name),
            None => self.step.name.to_owned(),
        }
    }

    fn what(&self) -> String {
        match self.day {
            Some(day) => format!("{}. {}", self.step.what, day.why),
            None => self.step.what.to_owned(),
        }
    }
}

/// Runs the steps; its last line is "N passed, N failed".
pub fn run(options: &Options) -> Outcome {
    if options.list {
        for step in STEPS {
            println!("{:<18} {}", step.name, step.what);
        }
        println!(
            "\nMade-up days; the first {} are always taken:",
            day::ALWAYS
        );
        for day in DAYS {
            println!("{:<18} {}", day.name, day.why);
        }
        return Ok(());
    }
    let chosen = chosen(STEPS, options.fast, options.only.as_deref())?;
    let mut runs: Vec<Run> = chosen.iter().map(|step| Run { step, day: None }).collect();
    let days: Vec<&Day> = match (&options.day, options.days, options.only.is_some()) {
        (Some(name), _, _) => day::named(name)?,
        (None, true, _) => DAYS.iter().collect(),
        // whoever asks for one step waits for that one
        (None, false, true) => Vec::new(),
        (None, false, false) => DAYS.iter().take(day::ALWAYS).collect(),
    };
    let whole = options.days || options.day.is_some();
    for day in days {
        let on_days = |step: &&&Step| {
            if whole {
                step.on_days
            } else {
                step.on_two_days
            }
        };
        runs.extend(chosen.iter().filter(on_days).map(|step| Run {
            step,
            day: Some(day),
        }));
    }
    run_steps(&runs, whole)?;
    if options.windows {
        heading("windows");
        crate::windows::try_under_wine()?;
    }
    Ok(())
}

/// `check`: the quick ones of them.
pub fn check() -> Outcome {
    let quick: Vec<Run> = STEPS
        .iter()
        .filter(|step| ["fmt", "house", "clippy", "ui-check"].contains(&step.name))
        .map(|step| Run { step, day: None })
        .collect();
    run_steps(&quick, false)
}

fn run_steps(runs: &[Run], whole_days: bool) -> Outcome {
    let workspace = Workspace::here();
    heading("set-up");
    let ready = setup::everything(&workspace)?;
    if runs.iter().any(|run| run.step.postgres) {
        setup::postgres::install()?;
    }
    let centre_apart = runs.iter().any(|run| run.step.name == steps::SHIPPING);
    let mut bench = Bench::new(workspace, ready, centre_apart, whole_days);
    let mut summary = Summary::default();
    let mut builds_stand = true;
    for (index, run) in runs.iter().enumerate() {
        let step = run.step;
        let line = if builds_stand {
            heading(&format!(
                "{}/{} {}: {}",
                index + 1,
                runs.len(),
                run.name(),
                run.what()
            ));
            bench.go_to(run.day)?;
            let started = Instant::now();
            let verdict = match (step.run)(&mut bench) {
                Ok(()) => Verdict::Passed,
                Err(Failure::Stopped) => return Err(Failure::Stopped),
                Err(failure) => Verdict::Failed(failure.to_string()),
            };
            Line {
                name: run.name(),
                verdict,
                time: started.elapsed(),
            }
        } else {
            Line::not_run(&run.name())
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
fn chosen(steps: &'static [Step], fast: bool, only: Option<&str>) -> Outcome<Vec<&'static Step>> {
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
