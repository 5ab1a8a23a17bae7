//! `cargo xtask run`: from a clean machine to the open app, with a demo brand and a centre beside it.

mod app;
mod brand;
mod centre;
mod counter;
mod place;

use crate::cargo::cargo;
use crate::display::{Display, has_screen};
use crate::failure::{Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};
use place::Place;
use std::path::PathBuf;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(200);

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The demo brand's seed: the same seed makes the same brand.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the centre's and the counter's data in DIR/.run instead of the workspace's.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Set everything up and serve the centre, but open no window.
    #[arg(long, conflicts_with_all = ["screenshot", "exit_after_screenshot"])]
    no_app: bool,
    /// Show the app on a virtual display and put its picture here (else .run/screenshot.png, where there is no screen).
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Show the app on a virtual display and end once its picture is taken.
    #[arg(long)]
    exit_after_screenshot: bool,
    /// Build optimised: slower to build, faster to run.
    #[arg(long, conflicts_with = "debug")]
    release: bool,
    /// Build unoptimised (this is what happens anyway).
    #[arg(long)]
    debug: bool,
}

/// The built programs that a run needs.
#[derive(Debug)]
struct Programs {
    central: PathBuf,
    counter: PathBuf,
    app: PathBuf,
}

/// Runs it.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    let place = Place::open(options.dir.as_deref().unwrap_or(&workspace.root))?;
    let ready = setup::everything(&workspace)?;
    let programs = build(&workspace, ready, options)?;

    brand::make_if_none(&programs.central, &place, options.seed)?;
    let mut centre = centre::start(&programs.central, &place)?;
    counter::enrol_if_not(&programs, &place, &centre)?;
    counter::sync(&programs.counter, &place)?;

    if options.no_app {
        say_where(&place, &centre);
        println!("No window, as asked. Ctrl-C ends the centre.");
        return until_ended(|| centre.must_run());
    }
    let virtual_screen =
        options.exit_after_screenshot || options.screenshot.is_some() || !has_screen();
    if virtual_screen {
        on_virtual_screen(&programs, &place, &mut centre, options)
    } else {
        let mut app = app::open(&programs.app, &place, None)?;
        say_where(&place, &centre);
        println!("The app is open. Closing it, or Ctrl-C, ends everything.");
        until_ended(|| {
            centre.must_run()?;
            app.ended()
        })
    }
}

fn on_virtual_screen(
    programs: &Programs,
    place: &Place,
    centre: &mut centre::Centre,
    options: &Options,
) -> Outcome {
    let display = Display::start(&place.screen())?;
    println!(
        "No screen in use: the app shows itself on a virtual one ({}).",
        display.name()
    );
    let mut app = app::open(&programs.app, place, Some(&display))?;
    let file = options
        .screenshot
        .clone()
        .unwrap_or_else(|| place.screenshot());
    let seen = app::wait_for_page(&mut app, &display);
    // also of a blank window: it is what there was to see
    let saved = display.picture().and_then(|picture| picture.save(&file));
    seen?;
    saved?;
    say_where(place, centre);
    println!("Picture of the window: {}", file.display());
    if options.exit_after_screenshot {
        return Ok(());
    }
    println!("The app goes on running. Ctrl-C ends everything.");
    until_ended(|| {
        centre.must_run()?;
        app.ended()
    })
}

/// Builds the three programs in one go, so that what they share is compiled once.
fn build(workspace: &Workspace, ready: Ready, options: &Options) -> Outcome<Programs> {
    let mut command = cargo(workspace, ready.system_openssl);
    command.args([
        "build",
        "-p",
        "central",
        "-p",
        "counter",
        "-p",
        "counterpart",
    ]);
    command.args(["--bins", "--features", "counterpart/custom-protocol"]);
    if options.release {
        command.arg("--release");
    }
    let mode = if options.release {
        "optimised"
    } else {
        "unoptimised; --release for the other"
    };
    println!("Building centre, counter and app ({mode}). The first time this takes some minutes.");
    process::run("cargo build", &mut command)?;
    let dir = workspace.built(options.release);
    Ok(Programs {
        central: dir.join("central"),
        counter: dir.join("counter"),
        app: dir.join("counterpart"),
    })
}

/// The last words before waiting: where things are and how to sign in.
fn say_where(place: &Place, centre: &centre::Centre) {
    println!();
    println!(
        "Centre: {}   data: {}   log: {}",
        centre.address(),
        place.centre().display(),
        place.log().display()
    );
    println!("Counter: {}", place.counter().display());
    brand::say_pins(place);
}

/// Waits until it says that it has ended, or somebody asks to stop.
fn until_ended(mut ended: impl FnMut() -> Outcome<bool>) -> Outcome {
    while !ended()? {
        match process::pause(TICK) {
            // Ctrl-C is how a run ends
            Err(Failure::Stopped) => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}
