//! The command line over the engine: how IT looks at a device, and how tests kill one.
use std::process::ExitCode;

fn main() -> ExitCode {
    counter::cli::run(std::env::args_os())
}
