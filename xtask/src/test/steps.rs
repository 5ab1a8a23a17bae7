//! The steps, in their order.

use super::day::{Clock, Day};
use super::harness::{self, Selection};
use super::{binaries, driver};
use crate::bindings;
use crate::cargo::{FEATURES, cargo};
use crate::display::Display;
use crate::failure::{Failure, Outcome};
use crate::house;
use crate::locale::chinese;
use crate::paths::Workspace;
use crate::process;
use crate::setup::postgres::Server;
use crate::setup::{Ready, npm};
use std::process::Command;
use std::time::Duration;

const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);
const TEST_LIMIT: Duration = Duration::from_secs(20 * 60);
const UI_LIMIT: Duration = Duration::from_secs(10 * 60);
/// The black-box tests: tested apart, on programs as they ship.
const BLACK_BOX: &str = "tests";
/// The centre: its tests run in the build that ships, with plain SQLite.
const CENTRE: &str = "central";

/// The step that builds and tests the centre alone.
pub const SHIPPING: &str = "shipping";
/// The black-box test programs that the days of every run leave out: the window's, and the long one of versions, which
/// asks nothing of a calendar.
const NOT_ON_DAYS: &[&str] = &["window", "rollout"];

/// One thing that is checked.
#[derive(Debug)]
pub struct Step {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Left out by `--fast`.
    pub slow: bool,
    /// Steps whose results it uses.
    pub needs: &'static [&'static str],
    /// When it fails, nothing after it is tried.
    pub others_need_it: bool,
    /// Its tests need PostgreSQL.
    pub postgres: bool,
    /// Run again on made-up days where these are asked for.
    pub on_days: bool,
    /// Run again on those made-up days that every run takes, one half of its tests on each.
    pub on_two_days: bool,
    /// Does it.
    pub run: fn(&mut Bench) -> Outcome,
}

/// What the steps share.
#[derive(Debug)]
pub struct Bench {
    workspace: Workspace,
    ready: Ready,
    /// The centre's tests run in a step of their own.
    centre_apart: bool,
    /// The made-up day, and what brings programs there; none today.
    day: Option<(&'static Day, Clock)>,
    /// On made-up days, the window's tests too.
    whole_days: bool,
}

impl Bench {
    /// For these steps after this set-up.
    pub fn new(workspace: Workspace, ready: Ready, centre_apart: bool, whole_days: bool) -> Self {
        Self {
            workspace,
            ready,
            centre_apart,
            day: None,
            whole_days,
        }
    }

    /// The steps from here on run on this day.
    pub fn go_to(&mut self, day: Option<&'static Day>) -> Outcome {
        // the one before is gone before the next is made in its place
        self.day = None;
        if let Some(day) = day {
            self.day = Some((day, Clock::build()?));
        }
        Ok(())
    }

    fn cargo(&self, arguments: &[&str]) -> Outcome {
        self.cargo_with(arguments, |_| {})
    }

    fn cargo_with(&self, arguments: &[&str], prepare: impl Fn(&mut Command)) -> Outcome {
        let mut command = cargo(&self.workspace, self.ready.system_openssl);
        command.args(arguments);
        prepare(&mut command);
        println!("$ {}", arguments_shown(arguments));
        process::run_within(
            &format!("cargo {}", arguments[0]),
            &mut command,
            Some(BUILD_LIMIT),
        )
    }

    fn npm(&self, script: &str) -> Outcome {
        let mut command = npm::npm(&self.workspace);
        let name = format!("npm run {script}");
        command.args(["run", script]);
        self.set_day(&mut command);
        process::run_within(&name, &mut command, Some(UI_LIMIT))
    }

    fn tests(&self, selection: Selection<'_>, prepare: impl Fn(&mut Command)) -> Outcome {
        harness::run(
            &self.workspace,
            self.ready.system_openssl,
            selection,
            |command| {
                prepare(command);
                self.set_day(command);
            },
        )
    }

