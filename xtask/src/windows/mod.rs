//! `cargo xtask windows`: the programs for Windows, and their installer, made on Linux; tried under Wine.

mod installer;
mod toolchain;
mod wine;

use crate::failure::Outcome;
use crate::paths::Workspace;
use crate::setup;
use std::path::PathBuf;
use toolchain::Toolchain;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Not optimised: quicker to build, for trying things; no installer is made of it.
    #[arg(long)]
    debug: bool,
    /// Only these programs: counter, central, counterpart. No installer is made of a part.
    #[arg(long, value_name = "PROGRAM", value_delimiter = ',')]
    only: Vec<Program>,
    /// The brand's public key for packages, which the installer puts beside the app; without it, the app takes no new
    /// versions by itself.
    #[arg(long, value_name = "FILE")]
    package_key: Option<PathBuf>,
    /// Then run the tests of real processes with these programs, under Wine.
    #[arg(long)]
    test: bool,
    /// Of those tests, the ones that nextest's filter selects.
    #[arg(long, value_name = "FILTER", requires = "test")]
    filter: Option<String>,
}

/// A program that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Program {
    /// The command line of a counter.
    Counter,
    /// The centre.
    Central,
    /// The app.
    Counterpart,
}

impl Program {
    /// In the order in which they are built.
    pub const ALL: [Self; 3] = [Self::Counter, Self::Central, Self::Counterpart];

    /// Its package and its binary.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Central => "central",
            Self::Counterpart => "counterpart",
        }
    }

    /// The features that it ships with.
    const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Counter | Self::Central => &[],
            Self::Counterpart => &["counterpart/custom-protocol"],
        }
    }
}

/// The command lines of counter and centre for Windows, not optimised, held by the tests of real processes under Wine.
pub fn try_under_wine() -> Outcome {
    run(&Options {
        debug: true,
        only: vec![Program::Counter, Program::Central],
        package_key: None,
        test: true,
        filter: None,
    })
}

/// Builds, packs, and tries where that is asked for.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    setup::everything(&workspace)?;
    let toolchain = Toolchain::ready(&workspace, !options.debug)?;
    let programs = if options.only.is_empty() {
        Program::ALL.to_vec()
    } else {
        options.only.clone()
    };
    for program in &programs {
        let file = toolchain.build(*program)?;
        println!("{}: {}", program.name(), shown(&file)?);
    }
    if !options.debug && programs == Program::ALL {
        let file = installer::make(&workspace, &toolchain, options.package_key.as_deref())?;
        println!("installer: {}", shown(&file)?);
    }
    if options.test {
        wine::test(&workspace, &toolchain, options.filter.as_deref())?;
    }
    Ok(())
}

/// A file and how large it is.
fn shown(file: &PathBuf) -> Outcome<String> {
    use crate::failure::Doing;
    let size = std::fs::metadata(file)
        .doing(format!("looking at {}", file.display()))?
        .len();
    let tenths = size * 10 / (1024 * 1024);
    Ok(format!(
        "{} ({}.{} MB)",
        file.display(),
        tenths / 10,
        tenths % 10
    ))
}
