//! `cargo xtask run`: from a clean machine to the open app, with a demo brand and a centre beside it.

mod app;
mod brand;
mod centre;
mod counter;
mod folder;

use crate::cargo::cargo;
use crate::display::{Display, has_screen};
use crate::failure::{Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};
use brand::Brand;
use centre::Centre;
use folder::RunFolder;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(200);

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The demo brand's seed: the same seed makes the same brand.
    #[arg(long)]
    seed: Option<u64>,
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
    let folder = RunFolder::open(options.dir.as_deref().unwrap_or(&workspace.root))?;
    let ready = setup::everything(&workspace)?;
    let programs = build(&workspace, ready, options.release)?;

    let brand = brand::make_if_none(&programs.central, &folder, options.seed)?;
    let centre = centre::start(&programs.central, &folder)?;
    if !counter::enrol_if_not(&programs, &folder, &centre, &brand)? {
        println!(
            "Data: brand and enrolled counter are in {} already.",
            folder.dir().display()
        );
    }
    counter::sync(&programs.counter, &folder)?;
    let mut session = Session {
        folder,
        brand,
        centre,
    };

    if options.no_app {
        session.say_where()?;
        println!("No window, as asked. Ctrl-C ends the centre.");
        return session.until_over(|| Ok(false));
    }
    if options.exit_after_screenshot || options.screenshot.is_some() || !has_screen() {
        return on_virtual_screen(&programs.app, &mut session, options);
    }
    let mut app = app::open(&programs.app, &session.folder, None)?;
    session.say_where()?;
    println!("The app is open. Closing it, or Ctrl-C, ends everything.");
    session.until_over(|| app.ended())
}

/// A counter's home below `dir`, enrolled at a demo store and in step with it; its centre has ended again. For
/// measuring: the programs are the optimised ones.
pub fn enrolled_home(workspace: &Workspace, ready: Ready, dir: &Path) -> Outcome<PathBuf> {
    let folder = RunFolder::open(dir)?;
    let programs = build(workspace, ready, true)?;
    let brand = brand::make_if_none(&programs.central, &folder, None)?;
    let centre = centre::start(&programs.central, &folder)?;
    counter::enrol_if_not(&programs, &folder, &centre, &brand)?;
    counter::sync(&programs.counter, &folder)?;
    Ok(folder.counter())
}

fn on_virtual_screen(program: &Path, session: &mut Session, options: &Options) -> Outcome {
    let display = Display::start(&session.folder.screen())?;
    println!(
        "The app shows itself on a virtual screen ({}).",
        display.name()
    );
    let mut app = app::open(program, &session.folder, Some(&display))?;
    let file = options
        .screenshot
        .clone()
        .unwrap_or_else(|| session.folder.screenshot());
    let seen = app::wait_for_page(&mut app, &display);
    // also of a blank window: it is what there was to see
    let saved = display.picture().and_then(|picture| picture.save(&file));
    seen?;
    saved?;
    session.say_where()?;
    println!("Picture of the window: {}", file.display());
    if options.exit_after_screenshot {
        return Ok(());
    }
    println!("The app goes on running. Ctrl-C ends everything.");
    session.until_over(|| app.ended())
}

/// Builds the three programs in one go, so that what they share is compiled once.
fn build(workspace: &Workspace, ready: Ready, release: bool) -> Outcome<Programs> {
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
    if release {
        command.arg("--release");
    }
    let mode = if release {
        "optimised"
    } else {
        "unoptimised; --release for the other"
    };
    println!("Building centre, counter and app ({mode}). The first time this takes some minutes.");
    process::run("cargo build", &mut command)?;
    let dir = workspace.built(release);
    Ok(Programs {
        central: dir.join("central"),
        counter: dir.join("counter"),
        app: dir.join("counterpart"),
    })
}

/// The centre's program for one short command: it says what goes wrong, and not how it does its work.
fn central(program: &Path) -> Command {
    let mut command = Command::new(program);
    if std::env::var_os("RUST_LOG").is_none() {
        command.env("RUST_LOG", "warn");
    }
    command
}

/// What runs beside the app.
#[derive(Debug)]
struct Session {
    // the centre ends before the folder is free for another run
    centre: Centre,
    folder: RunFolder,
    brand: Brand,
}

impl Session {
    /// The last words before waiting: where things are and how to sign in.
    fn say_where(&self) -> Outcome {
        println!(
            "\nCentre:  {} (log: {})",
            self.centre.address(),
            self.folder.log().display()
        );
        println!("Counter: {}", self.folder.counter().display());
        println!(
            "         Its key lies beside its files in a plain file, as this is a demo: no folder for members of a shop."
        );
        self.brand.say_clerks(&self.folder)?;
        println!();
        Ok(())
    }

    /// Waits until the app has ended or somebody asks to stop; the centre must run all the while.
    fn until_over(&mut self, mut ended: impl FnMut() -> Outcome<bool>) -> Outcome {
        while !ended()? {
            self.centre.must_run()?;
            match process::pause(TICK) {
                // Ctrl-C is how a run ends
                Err(Failure::Stopped) => return Ok(()),
                other => other?,
            }
        }
        Ok(())
    }
}