    fn set_day(&self, command: &mut Command) {
        if let Some((day, clock)) = &self.day {
            clock.set(day, command);
        }
    }
}

fn arguments_shown(arguments: &[&str]) -> String {
    format!("cargo {}", arguments.join(" "))
}

const fn step(name: &'static str, what: &'static str, run: fn(&mut Bench) -> Outcome) -> Step {
    Step {
        name,
        what,
        slow: false,
        needs: &[],
        others_need_it: false,
        postgres: false,
        on_days: false,
        on_two_days: false,
        run,
    }
}

/// All of them.
pub const STEPS: &[Step] = &[
    step("fmt", "the Rust code is formatted", |bench| {
        bench.cargo(&["fmt", "--all", "--check"])
    }),
    step("clippy", "no warning in any Rust target", |bench| {
        bench.cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            FEATURES,
            "--",
            "-D",
            "warnings",
        ])
    }),
    step("ui-lint", "the pages' sources are formatted", |bench| {
        bench.npm("lint")
    }),
    step(
        "house",
        "modules use each other in the house's order",
        |bench| house::check(&bench.workspace),
    ),
    step("ui-check", "the pages' types and messages fit", |bench| {
        bench.npm("check")
    }),
    Step {
        on_days: true,
        ..step("ui-test", "the pages' own tests", |bench| bench.npm("test"))
    },
    Step {
        others_need_it: true,
        ..step("build", "every Rust target", |bench| {
            bench.cargo(&[
                "build",
                "--workspace",
                "--all-targets",
                "--features",
                FEATURES,
            ])?;
            binaries::keep(&bench.workspace, "counter")?;
            binaries::keep(&bench.workspace, "counterpart")
        })
    },
    Step {
        needs: &["build"],
        ..step(
            "bindings",
            "ui/counter/src/lib/bindings.ts is what the commands say",
            |bench| bindings::must_be_current(&bench.workspace, bench.ready),
        )
    },
    Step {
        needs: &["build"],
        postgres: true,
        on_days: true,
        ..step(
            "rust",
            "the Rust tests (but the centre's, where they run in \"shipping\")",
            rust,
        )
    },
    Step {
        slow: true,
        needs: &["build"],
        ..step("doc", "the examples in the documentation", doc)
    },
    Step {
        slow: true,
        others_need_it: true,
        postgres: true,
        on_days: true,
        ..step(
            SHIPPING,
            "the centre alone, with the features that it ships with, and its tests",
            shipping,
        )
    },
    Step {
        slow: true,
        needs: &["build", SHIPPING],
        postgres: true,
        on_days: true,
        on_two_days: true,
        ..step("black-box", "real processes and a real window", black_box)
    },
];

fn rust(bench: &mut Bench) -> Outcome {
    let without: &[&str] = if bench.centre_apart {
        &[BLACK_BOX, CENTRE]
    } else {
        &[BLACK_BOX]
    };
    let postgres = Server::start()?;
    bench.tests(
        Selection {
            only: None,
            without,
            without_programs: &[],
            half: None,
            limit: TEST_LIMIT,
        },
        |command| {
            postgres.show(command);
        },
    )
}

fn doc(bench: &mut Bench) -> Outcome {
    bench.cargo(&["test", "--doc", "--workspace", "--features", FEATURES])
}

/// A workspace-wide build gives the centre SQLCipher and other features that it does not ship with; so it is built and
/// tested alone.
fn shipping(bench: &mut Bench) -> Outcome {
    // the program and its tests are built as of today, and only run on another day
    bench.cargo(&["build", "-p", CENTRE, "--all-targets"])?;
    binaries::keep(&bench.workspace, CENTRE)?;
    let postgres = Server::start()?;
    bench.cargo_with(
        &["test", "-p", CENTRE, "--all-targets", "--no-fail-fast"],
        |command| {
            bench.set_day(postgres.show(command));
        },
    )
}

fn black_box(bench: &mut Bench) -> Outcome {
    let driver = driver::find_or_build(&bench.workspace)?;
    let postgres = Server::start()?;
    let display = Display::start(&bench.workspace.notes().join("screen"))?;
    println!(
        "Window tests on {} with {}.",
        display.name(),
        driver.display()
    );
    let bin_dir = binaries::dir(&bench.workspace);
    if !bin_dir.is_dir() {
        return Err(Failure::because(format!(
            "no programs in {}",
            bin_dir.display()
        )));
    }
    let short = bench.day.is_some() && !bench.whole_days;
    let selection = Selection {
        only: Some(BLACK_BOX),
        without: &[],
        // the days of every run are kept short, and each of the two takes one half of the tests
        without_programs: if short { NOT_ON_DAYS } else { &[] },
        half: bench
            .day
            .as_ref()
            .filter(|_| short)
            .and_then(|(day, _)| day.half()),
        limit: TEST_LIMIT,
    };
    bench.tests(selection, |command| {
        chinese(display.show(postgres.show(command)))
            .env("COUNTERPART_BIN_DIR", &bin_dir)
            .env("TAURI_DRIVER", &driver);
    })
}
