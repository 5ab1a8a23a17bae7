//! Small worlds, and how a search is told.

#![allow(dead_code, reason = "each test takes what it needs")]

use model::search::{Found, search};
use model::{Bounds, Setup};

/// One point and no more than one of anything; requests are never late, but answers may be.
pub fn small() -> Bounds {
    Bounds {
        devices: 1,
        points: [0, 1],
        want: 1,
        cap: 1,
        releases: false,
        hellos: true,
        late_requests: false,
        wire: 1,
        ..Bounds::default()
    }
}

/// Searches and prints what was found.
#[allow(
    clippy::print_stdout,
    reason = "sizes and ways are what a search is read for"
)]
pub fn told(name: &str, setup: &Setup, threads: usize) -> Found {
    let found = search(setup, threads);
    println!(
        "{name}: {} states, {} steps deep, {:.1?}",
        found.states, found.depth, found.took
    );
    if let Some((violated, trace)) = &found.violation {
        println!("{violated}:\n{trace}");
    }
    found
}
